"""What this app does when a file or a call moves: freeze what was said and asked."""

from django.dispatch import receiver

from calls.actions.steering import freeze_questionnaire
from calls.actions.versions import close_completion_request, freeze_version
from calls.enums import VersionReason
from calls.models import Application, Call
from portal.workflow.signals import transitioned

FREEZING = {
    "approve": VersionReason.APPROVAL,
    "submit": VersionReason.SUBMISSION,
    "answer_completion": VersionReason.COMPLETION,
}


@receiver(transitioned, sender=Application, dispatch_uid="calls.freeze_version")
def freeze_on_commitment(sender, instance, name, actor, **kwargs):
    """A visa, a submission and an answer to a request for complements each commit to a text: keep it."""
    if name in FREEZING:
        freeze_version(application=instance, reason=FREEZING[name], actor=actor)
    if name == "answer_completion":
        close_completion_request(application=instance, actor=actor)


@receiver(transitioned, sender=Call, dispatch_uid="calls.freeze_questionnaire")
def freeze_on_publication(sender, instance, name, actor, **kwargs):
    """From the publication on, the form no longer changes under the feet of the teams."""
    if name == "publish":
        freeze_questionnaire(call=instance, actor=actor)
