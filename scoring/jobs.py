"""Long work of decisions: carrying a vote to many files, releasing results. Both may be started again at any point."""

from calls.models import Call
from portal.jobs.progress import JobFailed
from portal.jobs.registry import job
from portal.workflow.gate import TransitionRefused
from scoring.actions.decisions import carry_vote
from scoring.actions.release import release_call


@job("scoring.vote")
def vote(job, progress):
    """Carry the vote to each decision of the call; the person who recorded it acts."""
    call = Call.objects.get(pk=job.params["call"])
    return {"voted": _told(carry_vote, call=call, actor=job.owner, progress=progress)}


@job("scoring.release")
def release(job, progress):
    """Release the call; the person who asked acts."""
    call = Call.objects.get(pk=job.params["call"])
    return _told(release_call, call=call, actor=job.owner, progress=progress)


def _told(action, **arguments):
    """A refusal is a sentence for the person who waits, not a fault of the portal."""
    try:
        return action(**arguments)
    except TransitionRefused as refusal:
        raise JobFailed(" ".join(refusal.reasons)) from refusal
