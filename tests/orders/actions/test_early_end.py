"""What leaves an order before its end: quantities reduced, the rest given up; dates, notes and serial numbers of deliveries; invoices."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.actions.delivery import record_delivery
from orders.actions.invoice import record_invoice
from orders.actions.opening import place_pending
from orders.actions.order import edit_order
from orders.models import Delivery, Lot, OrderLine, PendingNeed, PurchaseOrder, SerialNumber
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.text.french import euros
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.orders import CatalogueItemFactory, DecisionLineFactory, OrderLineFactory, PurchaseOrderFactory
from tests.outcomes import refusal_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return person(Role.ORDERS)


def today():
    return timezone.localdate()


def open_needs() -> list[tuple[int, str]]:
    return list(PendingNeed.objects.filter(settled_at=None).values_list("quantity", "cause"))


# -- Reduced ---------------------------------------------------------------------------------------------------------------------


def test_what_leaves_a_draft_is_a_need_to_settle_and_comes_back_from_there(officer):
    line = OrderLineFactory(decision_line=DecisionLineFactory(quantity=30), quantity=30)

    edit_order(order=line.order, terms={}, quantities={line.pk: 10}, actor=officer)
    reduced = open_needs()
    edit_order(order=line.order, terms={}, quantities={line.pk: 25}, actor=officer)
    grown = open_needs()
    edit_order(order=line.order, terms={}, quantities={line.pk: 30}, actor=officer)

    cause = f"Quantité réduite sur {line.order.number}."
    assert (reduced, grown, open_needs()) == ([(20, cause)], [(5, cause)], [])


def test_the_rest_of_a_need_goes_to_another_lot(officer):
    line = OrderLineFactory(decision_line=DecisionLineFactory(quantity=30), quantity=30)
    edit_order(order=line.order, terms={}, quantities={line.pk: 10}, actor=officer)

    other = place_pending(need=PendingNeed.objects.get(), item=CatalogueItemFactory(label="Autre portable"), actor=officer)

    assert other != line.order
    assert sorted(OrderLine.objects.values_list("label", "quantity")) == [("Autre portable", 20), ("Ordinateur portable 11,6 pouces", 10)]


def test_the_rest_placed_on_the_same_article_joins_its_line(officer):
    retained = DecisionLineFactory(quantity=30)
    line = OrderLineFactory(order__decision=retained.decision, decision_line=retained, quantity=30)
    edit_order(order=line.order, terms={}, quantities={line.pk: 10}, actor=officer)

    place_pending(need=PendingNeed.objects.get(), item=line.item, actor=officer)

    assert OrderLine.objects.get().quantity == 30


# -- Given up ------------------------------------------------------------------------------------------------------------------


def half_delivered(officer, **fields) -> PurchaseOrder:
    """Thirty laptops ordered, twelve come."""
    line = OrderLineFactory(decision_line=DecisionLineFactory(quantity=30), quantity=30, **fields)
    order = line.order
    for name in ("approve", "send"):
        order = perform(order, name, actor=officer)
    return record_delivery(order=order, delivered_on=today(), note_number="BL-1", quantities={line.pk: 12}, actor=officer)


def test_an_order_closed_early_gives_the_rest_back_to_the_lot_and_to_the_needs(officer):
    order = half_delivered(officer)

    ended = perform(order, "close_out", actor=officer, reason="Titulaire en liquidation.")

    assert (ended.state, ended.delivered_on, ended.committed_amount) == ("delivered", today(), Decimal("4944.00"))
    assert (ended.net_amount, ended.gross_amount, ended.quantity) == (Decimal("4944.00"), Decimal("5932.80"), 12)
    assert Lot.objects.get(pk=order.lot_id).ordered_amount == Decimal("4944.00")
    assert open_needs() == [(18, f"Commande {order.number} soldée.")]
    said = Message.objects.filter(code="order_closed_out").first()
    assert "12 × Ordinateur portable 11,6 pouces, sur 30 commandés" in said.body


def test_what_came_of_an_order_closed_early_is_accepted_and_invoiced(officer):
    order = perform(half_delivered(officer), "close_out", actor=officer, reason="Article retiré.")

    accepted = perform(order, "accept", actor=person(Role.HEAD, at=order.establishment))
    too_much = refusal_of(record_invoice, document=accepted, number="F-1", received_on=today(), amount=Decimal("14832.00"), actor=officer)
    invoiced = record_invoice(document=accepted, number="F-1", received_on=today(), amount=Decimal("5932.80"), actor=officer)

    assert too_much == ["La facture dépasse de 8 899,20 € le total de la commande (5 932,80 €)."]
    assert invoiced.state == "invoiced"


def test_a_second_early_end_joins_the_need_that_is_still_open(officer):
    order = half_delivered(officer)
    need = PendingNeed.objects.create(decision_line=order.lines.get().decision_line, quantity=2, cause="Quantité réduite.")

    perform(order, "close_out", actor=officer, reason="Article retiré.")

    assert PendingNeed.objects.get(pk=need.pk).quantity == 20


@pytest.mark.parametrize("traits", [{"sent": True}, {"delivered": True}, {"approved": True}])
def test_only_an_order_partly_delivered_is_closed_early(officer, traits):
    order = OrderLineFactory(order__state="draft").order if not traits else PurchaseOrderFactory(**traits)

    assert "n’est pas possible" in refusal_of(perform, order, "close_out", actor=officer, reason="Non")[0]


# -- Delivered -----------------------------------------------------------------------------------------------------------------


def sent(officer, quantity=29, **fields) -> tuple[PurchaseOrder, int]:
    line = OrderLineFactory(order=PurchaseOrderFactory(sent=True, **fields), quantity=quantity)
    return line.order, line.pk


def deliver(officer, order, line, quantity, note, *, days=0, serials=""):
    return record_delivery(
        order=order, delivered_on=today() - timedelta(days=days), note_number=note, quantities={line: quantity},
        serial_numbers={line: serials}, actor=officer,
    )  # fmt: skip


def test_an_order_is_delivered_on_the_latest_day_whatever_was_typed_last(officer):
    order, line = sent(officer)
    deliver(officer, order, line, 20, "BL-B", days=1)

    last = deliver(officer, order, line, 9, "BL-A", days=8)

    assert last.delivered_on == today() - timedelta(days=1)
    assert last.acceptance_due_on == today() + timedelta(days=14)


@pytest.mark.parametrize("note", ["bl-9", "BL - 9", "Bl-9 ", "BL\u20119", "BL\u20139", "BL-\u200b9"])
def test_a_note_is_the_same_however_it_is_typed(officer, note):
    order, line = sent(officer)
    deliver(officer, order, line, 2, "BL-9")

    assert refusal_of(deliver, officer, order, line, 2, note) == [f"Le bon de livraison {note} est déjà enregistré pour cette commande."]
    assert Delivery.objects.count() == 1


def test_a_serial_number_is_received_once_wherever_it_is(officer):
    order, line = sent(officer)
    other, other_line = sent(officer)
    deliver(officer, order, line, 2, "BL-1", serials="SN-1\nSN-2")

    again = refusal_of(deliver, officer, order, line, 1, "BL-2", serials="sn\u20111\u200b")
    elsewhere = refusal_of(deliver, officer, other, other_line, 1, "BL-9", serials="SN-2")

    school = order.establishment.name
    assert again == [f"Le numéro de série SN-1 est déjà reçu (bon BL-1, commande {order.number}, {school})."]
    assert elsewhere == [f"Le numéro de série SN-2 est déjà reçu (bon BL-1, commande {order.number}, {school})."]
    assert sorted(SerialNumber.objects.values_list("number", flat=True)) == ["SN-1", "SN-2"]


def test_a_school_reads_nothing_of_another_school_in_a_serial_number(officer):
    order, line = sent(officer)
    deliver(officer, order, line, 1, "BL-1", serials="SN-1")
    other, other_line = sent(officer)
    member = person(Role.MEMBER, at=other.establishment)

    (said,) = refusal_of(deliver, member, other, other_line, 1, "BL-9", serials="SN-1")

    assert said == "Le numéro de série SN-1 est déjà reçu (par un autre lycée : relisez l’étiquette, ou écrivez au service des commandes)."
    assert order.number not in said


def test_a_serial_number_is_on_one_line_of_a_note(officer):
    order, line = sent(officer)
    second = OrderLineFactory(order=order, quantity=1, label="Souris").pk

    reasons = refusal_of(
        record_delivery, order=order, delivered_on=today(), note_number="BL-1", quantities={line: 1, second: 1},
        serial_numbers={line: "SN-77", second: "sn-77"}, actor=officer,
    )  # fmt: skip

    assert reasons == ["Numéro de série en double sur ce bon : SN-77."]


# -- Invoiced ------------------------------------------------------------------------------------------------------------------

PRICES = [(54, "412.03"), (3, "689.34"), (15, "389.08")]  # 36 184.60 € line by line, 36 184.61 € with the tax on the total


def accepted_order() -> PurchaseOrder:
    order = PurchaseOrderFactory(accepted=True)
    for quantity, price in PRICES:
        OrderLineFactory(order=order, quantity=quantity, delivered_quantity=quantity, unit_price_amount=Decimal(price))
    return order


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("36184.61", ", 0,01\u00a0€ de plus que le total commandé"),
        ("36184.60", ""),
        ("36000.00", ", 184,60\u00a0€ de moins que le total commandé"),
    ],
)
def test_an_invoice_may_round_its_tax_on_the_total(officer, amount, said):
    order = accepted_order()

    invoiced = record_invoice(document=order, number="F-1", received_on=today(), amount=Decimal(amount), is_last=True, actor=officer)

    assert (order.gross_amount, invoiced.state, invoiced.invoiced_amount) == (Decimal("36184.60"), "invoiced", Decimal(amount))
    assert JournalEntry.objects.get(action="record_invoice").reason == f"Facture F-1, {euros(Decimal(amount))} TTC{said}"


def test_an_invoice_above_what_rounding_gives_is_refused(officer):
    """Three lines: a cent and a half at most."""
    said = refusal_of(
        record_invoice, document=accepted_order(), number="F-1", received_on=today(), amount=Decimal("36184.62"), actor=officer
    )

    assert said == ["La facture dépasse de 0,02 € le total de la commande (36 184,60 €)."]
