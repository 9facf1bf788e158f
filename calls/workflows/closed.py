from django.db import models
from django_fsm import transition

from calls import occasions, rules
from calls.enums import ApplicationState
from calls.workflows import said

REOPENING = {
    "label": "Rouvrir le dossier", "done": "Le dossier est rouvert.", "needs_reason": True, "notify": ["file_reopened"], "effects": said.REOPENING,
}  # fmt: skip


class ClosedWorkflow(models.Model):
    """A closed file goes back to what it was: arrows that `ApplicationWorkflow` takes in."""

    class Meta:
        abstract = True

    @transition(
        field="state", source=ApplicationState.CLOSED, target=ApplicationState.DECIDED, permission=rules.manages_file_call,
        conditions=[occasions.was_decided], custom=REOPENING,
    )  # fmt: skip
    def reopen_decided(self) -> None:
        """Closed by mistake: the file is again what it was, and this is one of four arrows because it comes from four states."""

    @transition(
        field="state", source=ApplicationState.CLOSED, target=ApplicationState.ACCEPTED_BY_SCHOOL, permission=rules.manages_file_call,
        conditions=[occasions.was_accepted], custom=REOPENING,
    )  # fmt: skip
    def reopen_accepted(self) -> None:
        pass

    @transition(
        field="state", source=ApplicationState.CLOSED, target=ApplicationState.DECLINED_BY_SCHOOL, permission=rules.manages_file_call,
        conditions=[occasions.was_declined], custom=REOPENING,
    )  # fmt: skip
    def reopen_declined(self) -> None:
        pass

    @transition(
        field="state", source=ApplicationState.CLOSED, target=ApplicationState.INADMISSIBLE, permission=rules.manages_file_call,
        conditions=[occasions.was_inadmissible], custom=REOPENING,
    )  # fmt: skip
    def reopen_inadmissible(self) -> None:
        pass
