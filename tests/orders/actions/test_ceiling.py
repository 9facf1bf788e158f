"""The aid voted, incl. VAT, is the ceiling of what orders and works engage; above it, two people."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from calls.enums import CallState
from orders.actions.excess import authorise_excess
from orders.models import Lot, PurchaseOrder
from orders.queries.money import account_of
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.enums import DecisionState
from scoring.models import Envelope, FundingDecision
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, OrderLineFactory, PurchaseOrderFactory
from tests.factories.scoring import FundingDecisionFactory
from tests.orders.actions.test_lots import at_once
from tests.outcomes import refusal_of

pytestmark = pytest.mark.django_db


def award(granted="5932.80", **fields) -> FundingDecision:
    """A released aid, 5 932.80 € incl. VAT: twelve laptops at 412 €. Its envelope holds it already, and has 1 000 € left."""
    amount = Decimal(granted)
    made = FundingDecisionFactory(
        state=DecisionState.RELEASED,
        granted_amount=amount,
        envelope__amount=amount + 1000,
        envelope__committed_amount=amount,
        application__call__state=CallState.RELEASED,
        **fields,
    )
    return FundingDecision.objects.get(pk=made.pk)


def order_of(decision, quantity, **fields) -> PurchaseOrder:
    return OrderLineFactory(order=PurchaseOrderFactory(decision=decision, **fields), quantity=quantity).order


def taken(decision) -> Decimal:
    return Envelope.objects.get(pk=decision.envelope_id).committed_amount


def test_an_aid_is_engaged_to_its_last_cent_and_not_beyond():
    decision, officer = award(), person(Role.ORDERS)
    perform(order_of(decision, 12), "approve", actor=officer)
    one_more = order_of(decision, 1)

    reasons = refusal_of(perform, one_more, "approve", actor=officer)

    assert reasons == [
        "L’aide votée (5 932,80 € TTC) serait dépassée de 494,40 € TTC : réduisez, ou demandez aux finances d’autoriser ce dépassement."
    ]
    assert (PurchaseOrder.objects.get(pk=one_more.pk).state, Lot.objects.get(pk=one_more.lot_id).ordered_amount) == ("draft", 0)
    assert account_of(FundingDecision.objects.get(pk=decision.pk)).left == 0


def test_a_price_raised_since_the_vote_is_seen():
    decision = award()
    order = OrderLineFactory(order__decision=decision, quantity=12, unit_price_amount=Decimal("2060.00")).order

    assert "serait dépassée de 23 731,20 € TTC" in refusal_of(perform, order, "approve", actor=person(Role.ORDERS))[0]


@pytest.mark.parametrize(("rate", "passes"), [("20.0", False), ("10.0", True)])
def test_a_quote_is_compared_with_its_own_vat(rate, passes):
    """5 000 € excl. VAT: 6 000 € at 20 %, above the aid; 5 500 € at 10 %, within it."""
    decision, officer = award(), person(Role.ORDERS)
    work = CablingWorkFactory(quoted=True, decision=decision, quote_amount=Decimal("5000.00"), quote_vat_rate=Decimal(rate))

    if passes:
        assert perform(work, "order", actor=officer).engaged_gross_amount == Decimal("5500.00")
    else:
        assert "serait dépassée de 67,20 € TTC" in refusal_of(perform, work, "order", actor=officer)[0]


def test_orders_and_works_of_one_aid_are_added_up():
    decision, officer = award(), person(Role.ORDERS)
    perform(order_of(decision, 10), "approve", actor=officer)
    work = CablingWorkFactory(quoted=True, decision=decision, quote_amount=Decimal("824.01"))

    assert "serait dépassée de 0,01 € TTC" in refusal_of(perform, work, "order", actor=officer)[0]


def test_a_cancelled_order_leaves_its_room():
    decision, officer = award(), person(Role.ORDERS)
    first = perform(order_of(decision, 12), "approve", actor=officer)
    perform(first, "cancel", actor=officer, reason="Doublon")

    assert perform(order_of(decision, 12), "approve", actor=officer).state == "approved"


def test_finance_authorises_above_the_vote_on_the_envelope_and_is_told():
    decision, officer, finance = award(), person(Role.ORDERS), person(Role.FINANCE)
    order = order_of(decision, 13)

    authorise_excess(decision=decision, amount=Decimal("494.40"), reason="Modèle retiré du catalogue.", actor=finance)
    approved = perform(order, "approve", actor=officer)

    fresh = FundingDecision.objects.get(pk=decision.pk)
    entry = JournalEntry.objects.get(action="authorise_excess")
    assert (approved.state, fresh.excess_amount, fresh.ceiling_amount) == ("approved", Decimal("494.40"), Decimal("6427.20"))
    assert (taken(decision), entry.reason, entry.actor) == (Decimal("6427.20"), "Modèle retiré du catalogue.", finance)
    told = Message.objects.filter(code="excess_authorised")
    assert set(told.values_list("to_email", flat=True)) == {officer.email, finance.email}
    assert all("494,40\u00a0€ TTC de plus" in message.body for message in told)


def test_whoever_authorised_does_not_approve():
    decision, both = award(), person(Role.FINANCE)
    order = order_of(decision, 13)
    authorise_excess(decision=decision, amount=Decimal("494.40"), reason="Modèle retiré.", actor=both)

    assert refusal_of(perform, order, "approve", actor=both) == [
        "Vous avez autorisé ce dépassement : une autre personne engage la commande."
    ]
    assert PurchaseOrder.objects.get().state == "draft"


def test_an_authorisation_beyond_the_envelope_is_refused():
    decision = award()

    reasons = refusal_of(authorise_excess, decision=decision, amount=Decimal("1000.01"), reason="Hausse.", actor=person(Role.FINANCE))

    assert "ne suffit pas" in reasons[0]
    assert (taken(decision), Message.objects.count()) == (Decimal("5932.80"), 0)


def test_an_authorisation_is_taken_back_while_nothing_uses_it():
    decision, officer, finance = award(), person(Role.ORDERS), person(Role.FINANCE)
    authorise_excess(decision=decision, amount=Decimal("494.40"), reason="Hausse.", actor=finance)
    order = perform(order_of(decision, 13), "approve", actor=officer)

    used = refusal_of(authorise_excess, decision=decision, amount=Decimal("494.39"), reason="Erreur.", actor=finance)
    perform(order, "cancel", actor=officer, reason="Doublon")
    authorise_excess(decision=decision, amount=Decimal("0.00"), reason="Erreur.", actor=finance)

    assert used == ["Les commandes engagent déjà davantage : annulez-en d’abord."]
    assert taken(decision) == Decimal("5932.80")


@pytest.mark.parametrize("role", [Role.ORDERS, Role.CALL_MANAGER, Role.TECHNICIAN, Role.AUDITOR, Role.ADMIN])
def test_nobody_but_finance_authorises(role):
    decision = award()

    with pytest.raises(PermissionDenied):
        authorise_excess(decision=decision, amount=Decimal("1.00"), reason="Hausse.", actor=person(role))

    assert FundingDecision.objects.get(pk=decision.pk).excess_amount == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clerks_on_the_last_euros_of_an_aid():
    """Room for twelve laptops, two orders of ten on two lots at the same time: one passes."""
    decision, officers = award(), [person(Role.ORDERS) for _ in range(2)]
    orders = [order_of(decision, 10) for _ in range(2)]

    outcomes = at_once(2, lambda n: perform(orders[n], "approve", actor=officers[n]))

    assert sum(isinstance(outcome, PurchaseOrder) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, TransitionRefused) for outcome in outcomes) == 1


def test_the_same_excess_again_writes_and_tells_nothing():
    decision, first = award(), person(Role.FINANCE)
    authorise_excess(decision=decision, amount=Decimal("494.40"), reason="Hausse.", actor=first)
    told, written = Message.objects.count(), JournalEntry.objects.count()

    authorise_excess(decision=decision, amount=Decimal("494.40"), reason="Encore.", actor=person(Role.FINANCE))

    assert (Message.objects.count(), JournalEntry.objects.count()) == (told, written)
    assert (FundingDecision.objects.get(pk=decision.pk).excess_by, taken(decision)) == (first, Decimal("6427.20"))


def test_whoever_gave_an_excess_stays_named_when_another_person_lowers_it():
    """Lowered by a colleague, it is still an excess that the first person gave: not theirs to use."""
    decision, both = award(), person(Role.FINANCE)
    authorise_excess(decision=decision, amount=Decimal("600.00"), reason="Hausse.", actor=both)
    authorise_excess(decision=decision, amount=Decimal("494.40"), reason="Moins.", actor=person(Role.FINANCE))

    assert refusal_of(perform, order_of(decision, 13), "approve", actor=both) == [
        "Vous avez autorisé ce dépassement : une autre personne engage la commande."
    ]
