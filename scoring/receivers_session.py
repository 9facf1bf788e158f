"""What sittings and decisions do when a call or a file changes state."""

from django.dispatch import receiver

from portal.workflow.actors import SYSTEM
from portal.workflow.signals import transitioned
from scoring.actions.sessions import close_scoring
from scoring.models import SelectionSession


@receiver(transitioned, sender=SelectionSession, dispatch_uid="scoring.close_scoring_with_session")
def close_scoring_with_session(sender, instance, name, **kwargs):
    """A sitting that closes closes the scoring of its files, in the same transaction: a stale scenario keeps it open."""
    if name == "close":
        close_scoring(session=instance, actor=SYSTEM)
