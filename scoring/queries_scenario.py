"""What the page of a sitting reads of computed scenarios: which one first, its proof, the choices of the room, work under way."""

from collections.abc import Iterable

from django.db.models import Max

from portal.accounts.models import User
from portal.jobs.models import Job
from scoring.board_run import doctrine_sentence, methods_of, proof_of, restored
from scoring.enums import Doctrine, RunStatus
from scoring.models import FileLock, SelectionRun, SelectionScenario, SelectionSession
from scoring.queries_balance import default_doctrine


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


def proof_context(current: SelectionScenario, other: SelectionScenario | None, scenarios: list[SelectionScenario]) -> dict:
    """Gauges, prices, replacements, methods: for a reader from whom nothing is hidden. One query, for the whole result."""
    return {
        "proof": proof_of(current, current.run),
        "methods": methods_of(scenarios, current.run),
        "restored": restored(current, other, current.run.words) if other else [],
        "doctrine_sentence": doctrine_sentence(current.doctrine),
    }


def room_context(session: SelectionSession, user: User, hidden: frozenset[int]) -> dict:
    """Choices of the room that the reader may see, by file (id), the reader's computation under way or failed,
    rules that contradict each other. Three queries."""
    locks = FileLock.objects.filter(session=session).exclude(application__in=hidden).select_related("application__establishment", "author")
    last = (
        SelectionRun.objects.filter(session=session).exclude(status=RunStatus.WAITING).defer("instance", "left_out").order_by("-pk").first()
    )
    jobs = Job.objects.visible_to(user).filter(kind="scoring.select", dedupe_key__startswith=f"select-{session.pk}-")
    latest = jobs.order_by("-created_at").first()
    return {
        "locks": {lock.application_id: lock for lock in locks.order_by("created_at", "pk")},
        "impossible": last if last and last.is_impossible else None,
        "job": latest if latest and latest.state not in (Job.State.DONE, Job.State.CANCELLED) else None,
    }
