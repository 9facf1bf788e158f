"""What the jury does when a call, a reading or a sitting changes state."""

from calls.models import Application, Call
from portal.notifications import outbox
from portal.workflow.actors import SYSTEM
from portal.workflow.reactions import Move, after
from scoring.actions.assessment import compute_marks, record_interest
from scoring.actions.call_rules import freeze_ips_bands
from scoring.actions.decision import drop_proposal
from scoring.actions.grid import freeze_grid
from scoring.actions.publication import ask_publication
from scoring.actions.scenario import close_scoring, reopen_scoring
from scoring.actions.waiver import end_waiver
from scoring.models import Assessment, SelectionSession


@after(Call, "publish")
def freeze_grid_on_publication(call: Call, move: Move) -> None:
    """Teams apply on these weights and rules: from now on they change by an erratum alone."""
    freeze_grid(call=call, actor=move.actor)
    freeze_ips_bands(call, move.actor)


@after(Call, "start_assessment")
def freeze_grid_when_scoring_starts(call: Call, move: Move) -> None:
    """Without a grid the call does not enter scoring: the refusal undoes the transition."""
    freeze_grid(call=call, actor=move.actor)
    freeze_ips_bands(call, move.actor)
    compute_marks(call=call, actor=move.actor)


@after(Application, "declare_admissible")
def compute_marks_of_late_file(application: Application, move: Move) -> None:
    """A file that reaches the jury once its scoring is open has what the opening computed for the others."""
    if application.call.is_scored:
        compute_marks(call=application.call, actor=move.actor)


@after(Call, "release")
def make_the_selection_checkable(call: Call, move: Move) -> None:
    """Once its results are public, everybody may check how they were chosen, where the vote followed a computed scenario."""
    ask_publication(call=call, actor=move.actor)


@after(Call, "declare_unsuccessful")
def tell_the_jury_that_nothing_is_left(call: Call, move: Move) -> None:
    """Its members had a date to keep."""
    outbox.post("jury_without_files", about=call, actor=move.actor)


@after(Application, "withdraw_filed")
def drop_proposal_of_withdrawn_file(application: Application, move: Move) -> None:
    """What finance had prepared for it goes, with its money; nothing is dropped once the vote is recorded."""
    drop_proposal(application=application, actor=move.actor)


@after(Assessment, "submit")
def end_waiver_once_all_is_handed_in(assessment: Assessment, move: Move) -> None:
    """What excused a missing evaluation excuses no other."""
    end_waiver(application=assessment.application, actor=move.actor)


@after(Assessment, "recuse")
def record_interest_when_recused(assessment: Assessment, move: Move) -> None:
    """The file is hidden from the juror, whoever carried out the recusal."""
    reason = move.data.get("motive") or "Lien d’intérêt déclaré."
    record_interest(application=assessment.application, user=assessment.juror, reason=reason)


@after(SelectionSession, "close")
def close_scoring_with_session(session: SelectionSession, move: Move) -> None:
    """A sitting that closes closes the scoring of its files, in the same transaction: a stale scenario keeps it open."""
    close_scoring(session=session, actor=SYSTEM)


@after(SelectionSession, "reopen")
def reopen_scoring_with_session(session: SelectionSession, move: Move) -> None:
    """What the closing had frozen is live again, in the same transaction."""
    reopen_scoring(session=session, actor=SYSTEM)
