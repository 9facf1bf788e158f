"""Opinions as lists and pages read them, who gives them, what stands in the way of asking one."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from calls import rules
from calls.enums import ApplicationState, CallState, OpinionState
from calls.models import Application, Call, Opinion
from portal.accounts.models import RoleGrant, User
from portal.accounts.queries import holders_of

AROUND = ("application__call", "application__establishment__department", "authority", "given_by", "asked_by")
NOT_ASKED_HERE = "Cet appel ne demande pas d’avis"
ALREADY = "L’avis est déjà demandé"


def bodies_with_people() -> frozenset[int]:
    """The authorities (ids) for which somebody gives opinions today. One query."""
    grants = RoleGrant.objects.in_force().of_advisers().filter(user__is_active=True)
    return frozenset(grants.order_by().values_list("authority", flat=True)) - {None}


def current_state() -> Subquery:
    """The state of the opinion asked or given on a file, as a column of files; None where there is none."""
    return _current_on_line("state")


def asking_gap(application: Application, *, is_asked: bool, covered: frozenset[int]) -> tuple[str, str]:
    """Why the opinion of its authority cannot be asked on this file: a reason that several files share, and its detail; empty when it can.

    `is_asked`: whether one is asked or given already; `covered`: `bodies_with_people`. No query.
    """
    call, body = application.call, application.establishment.authority
    asked = call.asked_opinions
    if not asked.is_asked:
        return NOT_ASKED_HERE, call.title
    if body.kind not in asked.bodies:
        return "L’appel ne demande pas l’avis de cette autorité", str(body)
    if application.state not in ApplicationState.FOLLOWED_UP:
        return f"État actuel : « {application.get_state_display()} »", ""
    if call.state not in (CallState.PUBLISHED, CallState.INSTRUCTION):
        return "L’instruction de l’appel n’est pas ouverte, ou elle est passée", f"Appel « {call.get_state_display()} »"
    if rules.lycee_replaces_it_no_more.missing(application):
        return "L’appel est encore ouvert pour ce lycée, qui peut remplacer son dossier", "L’avis se demande après la clôture."
    if is_asked:
        return ALREADY, ""
    if body.pk not in covered:
        return "Personne ne rend d’avis pour cette autorité", f"{body} : donnez d’abord ce rôle à quelqu’un, dans « Personnes »."
    return "", ""


def is_asked_about(application: Application) -> bool:
    return application.opinions.current().exists()


def by_adviser(opinions: Iterable[Opinion]) -> dict[User, list[Opinion]]:
    """These opinions by who gives them: the people of each authority, without those who have a link with the lycée. Two queries and one a person."""
    keys = [opinion.pk for opinion in opinions]
    bodies = Opinion.objects.filter(pk__in=keys).order_by().values("authority")
    people = holders_of(RoleGrant.objects.in_force().of_advisers().filter(authority__in=bodies))
    found: dict[User, list[Opinion]] = defaultdict(list)
    for user in people:
        found[user] += (
            Opinion.objects.of_body(user).filter(pk__in=keys).select_related(*AROUND).order_by("due_on", "application__reference")
        )
    return {user: asked for user, asked in found.items() if asked}


def opinions_of(application: Application, user: User) -> list[Opinion]:
    """Those asked on a file, as this person of the Région reads them; no query where its call asks none."""
    if not application.call.asked_opinions.is_asked or not rules.reads_opinions(user):
        return []
    found = list(Opinion.objects.of_region(user).filter(application=application).select_related(*AROUND).order_by("-pk"))
    return [_under(application, opinion) for opinion in found]


def told_to_jury(application: Application) -> list[Opinion]:
    """Those that are given and that the call lets its jury read. No query where it asks none."""
    asked = application.call.asked_opinions
    if not asked.is_asked or not asked.to_jury:
        return []
    found = application.opinions.filter(state=OpinionState.GIVEN).select_related("authority", "given_by").order_by("pk")
    return [_under(application, opinion) for opinion in found]


def _under(application: Application, opinion: Opinion) -> Opinion:
    opinion.application = application  # read once
    return opinion


def has_any(call: Call) -> bool:
    """Whether an opinion was ever asked in a call: what is asked of its authorities changes no more."""
    return Opinion.objects.filter(application__call=call).exists()


FILTERS = {"attendu": "Attendu", "en-retard": "En retard", "rendu": "Rendu", "sans": "Non demandé"}


def files_with_opinion(files: QuerySet[Application], key: str, user: User) -> QuerySet[Application]:
    """The files on which an opinion is awaited, late, given, or not asked, as this person reads them; an unknown key restricts nothing."""
    read = Opinion.objects.of_region(user).current().filter(application=OuterRef("pk")).order_by()
    today = timezone.localdate()
    conditions = {
        "attendu": Exists(read.filter(state=OpinionState.ASKED)),
        "en-retard": Exists(read.filter(state=OpinionState.ASKED, due_on__lt=today)),
        "rendu": Exists(read.filter(state=OpinionState.GIVEN)),
        "sans": ~Exists(read),
    }
    return files.filter(conditions[key]) if key in conditions else files


def _current_on_line(field: str) -> Subquery:
    return Subquery(Opinion.objects.current().filter(application=OuterRef("pk")).order_by("-pk").values(field)[:1])


LINE_VALUES = {
    "opinion_state": _current_on_line("state"),
    "opinion_value": _current_on_line("value"),
    "opinion_due_on": _current_on_line("due_on"),
    "school_id": F("establishment"),
}  # what a line of the list of files shows of the current one


def late_for_staff(user: User) -> QuerySet[Opinion]:
    """Those whose day is passed, on the files of this officer's perimeter."""
    return Opinion.objects.of_region(user).to_give().filter(due_on__lt=timezone.localdate())
