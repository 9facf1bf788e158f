"""What the jury does when a call, a reading or a sitting changes state."""

from django.dispatch import receiver

from calls.models import Call
from portal.workflow.actors import SYSTEM
from portal.workflow.signals import transitioned
from scoring.actions.assessment import compute_marks, record_interest
from scoring.actions.grid import freeze_grid
from scoring.actions.scenario import close_scoring
from scoring.models import Assessment, SelectionSession


@receiver(transitioned, sender=Call, dispatch_uid="scoring.freeze_grid_when_scoring_starts")
def freeze_grid_when_scoring_starts(sender, instance, name, actor, **kwargs):
    """Without a grid the call does not enter scoring: the refusal undoes the transition."""
    if name == "start_assessment":
        freeze_grid(call=instance, actor=actor)
        compute_marks(call=instance, actor=actor)


@receiver(transitioned, sender=Assessment, dispatch_uid="scoring.record_interest_when_recused")
def record_interest_when_recused(sender, instance, name, data, **kwargs):
    """Whoever carries the recusal out, the file leaves the juror's sight."""
    if name == "recuse":
        record_interest(application=instance.application, user=instance.juror, reason=data.get("motive") or "Lien d’intérêt déclaré.")


@receiver(transitioned, sender=SelectionSession, dispatch_uid="scoring.close_scoring_with_session")
def close_scoring_with_session(sender, instance, name, **kwargs):
    """A sitting that closes closes the scoring of its files, in the same transaction: a stale scenario keeps it open."""
    if name == "close":
        close_scoring(session=instance, actor=SYSTEM)
