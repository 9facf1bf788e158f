"""Scenarios of a sitting: which one first, the input of a ranked list, frozen lines side by side."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce

from calls.models import Call
from portal.text.canonical import fingerprint
from scoring.enums import Doctrine, SessionState
from scoring.groups import belongs
from scoring.models import ScenarioLine, SelectionScenario, SelectionSession
from scoring.queries.balance import default_doctrine
from scoring.queries.ranking import RankedFile
from scoring.queries.session import ZERO
from scoring.selection.ranked_list import Candidate, Cut, Overflow, Quota, Rules, cut
from scoring.wording.cut import quota_label


def candidates(files: Iterable[RankedFile], quota: Mapping | None) -> list[Candidate]:
    """The ranking as candidates; a file without rank comes after the others, in the order given."""
    return [
        Candidate(
            key=file.application.reference,
            name=file.application.establishment.name,
            rank=file.rank or position,
            score=file.score,
            amount=file.application.requested_amount,
            in_group=bool(quota) and belongs(file.application.establishment, quota["dimension"], quota["value"]),
        )
        for position, file in enumerate(files, start=1)
    ]


def cut_rules(parameters: Mapping) -> Rules:
    """The rules of a cut from the stored parameters of a scenario."""
    quota = parameters.get("quota")
    return Rules(
        budget=Decimal(parameters["budget"]),
        overflow=Overflow(parameters["overflow"]),
        quota=Quota(quota_label(quota), quota.get("minimum"), quota.get("maximum")) if quota else None,
        waiting_places=parameters.get("waiting_places", 0),
    )


def input_digest(call_reference: str, parameters: Mapping, files: Iterable[Candidate]) -> str:
    """SHA-256 of all that the cut reads, in canonical JSON: parameters, then files in order of merit."""
    content = {
        "doctrine": Doctrine.RANKED.value,
        "call": call_reference,
        "parameters": parameters,
        "files": [
            [file.key, file.rank, None if file.score is None else f"{file.score:.2f}", f"{file.amount:.2f}", file.in_group]
            for file in sorted(files, key=lambda file: file.merit)
        ],
    }
    return fingerprint(content)


def replay(scenario: SelectionScenario) -> tuple[Cut, str]:
    """Do the cut again from the frozen lines alone: the same selection, and the digest of the same input."""
    lines = scenario.lines.select_related("application__establishment")
    files = [
        Candidate(
            line.application.reference,
            line.application.establishment.name,
            line.rank or line.position,
            line.score,
            line.requested_amount,
            line.in_group,
        )
        for line in lines
    ]
    reference = scenario.session.call.reference
    return cut(files, cut_rules(scenario.parameters)), input_digest(reference, scenario.parameters, files)


def lines_of(scenario: SelectionScenario, hidden: frozenset[int] = frozenset()):
    """The frozen lines with their lycées, without the files hidden from the reader."""
    lines = scenario.lines.select_related("application__establishment__authority", "application__establishment__department")
    return lines.exclude(application_id__in=hidden) if hidden else lines


def lines_by_scenario(scenarios: Iterable[SelectionScenario], hidden: frozenset[int]) -> dict[int, dict[int, ScenarioLine]]:
    """For each scenario (id), its lines by file (id). One query."""
    found: dict[int, dict[int, ScenarioLine]] = {scenario.pk: {} for scenario in scenarios}
    lines = ScenarioLine.objects.filter(scenario__in=found).exclude(application_id__in=hidden)
    for line in lines.select_related("application__establishment__authority", "application__establishment__department").order_by(
        "position"
    ):
        found[line.scenario_id][line.application_id] = line
    return found


def selected_totals(scenarios: Iterable[SelectionScenario], hidden: frozenset[int]) -> dict[int, tuple[int, Decimal]]:
    """For each scenario (id), how many visible files it selects and for how many euros. One query."""
    found = {scenario.pk: (0, ZERO) for scenario in scenarios}
    lines = ScenarioLine.objects.filter(scenario__in=found, is_selected=True).exclude(application_id__in=hidden).order_by()
    for key, n, amount in lines.values_list("scenario").annotate(n=Count("pk"), amount=Sum(Coalesce("granted_amount", "requested_amount"))):
        found[key] = (n, amount)
    return found


def retained_scenario(call: Call) -> SelectionScenario | None:
    """The scenario that a closed sitting of the call retained: what the decisions are drawn from."""
    over = Q(session__call=call, session__state__in=SessionState.OVER, retained_at__isnull=False)
    return SelectionScenario.objects.filter(over).select_related("session__call").first()


def scenarios_of(session: SelectionSession) -> list[SelectionScenario]:
    """The scenarios of a sitting without what is long to read: the oldest first, what the room composes last. One query."""
    found = session.scenarios.select_related("run", "created_by").defer("result", "run__instance", "run__left_out").order_by("pk")
    return sorted(found, key=lambda scenario: bool(scenario.run and scenario.run.is_composed))


def computed_scenarios(session_id: int):
    """The scenarios of a sitting that the optimiser chose, the latest first, each with its run and its call."""
    doctrines = (Doctrine.MERIT, Doctrine.SUM)
    chosen = SelectionScenario.objects.filter(session=session_id, run__isnull=False, doctrine__in=doctrines)
    return chosen.select_related("run__session__call").order_by("-run", "pk")


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
    ranked = [other for other in others if other.doctrine == Doctrine.RANKED]
    same = [other for other in ranked if other.run_id == current.run_id]
    return (same or ranked or others or [None])[0]


def ranked_cut(scenario: SelectionScenario) -> int | None:
    """The last position that the ranked list with the same money and places selects; None for a ranked list itself. One query."""
    if not scenario.is_optimised:
        return None
    ranked = SelectionScenario.objects.filter(session=scenario.session_id, doctrine=Doctrine.RANKED, run__isnull=False)
    return ranked.filter(lines__is_selected=True).aggregate(last=Max("lines__position"))["last"]
