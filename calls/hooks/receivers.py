"""What this app does when a file or a call moves: freeze what was said and asked."""

from calls.actions.steering import freeze_questionnaire
from calls.actions.versions import close_completion_request, freeze_version
from calls.enums import VersionReason
from calls.models import Application, Call
from portal.workflow.reactions import Move, after

FREEZING = {
    "approve": VersionReason.APPROVAL,
    "submit": VersionReason.SUBMISSION,
    "answer_completion": VersionReason.COMPLETION,
    "decline_completion": VersionReason.COMPLETION,
}


@after(Application, *FREEZING)
def freeze_on_commitment(application: Application, move: Move) -> None:
    """A visa, a submission and an answer to a request for complements each commit to a text: keep it."""
    freeze_version(application=application, reason=FREEZING[move.name], actor=move.actor)


@after(Application, "answer_completion", "decline_completion")
def close_request_on_answer(application: Application, move: Move) -> None:
    """The answer closes the request: the file is locked again."""
    close_completion_request(application=application, actor=move.actor, answer=move.data.get("motive", ""))


@after(Call, "publish")
def freeze_on_publication(call: Call, move: Move) -> None:
    """From the publication on, the form that teams fill no longer changes."""
    freeze_questionnaire(call=call, actor=move.actor)
