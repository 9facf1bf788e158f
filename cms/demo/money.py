"""The budget lines of the calls of the demonstration, a part delegated of one, a transfer."""

from contextlib import suppress
from decimal import Decimal

from django.utils import timezone

from calls.models import Call
from portal.accounts.models import User
from portal.workflow.gate import TransitionRefused
from scoring.actions.envelope import EnvelopeTerms, create_envelope
from scoring.actions.transfers import transfer
from scoring.enums import BudgetSection

PRIVATE = "sector:private"


def open_money(call: Call, actor: User, *, delegates: bool = False) -> None:
    """One line of what the call announces; `delegates`: a part of it is set apart for private lycées, then made larger by a transfer."""
    terms = EnvelopeTerms(
        "Investissement, équipement des lycées",
        call.budget_amount,
        section=BudgetSection.INVESTMENT,
        year=timezone.localdate().year,
        programme="Lycées, numérique éducatif",
        budget_code="902-22 · 21831",
    )
    line = create_envelope(call=call, terms=terms, actor=actor)
    if not delegates:
        return
    with suppress(TransitionRefused):  # a small directory has not every group
        part = EnvelopeTerms("Lycées privés sous contrat", Decimal("15000.00"), group=PRIVATE)
        target = create_envelope(call=call, terms=part, actor=actor, parent=line)
        transfer(source=line, target=target, amount=Decimal("5000.00"), reason="Deux internats privés de plus que prévu.", actor=actor)
