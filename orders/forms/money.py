"""What finance types about the money of a decision."""

from decimal import Decimal

from django import forms

from portal.ui.fields import AmountField, PlainTextField
from portal.workflow.watched import WatchedForm
from scoring.models import FundingDecision


class ExcessForm(WatchedForm, forms.Form):
    """How much more than the vote orders and works may engage, in all, and why."""

    amount = AmountField(
        label="Dépassement autorisé TTC", minimum=Decimal(0), help_text="En tout, au-dessus de l’aide votée ; 0 retire l’autorisation."
    )
    reason = PlainTextField(
        label="Motif",
        max_length=2000,
        multiline=True,
        help_text="Il est gardé au journal, à votre nom, et la somme est prise sur l’enveloppe.",
    )

    def __init__(self, data: dict | None = None, *, decision: FundingDecision, needed: Decimal):
        super().__init__(data, initial={"amount": max(decision.excess_amount, needed)})
