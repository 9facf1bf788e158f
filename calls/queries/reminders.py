"""Which deadlines of schools are near, or just passed, and who is to be told: no mail is written here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Prefetch, Q, QuerySet
from django.utils import timezone

from calls.checks import following_filed
from calls.enums import ApplicationState, CallState, ReminderKind, Rewriting
from calls.models import Application, ApplicationVersion, CompletionRequest, Questionnaire, Reminder, read_closings
from calls.queries.people import signers_of
from portal import working_days
from portal.accounts.models import RoleGrant, User
from portal.journal.models import JournalEntry
from portal.signing import SignedAct

LONGEST_GRACE = timedelta(days=8)  # more than any call may give (cms.admin.forms.BOUNDS): what bounds the queries
RECEIVED = Prefetch("versions", ApplicationVersion.objects.received(), to_attr="received_versions")
ASKING = ("request_approval", "request_new_visa", "reopen_filed")
TOLD_WITHIN = timedelta(days=7)  # after a closing: whoever hears of it later has read it on the page


@dataclass(frozen=True)
class Due:
    """One deadline of one file: `step` is how many working days before it this is said, 0 once it is passed."""

    application: Application
    kind: ReminderKind
    due_at: datetime
    step: int

    @property
    def due_on(self) -> date:
        return timezone.localdate(self.due_at)

    @property
    def key(self) -> tuple[int, str, date, int]:
        return self.application.pk, self.kind.value, self.due_on, self.step


def step_reached(due_at: datetime, steps: Iterable[int], known_since: datetime, now: datetime) -> int | None:
    """The step to speak at now: the last one whose day has come, None before the first one and once the deadline is past.

    A step that came before the file did is not said: the page on which it was begun has the date. A missed one gives way to the next.
    """
    if now > due_at:
        return None
    day, today, since = timezone.localdate(due_at), timezone.localdate(now), timezone.localdate(known_since)
    return next((step for step in sorted(steps) if since < working_days.before(day, step) <= today), None)


Only = Collection[int] | None  # keys of the files to look at; None: all


def near(now: datetime, only: Only = None) -> list[Due]:
    """Every deadline whose reminder is reached now: files not sent, complements awaited. A constant number of queries."""
    return [*_unsent_near(now, only), *_complements_near(now, only), *_following_near(now, only)]


def _unsent_near(now: datetime, only: Only) -> Iterator[Due]:
    open_calls = Q(call__closes_at__gte=now - LONGEST_GRACE) | Q(call__latest_closing__gte=now - LONGEST_GRACE)
    files = Application.objects.filter(open_calls, call__state=CallState.PUBLISHED, call__opens_at__lte=now)
    found = [file for file in _read(_among(files, only, rewritten=True)) if not file.establishment.is_closed]
    asked = _asked_at(found)
    for file in found:
        kind = _awaited_of(file)
        since = file.approved_at if kind == ReminderKind.DEPOSIT else asked.get(file.pk)
        since = since or file.created_at
        if step := step_reached(file.closes_at, file.call.reminder_days, since, now):
            yield Due(file, kind, file.closes_at, step)


def _complements_near(now: datetime, only: Only) -> Iterator[Due]:
    """A request is answered until the end of its day."""
    requests = CompletionRequest.objects.still_open().filter(
        due_on__gte=timezone.localdate(now), application__state=ApplicationState.SUBMITTED
    )
    if only is not None:
        requests = requests.filter(application__in=only)
    for request in requests.select_related("application__call", "application__establishment").order_by("pk"):
        end = timezone.make_aware(datetime.combine(request.due_on, time(23, 59, 59)))
        if step := step_reached(end, request.application.call.reminder_days, request.opened_at, now):
            yield Due(request.application, ReminderKind.COMPLETION, end, step)


def _following_near(now: datetime, only: Only) -> Iterator[Due]:
    """What calls let follow the filing, until the end of its day. Two queries, and two more for the forms in which something may follow."""
    today = timezone.localdate(now)
    forms = Questionnaire.objects.filter(frozen_at__isnull=False, call__state__in=CallState.FOLLOWED).order_by("pk")
    awaiting = [form.pk for form in forms if any(q.follows_until and q.follows_until >= today for q in form.schema.questions)]
    if not awaiting:
        return
    files = Application.objects.filter(questionnaire__in=awaiting, state__in=ApplicationState.FOLLOWED_UP, rewriting=Rewriting.NONE)
    files = (files if only is None else files.filter(pk__in=only)).select_related("questionnaire", "call", "establishment")
    for file in files.prefetch_related("answers", "lines", "attachments__file", RECEIVED).order_by("pk"):
        file.submitted_version = max(file.received_versions, key=lambda version: version.number, default=None)
        for until in sorted({item.until for item in following_filed(file) if not item.is_late}):
            end = timezone.make_aware(datetime.combine(until, time(23, 59, 59)))
            if step := step_reached(end, file.call.reminder_days, file.submitted_at, now):
                yield Due(file, ReminderKind.FOLLOWING, end, step)


def just_closed(now: datetime, only: Only = None) -> list[Due]:
    """The files that a closing of these last days left unsent, where nothing may be sent any more."""
    earliest = now - TOLD_WITHIN - LONGEST_GRACE
    recent = Q(call__closes_at__gte=earliest) | Q(call__latest_closing__gte=earliest)
    files = Application.objects.filter(recent, call__state__in=(CallState.PUBLISHED, CallState.INSTRUCTION))
    return [
        Due(file, ReminderKind.CLOSED, file.closes_at, 0)
        for file in _read(_among(files, only))
        if file.deadline < now <= file.deadline + TOLD_WITHIN
    ]


def _among(files: QuerySet[Application], only: Only, *, rewritten: bool = False) -> QuerySet[Application]:
    """Those not filed; `rewritten`: and those of which a new version is not."""
    awaited = Q(state__in=ApplicationState.UNFILED)
    unsent = files.filter(awaited | ~Q(rewriting=Rewriting.NONE) if rewritten else awaited)
    return unsent if only is None else unsent.filter(pk__in=only)


def _read(files: QuerySet[Application]) -> list[Application]:
    found = list(files.select_related("call", "establishment").order_by("pk"))
    read_closings(found)
    return found


def _awaited_of(file: Application) -> ReminderKind:
    if file.is_rewritten:
        awaits_visa = file.rewriting == Rewriting.VISA and file.call.requires_approval and not file.reapproved_at
        return ReminderKind.VISA if awaits_visa else ReminderKind.NEW_VERSION
    if file.state == ApplicationState.DRAFT:
        return ReminderKind.DRAFT
    return ReminderKind.DEPOSIT if file.approved_at or not file.call.requires_approval else ReminderKind.VISA


def _asked_at(files: list[Application]) -> dict[int, datetime]:
    """When the visa of each file was last asked, or the file reopened: those concerned had a mail then."""
    waiting = [str(file.pk) for file in files if file.state == ApplicationState.AWAITING_APPROVAL or file.is_rewritten]
    if not waiting:
        return {}
    asked = JournalEntry.objects.filter(
        subject_type=ContentType.objects.get_for_model(Application), subject_id__in=waiting, action__in=ASKING
    )
    return {int(key): at for key, at in asked.order_by().values_list("subject_id").annotate(last=Max("at"))}


def by_person(dues: Iterable[Due]) -> dict[User, list[Due]]:
    """What each person is to be told and has not been: a visa to those who give it, anything else to the whole team."""
    dues = list(dues)
    told = _told({due.application.pk for due in dues})
    teams = _teams({due.application.establishment_id for due in dues})
    found: dict[User, list[Due]] = defaultdict(list)
    for due in dues:
        for user in _who(due, teams):
            if (user.pk, *due.key) not in told:
                found[user].append(due)
    return dict(found)


def _told(files: Collection[int]) -> set[tuple]:
    return set(Reminder.objects.filter(application__in=files).values_list("user", "application", "kind", "due_on", "step"))


def still_to_tell(user: User, dues: list[Due], now_due: Iterable[Due]) -> list[Due]:
    """Of what was due to a person, what still is, as `now_due` reads it again, and has not been told meanwhile."""
    told, still = _told({due.application.pk for due in dues}), {due.key for due in now_due}
    return [due for due in dues if due.key in still and (user.pk, *due.key) not in told]


def _who(due: Due, teams: dict[int, list[User]]) -> list[User]:
    if due.kind == ReminderKind.VISA and (signing := [signer.user for signer in signers_of(due.application, SignedAct.VISA)]):
        return signing
    return teams.get(due.application.establishment_id, [])


def _teams(establishments: set[int]) -> dict[int, list[User]]:
    """Members and heads of these schools, each once for a school."""
    grants = RoleGrant.objects.in_force().in_teams().filter(establishment__in=establishments, user__is_active=True)
    found: dict[int, dict[int, User]] = defaultdict(dict)
    for grant in grants.select_related("user").order_by("pk"):
        found[grant.establishment_id][grant.user_id] = grant.user
    return {establishment: list(people.values()) for establishment, people in found.items()}
