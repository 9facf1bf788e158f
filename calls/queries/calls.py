"""Calls as they are steered: who may apply, funnel, shares."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from calls import rules, scored_files
from calls.checks import SECTION_NATURES
from calls.conditioned.eligibility import awaited_waves, meeting
from calls.enums import ApplicationState, CallState
from calls.models import Application, Call
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.text.french import count, enumeration, number

FOLLOWED_CALLS = 2  # shown on one's own page


def eligible_establishments(
    call: Call, authorities: frozenset[int] | None = None, *, regions: frozenset[str] | None = None, or_unknown: bool = False
) -> QuerySet[Establishment]:
    """The lycées of the Région that may apply: open, no section of another, of an eligible statut, with an eligible pathway.

    The same rule as `calls.checks.eligibility_gaps`; one query more for a call with a condition, which Python decides on their facts. `authorities` (ids) restricts to the perimeter of an officer; None is the whole Région.
    `regions` (INSEE codes) stands for the Région that runs the portal where files from elsewhere were received. `or_unknown` adds those of which
    the condition is not known yet.
    """
    lycees = Establishment.objects.open().filter(region_code__in=regions or [settings.REGION_CODE], category__in=call.eligible_categories)
    if authorities is not None:
        lycees = lycees.filter(authority__in=authorities)
    if call.eligible_pathways:
        pathways = Q()
        for pathway in call.eligible_pathways:
            pathways |= Q(**{f"has_{pathway}": True})
        lycees = lycees.filter(pathways)
    lycees = lycees.exclude(nature_code__in=SECTION_NATURES)
    if call.eligibility is None:
        return lycees
    return lycees.filter(pk__in=meeting(call, lycees.select_related("department", "authority", "agency"), or_unknown=or_unknown))


def foreseen_establishments(call: Call) -> QuerySet[Establishment]:
    """Those that may apply; as long as its condition awaits the results of an earlier wave, those too that these may still let in."""
    return eligible_establishments(call, or_unknown=bool(awaited_waves(call)))


def eligible_in_words(call: Call) -> str:
    """« 342 lycées éligibles »; « 0 lycée éligible et 292 à préciser » as long as an earlier wave is awaited."""
    lycees = eligible_establishments(call).count()
    told = count(lycees, "lycée éligible", "lycées éligibles")
    unknown = foreseen_establishments(call).count() - lycees if awaited_waves(call) else 0
    return f"{told} et {number(unknown)} à préciser" if unknown else told


def awaited_in_words(call: Call, authorities: frozenset[int] | None = None) -> str:
    """« 292 lycées restent à préciser : les résultats de « X » sont attendus. »; "" where nobody is to be added by them.

    `authorities` as above. No query for a call whose condition awaits no results.
    """
    waves = awaited_waves(call)
    if not waves:
        return ""
    known, foreseen = (eligible_establishments(call, authorities, or_unknown=unknown).count() for unknown in (False, True))
    if foreseen == known:
        return ""
    told = count(foreseen - known, "lycée reste", "lycées restent")
    return f"{told} à préciser : les résultats de {enumeration([f'« {wave} »' for wave in waves])} sont attendus."


def counted_establishments(
    call: Call, authorities: frozenset[int] | None = None, *, regions: frozenset[str] | None = None
) -> QuerySet[Establishment]:
    """The lycées against which the files of a call are counted: those that may apply, and those that have a file all the same.

    A lycée that closes, or whose statut or pathways change in the directory, after it began its file leaves the first and not the sums.
    """
    return Establishment.objects.filter(
        Q(pk__in=eligible_establishments(call, authorities, regions=regions).order_by().values("pk"))
        | Q(pk__in=files_of(call, authorities).values("establishment"))
    )


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


def files_of(call: Call, authorities: frozenset[int] | None = None) -> QuerySet[Application]:
    """The files of a call that count, in a perimeter: all but the withdrawn ones."""
    files = call.applications.exclude(state=ApplicationState.WITHDRAWN).order_by()
    return files if authorities is None else files.filter(establishment__authority__in=authorities)


def funnel_of(call: Call, authorities: frozenset[int] | None = None) -> Funnel:
    """Counts of one call in a perimeter. Each step counts the files that have reached it, and those that have gone beyond."""
    refused = Q(checked_at__isnull=False) & ~Q(inadmissibility_reason="")
    marks = scored_files.scored()
    rows = (
        files_of(call, authorities)
        .values_list("state")
        .annotate(n=Count("pk"), refused=Count("pk", filter=refused), scored=Count("pk", filter=marks))
    )
    states = {state: n for state, n, _, _ in rows}
    inadmissible = sum(refused for _, _, refused, _ in rows)
    filed = sum(states.get(state, 0) for state in ApplicationState.FILED)
    return Funnel(
        eligible=counted_establishments(call, authorities).count(),
        opened=sum(states.values()),
        filed=filed,
        admissible=filed - states.get(ApplicationState.SUBMITTED, 0) - inadmissible,
        inadmissible=inadmissible,
        scored=sum(scored for _, _, _, scored in rows),
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


def shares_of(call: Call, authorities: frozenset[int] | None = None) -> tuple[list[Share], list[Share]]:
    """The shares by département and by authority, each in the order of its codes; no query per place."""
    lycees = counted_establishments(call, authorities).order_by().values_list(*_places(""))
    files = files_of(call, authorities).values_list(*_places("establishment__"))
    departments: dict[tuple[str, str], Counter] = defaultdict(Counter)
    bodies: dict[tuple[str, str], Counter] = defaultdict(Counter)
    for *place, eligible in lycees.annotate(total=Count("pk")):
        _add(departments, bodies, place, eligible=eligible)
    for *place, opened, filed in files.annotate(opened=Count("pk"), filed=Count("pk", filter=Q(state__in=ApplicationState.FILED))):
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


def calls_for_steering(authorities: frozenset[int] | None = None) -> QuerySet[Call]:
    """Every call with the numbers of its files in a perimeter."""
    here = Q() if authorities is None else Q(applications__establishment__authority__in=authorities)
    return Call.objects.select_related("programme").annotate(
        opened_total=Count(
            "applications", filter=here & Q(applications__kept_for=None) & ~Q(applications__state=ApplicationState.WITHDRAWN)
        ),
        filed_total=Count("applications", filter=here & Q(applications__state__in=ApplicationState.FILED)),
        to_check_total=Count("applications", filter=here & Q(applications__state=ApplicationState.SUBMITTED)),
    )


def funnel_steps(funnel: Funnel) -> list[dict]:
    """The funnel as `{% funnel %}` draws it."""
    of_eligible = f"{round(100 * funnel.opened / funnel.eligible)} % des lycées éligibles" if funnel.eligible else ""
    return [
        {"label": "Éligibles", "value": funnel.eligible},
        {"label": "Dossiers ouverts", "value": funnel.opened, "note": of_eligible},
        {"label": "Déposés", "value": funnel.filed, "note": f"{count(funnel.not_filed, 'brouillon non déposé', 'brouillons non déposés')}"},
        {
            "label": "Recevables",
            "value": funnel.admissible,
            "pending": funnel.to_check,
            "note": f"{funnel.to_check} à statuer, {count(funnel.inadmissible, 'irrecevable')}",
        },
        {"label": "Notés", "value": funnel.scored},
    ]


def followed_calls(user: User) -> list[dict]:
    """The calls under way with their funnel in the perimeter of a person of the Région (`call`, `steps`): two queries a call, two calls."""
    if not rules.follows_calls(user):
        return []
    perimeter = rules.steering_perimeter(user)
    calls = Call.objects.filter(state__in=CallState.FOLLOWED, opens_at__lte=timezone.now()).order_by("-closes_at")[:FOLLOWED_CALLS]
    return [{"call": call, "steps": funnel_steps(funnel_of(call, perimeter))} for call in calls]
