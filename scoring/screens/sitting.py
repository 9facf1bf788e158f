"""What the page of a sitting shows around its scenarios: proof, choices of the room, work under way."""

from portal.accounts.models import User
from portal.jobs.models import Job
from scoring.enums import RunStatus
from scoring.models import FileLock, SelectionRun, SelectionScenario, SelectionSession
from scoring.screens.backing import told
from scoring.screens.proof import ProofScreen, doctrine_sentence, methods_of, proof_of, restored
from scoring.screens.proving import ProofState, proof_state


def no_proof() -> dict:
    """What `proof_context` gives, for a scenario without a run or a reader who must not see it."""
    return {"proof": ProofScreen(), "methods": [], "restored": [], "doctrine_sentence": "", "state": ProofState("")}


def proof_context(current: SelectionScenario, other: SelectionScenario | None, scenarios: list[SelectionScenario]) -> dict:
    """Gauges, prices, replacements, methods. Only for a reader without conflict of interest in this call."""
    return {
        "proof": proof_of(current, current.run),
        "methods": methods_of(scenarios, current.run),
        "restored": restored(current, other, current.run.words) if other else [],
        "state": proof_state(current),
        "doctrine_sentence": doctrine_sentence(current.doctrine, composed=current.run.is_composed),
    }


def room_context(session: SelectionSession, user: User, hidden: frozenset[int]) -> dict:
    """Choices of the room that the reader may see, by file (id), the reader's computation under way or failed,
    rules that contradict each other."""
    locks = FileLock.objects.filter(session=session).exclude(application__in=hidden).select_related("application__establishment", "author")
    last = (
        SelectionRun.objects.filter(session=session).exclude(status=RunStatus.WAITING).defer("instance", "left_out").order_by("-pk").first()
    )
    jobs = Job.objects.visible_to(user).filter(kind="scoring.select", dedupe_key__startswith=f"select-{session.pk}-")
    latest = jobs.order_by("-created_at").first()
    return {
        "locks": {lock.application_id: lock for lock in locks.order_by("created_at", "pk")},
        "impossible": last if last and last.is_impossible else None,
        "contradictions": {key: told(last.contradictions.get(key, [])) for key in ("conflicts", "relaxations")} if last else {},
        "job": latest if latest and latest.state not in (Job.State.DONE, Job.State.CANCELLED) else None,
    }
