"""Scenarios of a sitting: which one first, what a ranked list may give, frozen lines side by side."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db.models import Case, Count, Max, Q, QuerySet, When
from django.db.models.functions import Coalesce

from calls.models import Application, Call
from portal.directory.enums import Pathway
from scoring.enums import Method, SessionState
from scoring.models import ScenarioLine, SelectionScenario, SelectionSession
from scoring.queries.balance import default_doctrine
from scoring.queries.money import ZERO, exact_sum
from scoring.selection.ranked_list import Limits


def limits_of(parameters: Mapping) -> Limits:
    """What the ranked list may give, from the parameters of a scenario."""
    return Limits(Decimal(parameters["budget"]), parameters.get("places"), parameters.get("waiting_places", 0))


def lines_of(scenario: SelectionScenario, hidden: frozenset[int] = frozenset()) -> QuerySet[ScenarioLine]:
    """The frozen lines with their lycées, without the files hidden from the reader."""
    lines = scenario.lines.select_related("application__establishment__authority", "application__establishment__department")
    return lines.exclude(application_id__in=hidden) if hidden else lines


# What lines show of a file and of its lycée: no contact, no address, no text.
SHOWN = ("reference", "call", "state") + tuple(
    f"establishment__{name}"
    for name in (
        *("name", "uai", "commune_name", "sector", "category", "density_level", "latitude", "longitude", "authority", "department"),
        *("priority_education", "ips", "ips_year"),
        *(f"has_{pathway}" for pathway in Pathway.values),
    )
)


def lines_by_scenario(
    scenarios: Iterable[SelectionScenario], hidden: frozenset[int], *, selected_of: SelectionScenario | None = None
) -> dict[int, dict[int, ScenarioLine]]:
    """For each scenario (id), its lines by file (id), with the lycées; of `selected_of`, only those that it selects.

    Where files are hidden, a shared envelope shows what is asked: its parts, and what they leave, would tell who else is retained.

    Each file is read once, whatever the number of scenarios.
    """
    scenarios = list(scenarios)
    found: dict[int, dict[int, ScenarioLine]] = {scenario.pk: {} for scenario in scenarios}
    wanted = Q(scenario__in=list(found))
    if selected_of:
        found[selected_of.pk] = {}
        wanted |= Q(scenario=selected_of.pk, is_selected=True)
    lines = ScenarioLine.objects.filter(wanted).exclude(application_id__in=hidden)
    files = shown_files(lines)
    shared = {scenario.pk for scenario in [*scenarios, *([selected_of] if selected_of else [])] if scenario.is_shared} if hidden else set()
    for line in lines.order_by("position"):
        line.application = files[line.application_id]
        if line.scenario_id in shared:
            line.granted_amount, line.amount_reason = None, ""
        found[line.scenario_id][line.application_id] = line
    return found


def shown_files(lines: QuerySet[ScenarioLine]) -> dict[int, Application]:
    """The files (id) of these lines with what is shown of them."""
    files = Application.objects.filter(pk__in=lines.order_by().values("application_id")).order_by()
    shown = files.select_related("establishment").only(*SHOWN).prefetch_related("establishment__authority", "establishment__department")
    return {file.pk: file for file in shown}


def selected_totals(scenarios: Iterable[SelectionScenario], hidden: frozenset[int]) -> dict[int, tuple[int, Decimal]]:
    """For each scenario (id), how many visible files it selects and for how many euros; for how many asked, as in `lines_by_scenario`."""
    asked = [scenario.pk for scenario in scenarios if scenario.is_shared] if hidden else []
    proposed = Coalesce("granted_amount", "requested_amount")
    summed = Case(When(scenario__in=asked, then="requested_amount"), default=proposed) if asked else proposed
    found = {scenario.pk: (0, ZERO) for scenario in scenarios}
    lines = ScenarioLine.objects.filter(scenario__in=found, is_selected=True).exclude(application_id__in=hidden).order_by()
    for key, n, amount in lines.values_list("scenario").annotate(n=Count("pk"), amount=exact_sum(summed)):
        found[key] = (n, amount)
    return found


def twins_of(scenarios: Sequence[SelectionScenario], totals: Mapping[int, tuple[int, Decimal]]) -> dict[int, int]:
    """For each scenario (id) that selects the same files for the same amounts as another one before it, the first of these (id).

    `totals`: those of `selected_totals`, by which alone most are told apart: one query where some have the same, none otherwise.
    """
    alike = Counter(totals[scenario.pk] for scenario in scenarios)
    doubtful = [scenario.pk for scenario in scenarios if alike[totals[scenario.pk]] > 1]
    lists: dict[int, set[tuple]] = {pk: set() for pk in doubtful}
    if not doubtful:
        return {}
    rows = ScenarioLine.objects.filter(scenario__in=doubtful, is_selected=True).order_by()
    for pk, *row in rows.values_list("scenario", "application", Coalesce("granted_amount", "requested_amount")):
        lists[pk].add(tuple(row))
    first: dict[frozenset, int] = {}
    for pk in doubtful:
        first.setdefault(frozenset(lists[pk]), pk)
    return {pk: one for pk in doubtful if (one := first[frozenset(lists[pk])]) != pk}


def retained_scenario(call: Call) -> SelectionScenario | None:
    """The scenario that a closed sitting of the call retained: what the decisions are drawn from."""
    over = Q(session__call=call, session__state__in=SessionState.OVER, retained_at__isnull=False)
    return SelectionScenario.objects.filter(over).select_related("session__call").first()


def retained_amounts_rule(call: Call) -> str:
    """How the amounts of the retained scenario were set, as frozen with it; empty when each file gets what it asks for."""
    over = SelectionScenario.objects.filter(session__call=call, session__state__in=SessionState.OVER, retained_at__isnull=False)
    kept = over.only("parameters").first()
    return kept.amounts_rule if kept else ""


def scenarios_of(session: SelectionSession) -> list[SelectionScenario]:
    """The scenarios of a sitting without what is long to read: the oldest first, what the room composes last."""
    found = session.scenarios.select_related("run", "created_by").defer("result", "run__instance", "run__left_out").order_by("pk")
    return sorted(found, key=lambda scenario: bool(scenario.run and scenario.run.is_composed))


def computed_scenarios(session_id: int) -> QuerySet[SelectionScenario]:
    """The scenarios of a sitting that the optimiser chose, the latest first, each with its run and its call."""
    doctrines = (Method.MERIT, Method.SUM)
    chosen = SelectionScenario.objects.filter(session=session_id, run__isnull=False, doctrine__in=doctrines)
    return chosen.select_related("run__session__call").order_by("-run", "pk")


def with_proof(scenario: SelectionScenario) -> dict:
    """What the optimiser printed of a scenario, its proof included: what the checker reads."""
    proof = getattr(scenario, "proof", None)
    if not isinstance(scenario.result, dict):  # as it is, for whoever looks into it
        return {"result": scenario.result}
    return scenario.result | ({"proof": proof.content} if proof else {})


def shown_first(session: SelectionSession, scenarios: list[SelectionScenario]) -> SelectionScenario | None:
    """The one retained; otherwise, of the latest computation, the method that fits the places; otherwise the latest."""
    if not scenarios:
        return None
    latest = max((scenario.run_id or 0) for scenario in scenarios)
    same = [scenario for scenario in scenarios if scenario.run_id == latest] if latest else scenarios[-1:]
    preferred = default_doctrine(session)
    fitting = next((scenario for scenario in same if scenario.doctrine == preferred), same[-1])
    return next((scenario for scenario in scenarios if scenario.is_retained), fitting)


def compared_first(current: SelectionScenario, others: Iterable[SelectionScenario]) -> SelectionScenario | None:
    """What a scenario is compared with unless asked: the same method before the room changed it, otherwise a ranked list."""
    others = list(others)
    if current.run and current.run.is_composed:
        before = [other for other in others if other.doctrine == current.doctrine]
        return (before or others or [None])[-1]
    ranked = [other for other in others if other.doctrine == Method.RANKED]
    same = [other for other in ranked if other.run_id == current.run_id]
    return (same or ranked or others or [None])[0]


def ranked_cut(scenario: SelectionScenario) -> int | None:
    """The last position that the ranked list with the same money and places selects; None for a ranked list itself."""
    if not scenario.is_optimised:
        return None
    ranked = SelectionScenario.objects.filter(session=scenario.session_id, doctrine=Method.RANKED, run__isnull=False)
    return ranked.filter(lines__is_selected=True).aggregate(last=Max("lines__position"))["last"]
