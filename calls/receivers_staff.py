"""What this app does when a call moves: the form that schools fill is frozen."""

from django.dispatch import receiver

from calls.actions.steering import freeze_questionnaire
from calls.models import Call
from portal.workflow.signals import transitioned


@receiver(transitioned, sender=Call, dispatch_uid="calls.freeze_questionnaire")
def freeze_on_publication(sender, instance, name, actor, **kwargs):
    """From the publication on, the form no longer changes under the feet of the teams."""
    if name == "publish":
        freeze_questionnaire(call=instance, actor=actor)
