"""The people of a file: the team of the lycée and its head, who wrote what, who is there now."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from calls import rules
from calls.enums import ApplicationState
from calls.models import Application, Call, Presence
from calls.questionnaire import Definition
from portal.accounts.models import RoleGrant, User
from portal.accounts.queries import Signer, holders_of, signers
from portal.directory.models import Establishment
from portal.prepared import prepared
from portal.signing import SignedAct
from portal.text.dates import day, hour
from portal.text.french import count

HERE = timedelta(seconds=90)  # a page open says so every 30 seconds


@dataclass(frozen=True)
class Mate:
    """One person of the team, as the side of a page shows it."""

    user: User
    role: str
    is_here: bool
    presence: str
    written: str


@prepared
def team_grants(school: int, now: datetime) -> QuerySet[RoleGrant]:
    """The same as `school_grants`, of a school known by its key: the query of every page of a form."""
    grants = RoleGrant.objects.in_force(now).in_schools().filter(establishment=school, user__is_active=True)
    return grants.select_related("user").order_by("user__last_name", "user__first_name", "pk")


def school_grants(establishment: Establishment) -> QuerySet[RoleGrant]:
    """The grants in force of the team, the head and who reads there, people included."""
    return team_grants.build(establishment.pk, timezone.now())


def heads_in(grants: Iterable[RoleGrant]) -> list[User]:
    """The heads among the people of a school, as `school_grants` reads them, each once."""
    return sorted({grant.user for grant in grants if grant.is_head}, key=lambda user: user.pk)


def signers_of(application: Application, act: SignedAct, heads: list[User] | None = None) -> list[Signer]:
    """Who may sign this act on a file today: the heads of its lycée, then those who have a delegation for it. `heads`: where they are known."""
    return signers(application.establishment, act, application, heads)


def team_of(establishment: Establishment) -> list[User]:
    """Members and head, each once: who hears of what the school has to do."""
    grants = team_grants(establishment.pk, timezone.now())
    return list({grant.user_id: grant.user for grant in grants if grant.is_of_team}.values())


def mates(application: Application, grants: Iterable[RoleGrant], *, viewer: User, section_key: str | None = None) -> list[Mate]:
    """The team as `viewer` reads it from a section of the file, those who are there first."""
    definition = application.questionnaire.schema
    seen = {presence.user_id: presence for presence in application.presences.all()}
    written = Counter(answer.updated_by_id for answer in application.answers.all())
    last = {}
    for answer in application.answers.all():
        last[answer.updated_by_id] = max(answer.updated_at, last.get(answer.updated_by_id, answer.updated_at))
    now, found = timezone.now(), {}
    for grant in grants:
        if grant.user_id in found:
            continue
        presence = seen.get(grant.user_id)
        is_here = grant.user_id == viewer.pk or bool(presence and now - presence.seen_at < HERE)
        instants = [instant for instant in (presence and presence.seen_at, last.get(grant.user_id)) if instant]
        text = _presence_text(definition, presence, is_here, max(instants, default=None), section_key, grant.user_id == viewer.pk)
        total = written[grant.user_id]
        label = grant.user.job_title or grant.get_role_display()
        found[grant.user_id] = Mate(grant.user, label, is_here, text, count(total, "réponse écrite", "réponses écrites") if total else "")
    return sorted(found.values(), key=lambda mate: not mate.is_here)


def _presence_text(
    definition: Definition, presence: Presence | None, is_here: bool, last: datetime | None, section_key: str | None, is_viewer: bool
) -> str:
    if is_viewer:
        return "Vous"
    if is_here:
        section = definition.section(presence.section_key)
        if section and section.key == section_key:
            return "Est dans cette section"
        return f"Est dans la section {section.number}" if section else "Est dans le dossier"
    return f"Dernier passage {when(last)}" if last else "Pas de passage noté"


def when(instant: datetime) -> str:
    """A past instant as one says it: à 14 h 52, hier à 17 h 05, le 3 mars à 9 h 12."""
    date, today = timezone.localtime(instant).date(), timezone.localdate()
    if date == today:
        return f"à {hour(instant)}"
    if date == today - timedelta(days=1):
        return f"hier à {hour(instant)}"
    return f"le {day(instant, year=date.year != today.year)} à {hour(instant)}"


def officers_for(establishment: Establishment) -> QuerySet[User]:
    """The case officers whose perimeter covers this establishment."""
    grants = RoleGrant.objects.in_force().of_officers()
    return holders_of(grants.filter(Q(authority=None) | Q(authority=establishment.authority_id)))


def officers() -> QuerySet[User]:
    """Every case officer in function."""
    return holders_of(RoleGrant.objects.in_force().of_officers())


def followers(user: User) -> QuerySet[User]:
    """Case officers in function, and whoever still follows a file that `user` sees, their role ended."""
    following = Application.objects.visible_to(user).exclude(officer=None).order_by().values("officer")
    return User.objects.filter(Q(pk__in=officers().order_by().values("pk")) | Q(pk__in=following)).order_by("pk")


def call_managers() -> list[User]:
    """Those who run calls today."""
    return list(holders_of(RoleGrant.objects.in_force().of_call_managers()))


def who_opens_sealed_files() -> list[User]:
    """Those who make calls: one of them asks for the opening, another one opens."""
    return list(holders_of(RoleGrant.objects.in_force().of_roles(*rules.MAKING_CALLS)))


def teams_with(files: QuerySet[Application]) -> QuerySet[User]:
    """Members and heads of the lycées that own one of these files, each once."""
    return holders_of(RoleGrant.objects.in_force().in_teams().filter(establishment__in=files.order_by().values("establishment")))


def with_a_draft(call: Call) -> list[User]:
    """Who has begun a file that the Région has not received: the teams of its lycées, and those who keep a draft of their own; each once."""
    begun = Application.everything.filter(call=call, state__in=ApplicationState.UNFILED)
    alone = User.objects.filter(is_active=True, pk__in=begun.exclude(kept_for=None).values("kept_for"))
    found = [*teams_with(begun.filter(kept_for=None)), *alone.order_by("pk")]
    return list({user.pk: user for user in found}.values())
