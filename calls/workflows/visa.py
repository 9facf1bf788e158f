from django.db import models
from django_fsm import transition

from calls import occasions, rules
from calls.enums import ApplicationState


class VisaWorkflow(models.Model):
    """What happens while a visa is awaited and nothing moves: arrows that `ApplicationWorkflow` takes in."""

    class Meta:
        abstract = True

    @transition(
        field="state", source=ApplicationState.AWAITING_APPROVAL, target=ApplicationState.AWAITING_APPROVAL, permission=rules.asks_visa_again,
        conditions=[rules.visa_is_not_given, rules.call_accepts, occasions.visa_may_be_asked_again],
        custom={
            "label": "Rappeler le visa", "done": "Le visa est rappelé à qui peut le donner.", "notify": ["visa_reminded"],
            "effects": occasions.reminding_visa,
        },
    )  # fmt: skip
    def remind_visa(self) -> None:
        """The team asks again, by mail, those who may give it."""
