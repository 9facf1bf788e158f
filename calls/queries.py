"""Questions about calls and files that screens, exports and messages share."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Trim
from django.utils import timezone

from calls.enums import FILED_STATES, ApplicationState, CallState
from calls.models import Application, Call, CompletionRequest
from portal.accounts.enums import Role
from portal.accounts.models import RoleGrant, User
from portal.directory.models import Establishment

# Sections of another lycée (annuaire, code_nature): they apply through the lycée that they belong to.
SECTION_NATURES = ("334", "335")
# From here on the marks of the jury are in.
SCORED_STATES = (
    ApplicationState.ASSESSED,
    ApplicationState.DECIDED,
    ApplicationState.ACCEPTED_BY_SCHOOL,
    ApplicationState.DECLINED_BY_SCHOOL,
)

# -- Files, as a list reads them ------------------------------------------------------------------------------------------


def files_visible_to(user):
    """The files that `user` may see, with all that a line of the list shows: two queries whatever their number."""
    files = Application.objects.visible_to(user).select_related("call", "establishment__authority", "establishment__department", "officer")
    return files.prefetch_related("completion_requests")


# What a line shows beside the file's own columns: read as plain values, since fifty lycées, calls and people are slow to build.
LINE_VALUES = {
    "call_title": F("call__title"),
    "lycee": F("establishment__name"),
    "commune": F("establishment__commune_name"),
    "department": F("establishment__department__code"),
    "authority": F("establishment__authority__short_name"),
    "officer_name": Trim(Concat(Coalesce("officer__first_name", Value("")), Value(" "), Coalesce("officer__last_name", Value("")))),
}


def lines_of(keys: list[int]) -> dict[int, Application]:
    """The files of one page of the list by primary key, with LINE_VALUES, in two queries. The keys have passed `visible_to`."""
    files = Application.objects.only("reference", "state", "requested_amount").annotate(**LINE_VALUES)
    return files.prefetch_related("completion_requests").in_bulk(keys)


def with_due_date(applications):
    """Add `completion_due_on`, the date of the request for complements still open (null when there is none)."""
    requests = CompletionRequest.objects.filter(application=OuterRef("pk"), answered_at=None)
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


def files_in_view(applications, key: str, today: date):
    """Restrict to a ready-made view; an unknown key restricts nothing."""
    requests = CompletionRequest.objects.filter(application=OuterRef("pk"))
    still_open = Exists(requests.filter(answered_at=None))
    conditions = {
        "a-statuer": [~still_open],
        "complements-recus": [~still_open, Exists(requests.exclude(answered_at=None))],
        "complements-attendus": [Exists(requests.filter(answered_at=None, due_on__gte=today))],
        "complements-en-retard": [Exists(requests.filter(answered_at=None, due_on__lt=today))],
    }
    if key not in conditions:
        return applications
    return applications.filter(*conditions[key], state=ApplicationState.SUBMITTED)


def counted_views(user, today: date) -> list[View]:
    """The ready-made views with the number of files in each, in two queries."""
    files = Application.objects.visible_to(user).order_by()
    totals = files.aggregate(all=Count("pk"), submitted=Count("pk", filter=Q(state=ApplicationState.SUBMITTED)))
    same_file = CompletionRequest.objects.filter(application=OuterRef("application"), answered_at=None)
    requests = CompletionRequest.objects.filter(application__in=files.filter(state=ApplicationState.SUBMITTED).values("pk"))
    asked = requests.aggregate(
        late=Count("pk", filter=Q(answered_at=None, due_on__lt=today)),
        expected=Count("pk", filter=Q(answered_at=None, due_on__gte=today)),
        received=Count("application", distinct=True, filter=Q(answered_at__isnull=False) & ~Exists(same_file)),
    )
    counts = {
        "": totals["all"],
        "a-statuer": totals["submitted"] - asked["late"] - asked["expected"],
        "complements-recus": asked["received"],
        "complements-attendus": asked["expected"],
        "complements-en-retard": asked["late"],
    }
    return [View(key, label, counts[key]) for key, label in VIEW_LABELS.items()]


@dataclass(frozen=True)
class Situation:
    """What a badge says of a file at the Région: finer than its state while complements come and go."""

    level: str
    icon: str
    label: str


def situation_of(application, today: date) -> Situation | None:
    """The situation of a file that is being checked; None when its state says it all. Works on prefetched requests."""
    if application.state != ApplicationState.SUBMITTED:
        return None
    if request := application.open_completion_request:
        if request.due_on < today:
            return Situation("err", "exclamation-circle", "Compléments en retard")
        return Situation("warn", "clock", "Compléments attendus")
    if application.completion_requests.all():
        return Situation("info", "bell", "Compléments reçus")
    return None


# -- People -----------------------------------------------------------------------------------------------------------


def officers_for(establishment):
    """The case officers whose perimeter covers this establishment."""
    grants = RoleGrant.objects.in_force().filter(role=Role.OFFICER)
    grants = grants.filter(Q(authority=None) | Q(authority=establishment.authority_id))
    return User.objects.filter(is_active=True, pk__in=grants.values("user"))


def officers():
    """Every case officer in function."""
    grants = RoleGrant.objects.in_force().filter(role=Role.OFFICER)
    return User.objects.filter(is_active=True, pk__in=grants.values("user"))


# -- A call, seen from above ------------------------------------------------------------------------------------------


def eligible_establishments(call, authorities: frozenset[int] | None = None):
    """The lycées of the Région that may apply: open, of an eligible statut, with an eligible pathway.

    `authorities` (ids) restricts to the perimeter of an officer; None is the whole Région.
    """
    lycees = Establishment.objects.open().filter(region_code=settings.REGION_CODE, category__in=call.eligible_categories)
    if authorities is not None:
        lycees = lycees.filter(authority__in=authorities)
    if call.eligible_pathways:
        pathways = Q()
        for pathway in call.eligible_pathways:
            pathways |= Q(**{f"has_{pathway}": True})
        lycees = lycees.filter(pathways)
    return lycees.exclude(nature_code__in=SECTION_NATURES)


@dataclass(frozen=True)
class Funnel:
    """How many lycées may apply, opened a file, filed it, and where the filed ones stand."""

    eligible: int
    opened: int
    filed: int
    admissible: int
    inadmissible: int
    scored: int

    @property
    def to_check(self) -> int:
        return self.filed - self.admissible - self.inadmissible

    @property
    def not_filed(self) -> int:
        return self.opened - self.filed

    @property
    def widest(self) -> int:
        """The full length of the bars."""
        return max(self.eligible, self.opened, 1)


def files_of(call, authorities: frozenset[int] | None = None):
    """The files of a call that count, in a perimeter: all but the withdrawn ones."""
    files = call.applications.exclude(state=ApplicationState.WITHDRAWN).order_by()
    return files if authorities is None else files.filter(establishment__authority__in=authorities)


def funnel_of(call, authorities: frozenset[int] | None = None) -> Funnel:
    """Counts of one call in a perimeter, in two queries."""
    refused = Q(checked_at__isnull=False) & ~Q(inadmissibility_reason="")
    rows = files_of(call, authorities).values_list("state").annotate(n=Count("pk"), refused=Count("pk", filter=refused))
    states = {state: n for state, n, _ in rows}
    inadmissible = sum(refused for _, _, refused in rows)
    filed = sum(states.get(state, 0) for state in FILED_STATES)
    return Funnel(
        eligible=eligible_establishments(call, authorities).count(),
        opened=sum(states.values()),
        filed=filed,
        admissible=filed - states.get(ApplicationState.SUBMITTED, 0) - inadmissible,
        inadmissible=inadmissible,
        scored=sum(states.get(state, 0) for state in SCORED_STATES),
    )


@dataclass(frozen=True)
class Share:
    """One département or one authority: lycées that may apply, files opened and filed."""

    label: str
    code: str
    eligible: int
    opened: int
    filed: int

    @property
    def is_low(self) -> bool:
        """Fewer than one lycée in five has filed."""
        return self.eligible > 0 and self.filed * 5 < self.eligible


def shares_of(call, authorities: frozenset[int] | None = None) -> tuple[list[Share], list[Share]]:
    """The shares by département and by authority, each in the order of its codes: two queries, none of them per place."""
    lycees = eligible_establishments(call, authorities).order_by().values_list(*_places(""))
    files = files_of(call, authorities).values_list(*_places("establishment__"))
    departments: dict[tuple[str, str], Counter] = defaultdict(Counter)
    bodies: dict[tuple[str, str], Counter] = defaultdict(Counter)
    for *place, eligible in lycees.annotate(total=Count("pk")):
        _add(departments, bodies, place, eligible=eligible)
    for *place, opened, filed in files.annotate(opened=Count("pk"), filed=Count("pk", filter=Q(state__in=FILED_STATES))):
        _add(departments, bodies, place, opened=opened, filed=filed)
    return _shares(departments), _shares(bodies)


def _places(prefix: str) -> list[str]:
    """Code and name of the département, then of the authority, of a lycée."""
    return [f"{prefix}{place}__{field}" for place in ("department", "authority") for field in ("code", "name")]


def _add(departments: dict, bodies: dict, place: list[str | None], **counts: int) -> None:
    """Count in both; a lycée whose département or authority is unknown is in none of that kind."""
    code, name, body_code, body_name = place
    for found, key in ((departments, (code, name)), (bodies, (body_code, body_name))):
        if key[0] is not None:
            found[key].update(counts)


def _shares(counts: dict[tuple[str, str], Counter]) -> list[Share]:
    return [Share(name, code, found["eligible"], found["opened"], found["filed"]) for (code, name), found in sorted(counts.items())]


def calls_for_steering(authorities: frozenset[int] | None = None):
    """Every call with the numbers of its files in a perimeter: one query."""
    here = Q() if authorities is None else Q(applications__establishment__authority__in=authorities)
    return Call.objects.select_related("programme").annotate(
        opened_total=Count("applications", filter=here & ~Q(applications__state=ApplicationState.WITHDRAWN)),
        filed_total=Count("applications", filter=here & Q(applications__state__in=FILED_STATES)),
        to_check_total=Count("applications", filter=here & Q(applications__state=ApplicationState.SUBMITTED)),
    )


def calls_past_deadline():
    """Published calls whose deadline, grace included, has passed."""
    return [
        call for call in Call.objects.filter(state=CallState.PUBLISHED, closes_at__lte=timezone.now()) if call.deadline <= timezone.now()
    ]
