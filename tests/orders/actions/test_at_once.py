"""Two people on one aid at the same instant: nobody waits for ever, no piece is lost, what is done is said once."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from orders.actions import cancelling, opening
from orders.actions.opening import drop_pending
from orders.actions.order import edit_order
from orders.hooks import receivers
from orders.models import Lot, OrderLine, PendingNeed, PurchaseOrder
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import perform
from scoring.enums import DecisionState
from tests.factories.accounts import person
from tests.factories.orders import CatalogueItemFactory, DecisionLineFactory, LotFactory, OrderLineFactory, PendingNeedFactory
from tests.factories.scoring import EnvelopeFactory, FundingDecisionFactory
from tests.rivals import in_the_middle

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TEN = Decimal("4120.00")


@pytest.mark.parametrize("ended", ["cancel", "close_out"])
def test_an_order_is_approved_while_another_of_the_same_aid_and_lot_ends(monkeypatch, ended):
    lot = LotFactory(ordered_amount=TEN)
    decision = FundingDecisionFactory(state=DecisionState.RELEASED, granted_amount=Decimal("50000.00"))
    need = DecisionLineFactory(decision=decision, quantity=20)
    same = {"order__lot": lot, "order__decision": decision, "quantity": 10, "decision_line": need}
    traits = {"order__approved": True} if ended == "cancel" else {"order__partly_delivered": True, "delivered_quantity": 4}
    going = OrderLineFactory(**same, **traits, order__committed_amount=TEN).order
    draft = OrderLineFactory(**same).order

    found = in_the_middle(
        monkeypatch,
        receivers,
        "take_on_lot",
        of=lambda: perform(draft, "approve", actor=person(Role.ORDERS)).state,
        comes=lambda: perform(going, ended, actor=person(Role.ORDERS), reason="Doublon.").state,
    )

    assert found == ["approved", "cancelled" if ended == "cancel" else "delivered"]
    assert Lot.objects.get().ordered_amount == sum(order.committed_amount for order in PurchaseOrder.objects.all())


def test_an_order_is_cancelled_while_another_of_the_same_aid_and_lot_is_approved(monkeypatch):
    lot = LotFactory(ordered_amount=TEN)
    decision = FundingDecisionFactory(state=DecisionState.RELEASED, granted_amount=Decimal("50000.00"))
    same = {"order__lot": lot, "order__decision": decision, "quantity": 10, "decision_line": DecisionLineFactory(decision=decision)}
    going = OrderLineFactory(**same, order__approved=True, order__committed_amount=TEN).order
    draft = OrderLineFactory(**same).order

    found = in_the_middle(
        monkeypatch,
        cancelling,
        "keep_pending",
        of=lambda: perform(going, "cancel", actor=person(Role.ORDERS), reason="Doublon.").state,
        comes=lambda: perform(draft, "approve", actor=person(Role.ORDERS)).state,
    )

    assert found == ["cancelled", "approved"]
    assert Lot.objects.get().ordered_amount == TEN


def test_a_need_dropped_while_an_order_gives_it_more_loses_no_piece(monkeypatch):
    need = DecisionLineFactory(quantity=20)
    line = OrderLineFactory(order__decision=need.decision, quantity=15, decision_line=need)
    pending = PendingNeedFactory(decision_line=need, quantity=5)

    in_the_middle(
        monkeypatch,
        opening,
        "settle_need",
        of=lambda: drop_pending(need=pending, reason="Inutile.", actor=person(Role.ORDERS)),
        comes=lambda: edit_order(order=line.order, terms={}, quantities={line.pk: 10}, actor=person(Role.ORDERS)),
    )

    assert OrderLine.objects.get().quantity == 10
    assert list(PendingNeed.objects.order_by("pk").values_list("quantity", "settlement")) == [(5, "Inutile."), (5, "")]


def test_the_catalogue_searched_by_a_double_press_places_each_need_once_and_says_so(monkeypatch):
    CatalogueItemFactory()
    PendingNeedFactory()
    officer = person(Role.ORDERS, second_factor=True)

    def press():
        client = Client()
        client.force_login(officer)
        return client.post(reverse("orders:pending_retry")).status_code

    found = in_the_middle(monkeypatch, opening, "place_lines", of=press, comes=press)

    assert found == [302, 302]
    assert OrderLine.objects.get().quantity == PendingNeed.objects.exclude(settled_at=None).get().quantity


def test_two_decisions_that_open_orders_and_works_at_one_instant_have_each_their_numbers(monkeypatch):
    """Their needs stand in opposite orders; the counters of numbers are taken in one."""
    CatalogueItemFactory()
    CatalogueItemFactory(socket=True)
    one, other = FundingDecisionFactory(state=DecisionState.RELEASED), FundingDecisionFactory(state=DecisionState.RELEASED)
    for decision, kinds in ((one, (False, True)), (other, (True, False))):
        for cabling in kinds:
            DecisionLineFactory(decision=decision, cabling=cabling)

    found = in_the_middle(
        monkeypatch,
        opening,
        "add_lines",
        of=lambda: opening.open_orders(decision=one, actor=SYSTEM),
        comes=lambda: opening.open_orders(decision=other, actor=SYSTEM),
    )

    assert [(len(opened.orders), len(opened.works)) for opened in found] == [(1, 1), (1, 1)]


def test_a_need_is_not_placed_on_an_aid_that_its_lycee_is_declining(monkeypatch):
    item = CatalogueItemFactory()
    decision = FundingDecisionFactory(
        state=DecisionState.RELEASED,
        granted_amount=Decimal("49440.00"),
        envelope=EnvelopeFactory(amount=50000, committed_amount=49440),
        application__state="decided",
        application__outcome="awarded",
        application__granted_amount=Decimal("49440.00"),
    )
    pending = PendingNeedFactory(decision_line=DecisionLineFactory(decision=decision))
    head = person(Role.HEAD, at=decision.application.establishment)

    declined, said = in_the_middle(
        monkeypatch,
        cancelling,
        "settle_need",
        of=lambda: perform(decision.application, "decline_award", actor=head, reason="Projet abandonné.").state,
        comes=lambda: opening.place_pending(need=pending, item=item, actor=person(Role.ORDERS)),
    )

    assert (declined, said) == ("declined_by_school", "L’aide est déclinée : il n’y a plus rien à commander pour ce dossier.")
    assert not PurchaseOrder.objects.exists()
