"""A return typed wrongly: the goods never left, and count again everywhere."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from orders.actions.acceptance import NewReserve, accept_document
from orders.actions.delivery import record_delivery
from orders.actions.returning import cancel_delivery, cancel_return, return_goods
from orders.models import GoodsReturn, Lot, OrderLine, SerialNumber
from orders.queries.money import account_of
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.orders import OrderLineFactory, PurchaseOrderFactory, sent_laptops
from tests.outcomes import refusal_of, told
from tests.reading import elements_of, text_of

pytestmark = pytest.mark.django_db
HOLDER = "commandes@ateliers-du-cedre.example"
LABEL = "Ordinateur portable 11,6 pouces"


@pytest.fixture
def officer():
    return person(Role.ORDERS)


@pytest.fixture
def order(officer):
    return sent_laptops(officer)


@pytest.fixture
def head(order):
    return person(Role.HEAD, at=order.establishment)


def today():
    return timezone.localdate()


def deliver(order, quantity, note, actor, serials=""):
    line = order.lines.get()
    return record_delivery(
        order=order, delivered_on=today(), note_number=note, quantities={line.pk: quantity}, serial_numbers={line.pk: serials}, actor=actor,
    )  # fmt: skip


def give_back(order, quantity, actor, serials="", reference="RT-1"):
    line = order.lines.get()
    return return_goods(
        order=order, returned_on=today(), reference=reference, quantities={line.pk: quantity}, serial_numbers={line.pk: serials},
        reason="Écrans rayés.", actor=actor,
    )  # fmt: skip


def keep(order, actor, reference="RT-1", reason="Noté sur la mauvaise commande."):
    goods_return = order.returns.filter(reference=reference).latest("pk")
    return cancel_return(order=order, goods_return=goods_return, reason=reason, actor=actor)


def sums(order):
    """Engaged, delivered, accepted on the aid, incl. VAT."""
    found = account_of(type(order.decision).objects.get(pk=order.decision_id)).sums
    return found.engaged, found.delivered, found.accepted


def received(order):
    return OrderLine.objects.get(order=order).delivered_quantity


def test_goods_that_never_left_count_again_as_delivered_and_in_every_sum(order, officer):
    part = deliver(order, 20, "BL-1", officer)
    before = sums(order)
    returned = give_back(part, 4, officer)

    fresh = keep(returned, officer)

    assert sums(order) == before == (Decimal("14832.00"), Decimal("9888.00"), Decimal("0.00"))
    assert (fresh.state, received(order), Lot.objects.get(pk=order.lot_id).ordered_amount) == ("partly_delivered", 20, Decimal("12360.00"))
    entry = JournalEntry.objects.get(action="cancel_return")
    assert (entry.reason, entry.data["goods_return"]["label"]) == ("Noté sur la mauvaise commande.", "Retour RT-1")


def test_when_nothing_else_is_awaited_the_order_is_delivered_and_looked_at_from_today(order, officer):
    type(order).objects.filter(pk=order.pk).update(sent_at=timezone.now() - timedelta(days=60))
    line = order.lines.get()
    long_ago = today() - timedelta(days=40)
    record_delivery(order=order, delivered_on=long_ago, note_number="BL-1", quantities={line.pk: 30}, actor=officer)
    returned = give_back(order, 30, officer)

    fresh = keep(perform(returned, "acknowledge", actor=officer), officer)

    assert (returned.state, fresh.state) == ("sent", "delivered")
    assert (fresh.delivered_on, fresh.acceptance_due_on) == (long_ago, today() + timedelta(days=15))


def test_the_serial_numbers_are_those_of_the_deliveries_that_brought_them(order, officer):
    deliver(order, 2, "BL-1", officer, serials="SN-1 SN-2")
    part = deliver(order, 2, "BL-2", officer, serials="SN-3 SN-4")

    keep(give_back(part, 2, officer, serials="sn-2 SN-3"), officer)

    notes = SerialNumber.objects.order_by("number").values_list("number", "delivery_line__delivery__note_number")
    assert list(notes) == [
        ("SN-1", "BL-1"),
        ("SN-2", "BL-1"),
        ("SN-3", "BL-2"),
        ("SN-4", "BL-2"),
    ]


def test_a_number_received_elsewhere_since_keeps_the_return(order, officer):
    part = give_back(deliver(order, 3, "BL-1", officer, serials="SN-1 SN-2 SN-3"), 1, officer, serials="SN-2")
    other = OrderLineFactory(order__sent=True).order
    record_delivery(
        order=other, delivered_on=today(), note_number="BL-9", quantities={other.lines.get().pk: 1},
        serial_numbers={other.lines.get().pk: "SN-2"}, actor=officer,
    )  # fmt: skip

    assert refusal_of(keep, part, officer) == [
        f"Le numéro de série SN-2 est déjà reçu (bon BL-9, commande {other.number}, {other.establishment.name})."
    ]
    assert (received(order), GoodsReturn.objects.get().cancelled_at, SerialNumber.objects.count()) == (2, None, 3)


def test_what_came_in_its_place_is_cancelled_first(order, officer):
    give_back(deliver(order, 30, "BL-1", officer), 4, officer)
    part = deliver(order, 3, "BL-2", officer)

    said = refusal_of(keep, part, officer)
    cancelled = cancel_delivery(order=order, delivery=order.deliveries.get(note_number="BL-2"), reason="Erreur.", actor=officer)

    assert said == [f"{LABEL} : 3 articles de trop, d’autres sont arrivés à leur place : annulez d’abord cette livraison."]
    assert keep(cancelled, officer).state == "delivered"


def test_an_order_closed_without_them_takes_them_back_no_more(order, officer):
    give_back(deliver(order, 30, "BL-1", officer), 4, officer)
    ended = perform(order, "close_out", actor=officer, reason="Avoir plutôt qu’échange.")

    assert refusal_of(keep, ended, officer) == ["« Annuler un retour » n’est pas possible : état actuel « Livrée »."]
    part = cancel_delivery(order=ended, delivery=deliver_again(ended, officer), reason="Erreur.", actor=officer)
    assert refusal_of(keep, part, officer) == [
        f"{LABEL} : 2 articles de trop, la commande a été soldée sans eux, ils sont revenus aux besoins."
    ]


def deliver_again(ended, officer):
    """Two go back and come again: the last note may be cancelled."""
    give_back(ended, 2, officer, reference="RT-2")
    deliver(ended, 2, "BL-2", officer)
    return ended.deliveries.get(note_number="BL-2")


def test_an_acceptance_that_the_return_ended_is_signed_anew_and_its_reserves_stay_void(order, officer, head):
    whole = deliver(order, 30, "BL-1", head)
    accepted = accept_document(document=whole, reserves=[NewReserve("Écran 07 rayé.")], actor=head)
    returned = give_back(accepted, 4, officer)

    with pytest.raises(PermissionDenied):
        keep(returned, head)
    fresh = keep(returned, officer)
    again = accept_document(document=fresh, reserves=[], actor=head)

    assert (fresh.state, fresh.accepted_at, again.state) == ("delivered", None, "accepted")
    assert list(order.reserves.values_list("is_void", flat=True)) == [True]


def test_who_signed_cancels_no_return_even_as_orders_officer(order, officer, head):
    returned = give_back(accept_document(document=deliver(order, 30, "BL-1", head), reserves=[], actor=head), 4, officer)
    RoleGrantFactory(user=head, role=Role.ORDERS)

    with pytest.raises(PermissionDenied):
        keep(returned, type(head).objects.get(pk=head.pk))
    assert received(order) == 26


def test_a_return_is_cancelled_once_and_its_reference_is_free(order, officer):
    returned = give_back(deliver(order, 20, "BL-1", officer), 4, officer)
    kept = keep(returned, officer)

    assert refusal_of(keep, kept, officer) == ["Ce retour est déjà annulé."]
    again = give_back(kept, 1, officer)
    assert (again.state, received(order)) == ("partly_delivered", 19)
    assert list(GoodsReturn.objects.order_by("pk").values_list("reference", "cancel_reason", "cancelled_by")) == [
        ("RT-1", "Noté sur la mauvaise commande.", officer.pk),
        ("RT-1", "", None),
    ]


def test_those_who_were_told_of_the_return_are_told_that_it_counts_no_more(order, officer, head):
    returned = give_back(accept_document(document=deliver(order, 30, "BL-1", head), reserves=[], actor=head), 4, officer)

    keep(returned, officer, reason="Voir https://evil.example/x")

    body = Message.objects.get(code="return_cancelled", to_email=HOLDER).body
    assert told("return_cancelled") == told("goods_returned") == {HOLDER, head.email}
    assert f"- 4 × {LABEL}" in body
    assert "reste à signer de nouveau" in body
    assert "https://evil" not in body


def test_the_database_asks_why_a_return_is_cancelled(order, officer):
    give_back(deliver(order, 20, "BL-1", officer), 4, officer)

    with pytest.raises(IntegrityError, match="goods_return_cancelled_says_why"), transaction.atomic():
        GoodsReturn.objects.update(cancelled_at=timezone.now())


# -- Its page ----------------------------------------------------------------------------------------------------------------------


def page_of(order) -> str:
    return f"/commandes/{order.number}/retours/{GoodsReturn.objects.latest('pk').pk}/annuler/"


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.ORDERS, True), (Role.MEMBER, True), (Role.HEAD, True), (Role.FINANCE, False), (Role.TECHNICIAN, False), (Role.AUDITOR, False)],
)
def test_who_records_what_arrives_cancels_a_return_and_is_shown_how(client, sign_in, order, officer, role, may):
    give_back(deliver(order, 20, "BL-1", officer), 4, officer)
    sign_in(role, at=order.establishment if role in (Role.MEMBER, Role.HEAD) else None)
    links = {link["href"] for link in elements_of(client.get(f"/commandes/{order.number}/"), "a[href]")}

    page, sent = client.get(page_of(order)), client.post(page_of(order), {"reason": "Erreur."}, follow=True)

    assert (page_of(order) in links, page.status_code == 200, sent.status_code == 200) == (may, may, may)
    assert received(order) == (20 if may else 16)
    if may:
        assert "Ces quantités comptent de nouveau comme livrées" in text_of(page)
        assert [words.get_text(" ", strip=True)[:9] for words in elements_of(sent, ".pr-callout strong")] == ["Annulé le"]


def test_another_school_finds_no_return(client, sign_in, order, officer):
    give_back(deliver(order, 20, "BL-1", officer), 4, officer)
    sign_in(Role.HEAD, at=PurchaseOrderFactory(sent=True).establishment)

    assert (client.get(page_of(order)).status_code, client.post(page_of(order), {"reason": "Erreur."}).status_code) == (404, 404)
    assert received(order) == 16


def test_a_second_press_is_told_as_done_and_an_empty_reason_is_asked_for(client, sign_in, order, officer):
    give_back(deliver(order, 20, "BL-1", officer), 4, officer)
    sign_in(Role.ORDERS)

    empty = client.post(page_of(order), {"reason": " "})
    client.post(page_of(order), {"reason": "Erreur."})
    again = client.post(page_of(order), {"reason": "Erreur."}, follow=True)

    assert (empty.status_code, empty.context["form"].errors) == (422, {"reason": ["Ce champ est obligatoire."]})
    assert "C’est déjà fait" in text_of(again)
    assert received(order) == 20
