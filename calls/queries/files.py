"""Files as lists and pages of the Région and of the schools read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Trim
from django.utils import timezone

from calls import rules
from calls.enums import ApplicationState
from calls.models import Application, CompletionRequest, SchoolExtension, WithdrawalRequest
from calls.models.situation import situation_of
from calls.queries import opinions
from calls.queries.priorities import place_at
from calls.queries.writing import drafts_kept_for, latest_of_schools, read_requests
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.journal.models import JournalEntry

WITHDRAWN_TOLD = timedelta(days=7)  # how long officers are told that a lycée has withdrawn a file


def files_visible_to(user: User) -> QuerySet[Application]:
    """The files that `user` may see, with all that a line of the list shows."""
    files = Application.objects.visible_to(user).select_related("call", "establishment__authority", "establishment__department", "officer")
    return files.prefetch_related("completion_requests")


# The closing that is the lycée's own, where it was granted one later than that of all.
_GRANTED = (
    SchoolExtension.objects.standing()
    .filter(call=OuterRef("call"), establishment=OuterRef("establishment"), closes_at__gt=OuterRef("call__closes_at"))
    .order_by("-closes_at")
)

# What a line shows beside the file's own columns: read as plain values, since fifty lycées, calls and people are slow to build.
LINE_VALUES = {
    "call_title": F("call__title"),
    "call_closes_at": Coalesce(Subquery(_GRANTED.values("closes_at")[:1]), F("call__closes_at")),
    "lycee": F("establishment__name"),
    "uai": F("establishment__uai"),
    "category": F("establishment__category"),
    "commune": F("establishment__commune_name"),
    "department": F("establishment__department__code"),
    "authority": F("establishment__authority__short_name"),
    "place": place_at(),
    "officer_name": Trim(Concat(Coalesce("officer__first_name", Value("")), Value(" "), Coalesce("officer__last_name", Value("")))),
    **opinions.LINE_VALUES,
}


def lines_of(keys: list[int]) -> dict[int, Application]:
    """The files of one page of the list by primary key, with LINE_VALUES. The keys have passed `visible_to`."""
    counted = ("reference", "title", "state", "approved_at", "rewriting", "reapproved_at", "submitted_at", "requested_amount")
    files = Application.objects.only(*counted).annotate(**LINE_VALUES)
    return with_completion(files).in_bulk(keys)


def with_completion(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Add what the list says of requests for complements: `completion_due_on` as `with_due_date`, `was_asked` once there was any not taken back,
    `withdrawal_asked` while a team waits for the signature that withdraws its file."""
    requests = CompletionRequest.objects.filter(application=OuterRef("pk"), cancelled_at=None)
    asked = WithdrawalRequest.objects.still_open().filter(application=OuterRef("pk"))
    return with_due_date(applications).annotate(was_asked=Exists(requests), withdrawal_asked=Exists(asked))


def with_due_date(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Add `completion_due_on`, the date of the request for complements still open (null when there is none)."""
    requests = CompletionRequest.objects.still_open().filter(application=OuterRef("pk"))
    return applications.annotate(completion_due_on=Subquery(requests.values("due_on")[:1]))


@dataclass(frozen=True)
class View:
    """A ready-made view of the list: the name that staff give to a question they ask every day."""

    key: str
    label: str
    total: int = 0


VIEW_LABELS = {
    "": "Tous",
    "a-statuer": "À statuer",
    "complements-recus": "Compléments reçus",
    "complements-attendus": "Compléments attendus",
    "complements-en-retard": "Compléments en retard",
}


def files_in_view(applications: QuerySet[Application], key: str, today: date) -> QuerySet[Application]:
    """Restrict to a ready-made view; an unknown key restricts nothing."""
    requests = CompletionRequest.objects.filter(application=OuterRef("pk"))
    still_open = Exists(requests.still_open())
    conditions = {
        "a-statuer": [~still_open],
        "complements-recus": [~still_open, Exists(requests.exclude(answered_at=None))],
        "complements-attendus": [Exists(requests.still_open().filter(due_on__gte=today))],
        "complements-en-retard": [Exists(requests.still_open().filter(due_on__lt=today))],
    }
    if key not in conditions:
        return applications
    return applications.filter(*conditions[key], state=ApplicationState.SUBMITTED)


def counted_views(applications: QuerySet[Application], today: date) -> list[View]:
    """The ready-made views with the number of files of `applications` (what the reader sees, filtered as the list is) in each."""
    files = applications.order_by()
    totals = files.aggregate(all=Count("pk"), submitted=Count("pk", filter=Q(state=ApplicationState.SUBMITTED)))
    submitted = files.filter(state=ApplicationState.SUBMITTED)
    requests = CompletionRequest.objects.filter(application__in=submitted.values("pk"), cancelled_at=None)
    asked = requests.aggregate(
        late=Count("pk", filter=Q(answered_at=None, due_on__lt=today)),
        expected=Count("pk", filter=Q(answered_at=None, due_on__gte=today)),
        files=Count("application", distinct=True),
    )
    still_open = asked["late"] + asked["expected"]  # one at most for a file
    counts = {
        "": totals["all"],
        "a-statuer": totals["submitted"] - still_open,
        "complements-recus": asked["files"] - still_open,
        "complements-attendus": asked["expected"],
        "complements-en-retard": asked["late"],
    }
    return [View(key, label, counts[key]) for key, label in VIEW_LABELS.items()]


def withdrawal_of(application: Application) -> JournalEntry | None:
    """The line of the journal that says who withdrew a file, when and why; None, without a query, when it is not withdrawn."""
    if not application.is_withdrawn:
        return None
    lines = JournalEntry.objects.filter(
        subject_type__app_label="calls",
        subject_type__model="application",
        subject_id=str(application.pk),
        target=ApplicationState.WITHDRAWN,
    )
    return lines.order_by("-pk").first()


def withdrawn_lately(user: User) -> list[Application]:
    """The filed files of one's perimeter withdrawn within WITHDRAWN_TOLD, the latest first. One query, two when there are some."""
    lines = JournalEntry.objects.filter(
        subject_type__app_label="calls",
        subject_type__model="application",
        action="withdraw_filed",
        at__gte=timezone.now() - WITHDRAWN_TOLD,
    )
    keys = {int(key) for key in lines.order_by().values_list("subject_id", flat=True)}
    if not keys:
        return []
    files = Application.objects.visible_to(user).filter(pk__in=keys, state=ApplicationState.WITHDRAWN)
    return list(files.select_related("call", "establishment").order_by("-pk"))


def withdrawal_asked_lately(user: User) -> list[WithdrawalRequest]:
    """The withdrawals that teams ask of whoever signs for their lycée, on the files that this person follows, or that nobody does; the latest first.

    One query. Why is the lycée's own.
    """
    files = Application.objects.visible_to(user).exclude(establishment__in=user.establishment_ids).filter(Q(officer=user) | Q(officer=None))
    asked = WithdrawalRequest.objects.still_open().filter(application__in=files)
    return list(asked.select_related("application__establishment", "application__call").defer("reason", "chosen").order_by("-pk"))


def own_drafts(user: User) -> list[Application]:
    """The personal drafts of a person, the latest first, each with `is_in`: whether the person is in the team that it may be given to."""
    drafts = drafts_kept_for(user.pk)
    for draft in drafts:
        draft.is_in = rules.starts_file(draft.establishment, user)
    return drafts


def own_files(user: User) -> list[Application]:
    """The latest files of a person's school; none for a person without school."""
    if not user.is_school_user:
        return []
    files = latest_of_schools(user.establishment_ids)
    read_requests(files)
    return _with_situation(files)


def files_of(user: User, establishment: Establishment) -> list[Application]:
    """The files of a lycée that `user` may see, the latest first, each with its `situation`."""
    return _with_situation(files_visible_to(user).filter(establishment=establishment).order_by("-created_at", "-pk"))


def _with_situation(files: Iterable[Application]) -> list[Application]:
    found = list(files)
    for file in found:
        file.situation = situation_of(file, timezone.localdate())
    return found
