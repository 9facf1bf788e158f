from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from orders.actions.acceptance import NewReserve, accept_document, lift_reserve
from orders.actions.delivery import record_delivery
from orders.actions.invoice import record_invoice
from orders.actions.order import edit_order
from orders.actions.work import issue_service_order, save_quote
from orders.enums import OrderState, WorkState
from orders.models import Delivery, PurchaseOrder, Reserve
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused
from tests.factories.accounts import person
from tests.factories.orders import (
    CablingWorkFactory,
    DecisionLineFactory,
    OrderLineFactory,
    PendingNeedFactory,
    PurchaseOrderFactory,
    ReserveFactory,
)
from tests.outcomes import refusal_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return person(Role.ORDERS)


@pytest.fixture
def order():
    """Sent ten days ago: 100 laptops and 1 server."""
    order = PurchaseOrderFactory(sent=True)
    OrderLineFactory(order=order)
    OrderLineFactory(order=order, label="Serveur pédagogique", quantity=1)
    return order


def today():
    return timezone.localdate()


def receive(order, quantities, actor, *, note="BL-20871", on=None):
    lines = list(order.lines.all())
    given = {line.pk: quantity for line, quantity in zip(lines, quantities, strict=False)}
    return record_delivery(order=order, delivered_on=on or today(), note_number=note, quantities=given, actor=actor)


def test_a_partial_delivery_leaves_the_rest_awaited(order, officer):
    fresh = receive(order, [60, 0], officer)

    delivery = Delivery.objects.get()
    assert (fresh.state, fresh.delivered_on) == (OrderState.PARTLY_DELIVERED, None)
    assert [line.outstanding_quantity for line in fresh.lines.all()] == [40, 1]
    assert [(line.order_line.label, line.quantity) for line in delivery.lines.all()] == [("Ordinateur portable 11,6 pouces", 60)]
    assert delivery.received_by == officer


def test_the_last_delivery_completes_the_order(order, officer):
    receive(order, [60, 0], officer, on=today() - timedelta(days=3))

    fresh = receive(order, [40, 1], officer, note="BL-20872", on=today() - timedelta(days=1))

    assert (fresh.state, fresh.delivered_on) == (OrderState.DELIVERED, today() - timedelta(days=1))
    assert fresh.acceptance_due_on == today() + timedelta(days=14)
    assert list(JournalEntry.objects.values_list("action", flat=True)) == ["deliver_all", "deliver_part"]


@pytest.mark.parametrize(
    ("quantities", "reasons"),
    [
        ([101, 0], ["Ordinateur portable 11,6 pouces : 101 livrés pour 100 attendus."]),
        ([0, 0], ["Aucune quantité livrée n’est saisie."]),
        ([-5, 1], ["Une ligne livrée n’est pas de cette commande."]),
    ],
)
def test_wrong_quantities_are_refused_and_nothing_is_written(order, officer, quantities, reasons):
    assert refusal_of(receive, order, quantities, officer) == reasons

    assert (Delivery.objects.count(), JournalEntry.objects.count()) == (0, 0)
    assert [line.delivered_quantity for line in order.lines.all()] == [0, 0]


def test_a_line_of_another_order_is_refused(order, officer):
    other = OrderLineFactory(order__sent=True)

    reasons = refusal_of(record_delivery, order=order, delivered_on=today(), note_number="BL-1", quantities={other.pk: 1}, actor=officer)

    assert reasons == ["Une ligne livrée n’est pas de cette commande."]
    other.refresh_from_db()
    assert other.delivered_quantity == 0


def test_a_delivery_is_neither_in_the_future_nor_before_the_order_was_sent(order, officer):
    sent_on = timezone.localtime(order.sent_at).date()

    assert refusal_of(receive, order, [1], officer, on=today() + timedelta(days=1)) == ["La date de livraison est dans le futur."]
    assert refusal_of(receive, order, [1], officer, on=sent_on - timedelta(days=1)) == [
        f"La livraison ne peut pas précéder l’envoi de la commande ({sent_on:%d/%m/%Y})."
    ]
    assert receive(order, [1], officer, on=sent_on).state == OrderState.PARTLY_DELIVERED


def test_a_delivery_note_is_recorded_once(order, officer):
    receive(order, [100, 1], officer)

    assert refusal_of(receive, order, [100, 1], officer) == ["Le bon de livraison BL-20871 est déjà enregistré pour cette commande."]
    assert Delivery.objects.count() == 1


def test_nothing_is_delivered_on_an_order_that_is_not_sent(officer):
    order = OrderLineFactory(order__approved=True).order

    assert refusal_of(receive, order, [1], officer) == ["La commande n’est pas encore envoyée au titulaire."]


def test_nothing_is_delivered_on_an_order_that_awaits_nothing(officer):
    order = OrderLineFactory(order__accepted=True, quantity=5).order

    assert refusal_of(receive, order, [5], officer) == [
        "« Enregistrer la livraison complète » n’est pas possible : état actuel « Réceptionnée sans réserve »."
    ]
    assert Delivery.objects.count() == 0


def test_a_stranger_records_no_delivery(order):
    with pytest.raises(PermissionDenied):
        receive(order, [1], person(Role.MEMBER, at=PurchaseOrderFactory().establishment))

    assert Delivery.objects.count() == 0


def test_the_head_accepts_without_reserve():
    order = PurchaseOrderFactory(delivered=True)
    head = person(Role.HEAD, at=order.establishment)

    fresh = accept_document(document=order, reserves=[], actor=head)

    assert fresh.state == OrderState.ACCEPTED
    assert fresh.accepted_at is not None


def test_the_head_accepts_with_reserves_and_lifts_them_one_by_one():
    order = PurchaseOrderFactory(delivered=True)
    head = person(Role.HEAD, at=order.establishment)

    accepted = accept_document(document=order, reserves=[NewReserve("Écran 07 rayé."), NewReserve("Un chargeur manque.")], actor=head)
    first, second = Reserve.objects.all()
    after_first = lift_reserve(reserve=first, note="Écran remplacé.", actor=head)
    after_second = lift_reserve(reserve=second, note="Chargeur reçu.", actor=person(Role.TECHNICIAN))

    assert [accepted.state, after_first.state, after_second.state] == ["accepted_with_reserves", "accepted_with_reserves", "accepted"]
    assert list(JournalEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "accept_with_reserves",
        "document_issued",
        "lift_reserve",
        "lift_reserve",
        "lift_reserves",
        "document_issued",
    ]


def test_a_refused_acceptance_leaves_no_reserve():
    order = PurchaseOrderFactory(sent=True)
    head = person(Role.HEAD, at=order.establishment)

    with pytest.raises(TransitionRefused):
        accept_document(document=order, reserves=[NewReserve("Écran rayé.")], actor=head)
    with pytest.raises(PermissionDenied):
        accept_document(document=PurchaseOrderFactory(delivered=True), reserves=[NewReserve("Écran rayé.")], actor=head)

    assert (Reserve.objects.count(), JournalEntry.objects.count()) == (0, 0)


def test_a_reserve_is_lifted_once_and_by_the_right_people():
    reserve = ReserveFactory()
    head = person(Role.HEAD, at=reserve.order.establishment)

    with pytest.raises(PermissionDenied):
        lift_reserve(reserve=reserve, note="Vu.", actor=person(Role.MEMBER, at=reserve.order.establishment))
    lift_reserve(reserve=reserve, note="Écrans remplacés.", actor=head)

    assert refusal_of(lift_reserve, reserve=reserve, note="Encore.", actor=head) == ["Cette réserve est déjà levée."]
    reserve.refresh_from_db()
    assert (reserve.lifting_note, reserve.lifted_by) == ("Écrans remplacés.", head)


def test_an_invoice_never_exceeds_the_order(officer):
    order = OrderLineFactory(order__accepted=True, quantity=10).order

    assert refusal_of(record_invoice, document=order, number="F-1", received_on=today(), amount=Decimal("4944.01"), actor=officer) == [
        "La facture dépasse de 0,01 € le total de la commande (4 944,00 €)."
    ]
    fresh = record_invoice(document=order, number="F-1", received_on=today(), amount=Decimal("4944.00"), actor=officer)

    assert (fresh.state, fresh.invoices.get().number, fresh.invoices.get().payment_due_on) == (
        "invoiced",
        "F-1",
        today() + timedelta(days=30),
    )


def test_editing_keeps_what_was_before_in_the_journal(officer):
    line = OrderLineFactory(decision_line=DecisionLineFactory(), quantity=100, order__commitment_number="")

    edit_order(order=line.order, terms={"commitment_number": "2026-4471"}, quantities={line.pk: 90}, actor=officer)

    line.refresh_from_db()
    assert (line.quantity, line.order.commitment_number) == (90, "2026-4471")
    assert JournalEntry.objects.get(action="edit_order").data == {
        "commitment_number": {"before": "", "after": "2026-4471"},
        "Ordinateur portable 11,6 pouces": {"before": 100, "after": 90},
    }


@pytest.mark.parametrize("quantity", [0, 101])
def test_a_quantity_stays_between_one_and_what_was_retained(officer, quantity):
    line = OrderLineFactory(decision_line=DecisionLineFactory(), quantity=90)
    PendingNeedFactory(decision_line=line.decision_line, quantity=10)

    reasons = refusal_of(edit_order, order=line.order, terms={"service_code": "LYC"}, quantities={line.pk: quantity}, actor=officer)

    assert reasons == ["Ordinateur portable 11,6 pouces : la quantité va de 1 à 100."]
    assert PurchaseOrder.objects.get(pk=line.order_id).service_code == ""


def test_quantities_do_not_change_once_approved(officer):
    line = OrderLineFactory(order__approved=True)

    assert refusal_of(edit_order, order=line.order, terms={}, quantities={line.pk: 5}, actor=officer) == [
        "Les quantités ne changent plus une fois la commande validée."
    ]
    assert edit_order(order=line.order, terms={"service_code": "LYC"}, quantities={}, actor=officer).service_code == "LYC"


def test_nothing_is_edited_once_sent_nor_by_others(officer):
    sent, draft = PurchaseOrderFactory(sent=True), PurchaseOrderFactory()

    assert refusal_of(edit_order, order=sent, terms={"service_code": "X"}, quantities={}, actor=officer) == [
        "La commande ne se modifie plus : état actuel « Envoyée »."
    ]
    with pytest.raises(PermissionDenied):
        edit_order(order=draft, terms={"service_code": "X"}, quantities={}, actor=person(Role.FINANCE))


def test_works_from_quote_to_service_order(officer):
    work = CablingWorkFactory(surveyed=True)
    technician = person(Role.TECHNICIAN)

    quoted = save_quote(work=work, amount=Decimal("18480.00"), reference="D-31", actor=technician)
    terms = {"starts_on": today(), "due_on": today() + timedelta(days=40), "commitment_number": "2026-9"}
    with pytest.raises(PermissionDenied):
        issue_service_order(work=quoted, terms=terms, actor=technician)
    issued = issue_service_order(work=quoted, terms=terms, actor=officer)

    assert (quoted.state, issued.state) == (WorkState.QUOTED, WorkState.ORDERED)
    assert (issued.quote_amount, issued.committed_amount, issued.due_on) == (Decimal("18480.00"), Decimal("18480.00"), terms["due_on"])


def test_works_accepted_with_reserves_end_with_reserves_lifted():
    work = CablingWorkFactory(pre_acceptance=True)
    technician = person(Role.TECHNICIAN)

    accepted = accept_document(document=work, reserves=[NewReserve("Étiquetage de la baie B.")], actor=technician)
    lifted = lift_reserve(reserve=Reserve.objects.get(), note="Étiqueté.", actor=technician)

    assert (accepted.state, lifted.state) == (WorkState.ACCEPTED_WITH_RESERVES, WorkState.RESERVES_LIFTED)
