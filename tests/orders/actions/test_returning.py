"""What arrived and counts no more: a delivery typed wrongly, goods that the holder takes back, an acceptance taken back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from exports.models import IssuedDocument
from orders.actions.acceptance import NewReserve, accept_document
from orders.actions.delivery import record_delivery
from orders.actions.returning import cancel_delivery, return_goods
from orders.models import Delivery, GoodsReturn, Lot, OrderLine, PendingNeed, PurchaseOrder, SerialNumber
from orders.queries.listing import late_lines
from orders.queries.money import account_of
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.orders import OrderLineFactory, sent_laptops
from tests.outcomes import refusal_of

pytestmark = pytest.mark.django_db
HOLDER = "commandes@ateliers-du-cedre.example"


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


def deliver(order, quantity, note, actor, *, serials="", on=None):
    line = order.lines.get()
    return record_delivery(
        order=order, delivered_on=on or today(), note_number=note, quantities={line.pk: quantity}, serial_numbers={line.pk: serials},
        actor=actor,
    )  # fmt: skip


def cancel(order, note, actor, reason="Saisie en double."):
    return cancel_delivery(order=order, delivery=order.deliveries.standing().get(note_number=note), reason=reason, actor=actor)


def give_back(order, quantity, actor, *, reference="RT-1", serials="", on=None):
    line = order.lines.get()
    return return_goods(
        order=order, returned_on=on or today(), reference=reference, quantities={line.pk: quantity}, serial_numbers={line.pk: serials},
        reason="Écrans rayés.", actor=actor,
    )  # fmt: skip


def sums(order):
    """Engaged, delivered, accepted on the aid, incl. VAT."""
    found = account_of(type(order.decision).objects.get(pk=order.decision_id)).sums
    return found.engaged, found.delivered, found.accepted


def received(order):
    return OrderLine.objects.get(order=order).delivered_quantity


# -- A delivery typed wrongly ------------------------------------------------------------------------------------------------------


def test_one_of_two_deliveries_cancelled_brings_the_order_back_to_partly_delivered(order, officer):
    deliver(order, 20, "BL-1", officer)
    whole = deliver(order, 10, "BL-2", officer)

    fresh = cancel(whole, "BL-1", officer, "Vingt saisis pour deux.")

    assert (whole.state, whole.delivered_on) == ("delivered", today())
    assert (fresh.state, fresh.delivered_on, received(order)) == ("partly_delivered", None, 10)
    assert sums(order) == (Decimal("14832.00"), Decimal("4944.00"), Decimal("0.00"))
    entry = JournalEntry.objects.get(action="cancel_delivery")
    assert (entry.reason, entry.data["delivery"]["label"]) == ("Vingt saisis pour deux.", "Livraison BL-1")


def test_the_only_delivery_cancelled_brings_the_order_back_to_sent_and_it_may_be_cancelled(order, officer):
    fresh = cancel(deliver(order, 20, "BL-1", officer), "BL-1", officer)

    ended = perform(fresh, "cancel", actor=officer, reason="Article retiré.")

    assert (fresh.state, ended.state) == ("sent", "cancelled")
    assert Lot.objects.get(pk=order.lot_id).ordered_amount == 0
    assert PendingNeed.objects.get(settled_at=None).quantity == 30


def test_a_cancelled_delivery_stays_with_its_reason_and_frees_its_note_and_its_numbers(order, officer):
    cancel(deliver(order, 3, "BL-1", officer, serials="SN-1 SN-2"), "BL-1", officer)

    again = deliver(order, 2, "BL-1", officer, serials="sn-1 SN-2")

    assert (again.state, received(order)) == ("partly_delivered", 2)
    assert list(Delivery.objects.order_by("pk").values_list("note_number", "cancel_reason", "cancelled_by")) == [
        ("BL-1", "Saisie en double.", officer.pk),
        ("BL-1", "", None),
    ]
    assert sorted(SerialNumber.objects.values_list("number", flat=True)) == ["SN-2", "sn-1"]


def test_the_day_of_delivery_is_that_of_the_deliveries_that_stand(order, officer):
    type(order).objects.filter(pk=order.pk).update(sent_at=timezone.now() - timedelta(days=10))
    deliver(order, 20, "BL-1", officer, on=today() - timedelta(days=6))
    deliver(order, 5, "BL-2", officer)
    fresh = cancel(order, "BL-2", officer)

    whole = deliver(fresh, 10, "BL-3", officer, on=today() - timedelta(days=4))

    assert whole.delivered_on == today() - timedelta(days=4)


def test_a_delivery_is_cancelled_once(order, officer):
    delivered = deliver(order, 20, "BL-1", officer)
    deliver(delivered, 1, "BL-2", officer)
    note = Delivery.objects.get(note_number="BL-1")
    cancel_delivery(order=order, delivery=note, reason="Erreur.", actor=officer)

    assert refusal_of(cancel_delivery, order=order, delivery=note, reason="Erreur.", actor=officer) == ["Cette livraison est déjà annulée."]
    assert received(order) == 1


def test_the_school_is_told_which_delivery_counts_no_more_and_what_is_awaited(order, officer, head):
    cancel(deliver(order, 20, "BL-1", officer), "BL-1", officer, "Vingt pour deux, voir https://evil.example/x")

    message = Message.objects.get(code="delivery_cancelled")
    assert (message.to_email, message.subject.split(" : ")[0]) == (head.email, f"Commande {order.number}")
    assert "Vingt pour deux" in message.body
    assert "https://evil" not in message.body
    assert "- 30 × Ordinateur portable 11,6 pouces" in message.body


def test_once_accepted_a_delivery_is_cancelled_after_a_second_person_has_taken_the_acceptance_back(order, officer, head):
    whole = deliver(order, 30, "BL-1", head)
    accepted = accept_document(document=whole, reserves=[], actor=head)

    too_late = refusal_of(cancel, accepted, "BL-1", head)
    with pytest.raises(PermissionDenied):
        perform(accepted, "reopen_acceptance", actor=head, reason="Je me suis trompé.")
    reopened = perform(accepted, "reopen_acceptance", actor=officer, reason="Trois cartons manquent.")
    fresh = cancel(reopened, "BL-1", head)

    assert too_late == ["« Annuler une livraison » n’est pas possible : état actuel « Réceptionnée sans réserve »."]
    assert (reopened.state, reopened.accepted_at, fresh.state) == ("delivered", None, "sent")
    assert received(order) == 0


def test_whoever_signed_takes_back_no_acceptance_nor_goods_even_as_orders_officer(order, officer, head):
    accepted = accept_document(document=deliver(order, 30, "BL-1", head), reserves=[], actor=head)
    RoleGrantFactory(user=head, role=Role.ORDERS)
    both = type(head).objects.get(pk=head.pk)

    for act in (
        lambda: perform(accepted, "reopen_acceptance", actor=both, reason="Non."),
        lambda: give_back(accepted, 1, both),
    ):
        with pytest.raises(PermissionDenied):
            act()

    assert (PurchaseOrder.objects.get().state, received(order), GoodsReturn.objects.count()) == ("accepted", 30, 0)


# -- An acceptance taken back ------------------------------------------------------------------------------------------------------


def test_an_acceptance_taken_back_is_signed_anew_with_its_own_reserves_and_its_own_report(order, officer, head):
    whole = deliver(order, 30, "BL-1", head)
    reserved = accept_document(document=whole, reserves=[NewReserve("Écran 07 rayé.")], actor=head)
    reopened = perform(reserved, "reopen_acceptance", actor=officer, reason="Le procès-verbal vise un autre lot.")

    again = accept_document(document=reopened, reserves=[], actor=head)

    assert (reserved.state, again.state) == ("accepted_with_reserves", "accepted")
    assert list(order.reserves.values_list("is_void", "lifting_note")) == [
        (True, "Réception reprise : à écrire de nouveau si cette réserve tient encore.")
    ]
    assert again.standing_reserves == []
    assert list(IssuedDocument.objects.filter(kind="order_acceptance").order_by("edition").values_list("edition", "title")) == [
        (1, f"Procès-verbal de réception {order.number}"),
        (2, f"Procès-verbal de réception {order.number}, édition 2"),
    ]
    told = Message.objects.filter(to_email=HOLDER).exclude(code="order_sent").order_by("pk").values_list("code", flat=True)
    assert list(told) == ["order_accepted_with_reserves", "acceptance_reopened", "order_accepted"]


def test_a_second_acceptance_is_told_as_the_first_was(order, officer, head):
    accepted = accept_document(document=deliver(order, 30, "BL-1", head), reserves=[], actor=head)
    accept_document(document=perform(accepted, "reopen_acceptance", actor=officer, reason="Erreur."), reserves=[], actor=head)

    assert Message.objects.filter(code="order_accepted", to_email=HOLDER).count() == 2


def test_the_time_to_look_at_the_goods_runs_from_the_day_on_which_it_could_begin(order, officer):
    type(order).objects.filter(pk=order.pk).update(sent_at=timezone.now() - timedelta(days=60))
    part = deliver(order, 20, "BL-1", officer, on=today() - timedelta(days=45))

    ended = perform(part, "close_out", actor=officer, reason="Le reste ne viendra pas.")

    assert (ended.delivered_on, ended.acceptance_due_on) == (today() - timedelta(days=45), today() + timedelta(days=15))


# -- Goods returned ----------------------------------------------------------------------------------------------------------------


def test_what_the_holder_takes_back_is_awaited_again_and_lowers_what_is_delivered_and_accepted(order, officer, head):
    accepted = accept_document(document=deliver(order, 30, "BL-1", head), reserves=[], actor=head)
    before = sums(order)

    fresh = give_back(accepted, 4, officer)

    assert before == (Decimal("14832.00"), Decimal("14832.00"), Decimal("14832.00"))
    assert sums(order) == (Decimal("14832.00"), Decimal("12854.40"), Decimal("0.00"))
    assert (fresh.state, fresh.delivered_on, fresh.accepted_at, received(order)) == ("partly_delivered", None, None, 26)


def test_goods_returned_are_delivered_anew_and_signed_or_the_rest_is_closed_early(order, officer, head):
    accepted = accept_document(document=deliver(order, 30, "BL-1", head), reserves=[], actor=head)
    part = give_back(accepted, 4, officer)

    exchanged = deliver(part, 4, "BL-2", head)
    part = give_back(exchanged, 4, head, reference="RT-2")
    ended = perform(part, "close_out", actor=officer, reason="Avoir plutôt qu’échange.")

    assert (exchanged.state, ended.state, ended.quantity) == ("delivered", "delivered", 26)
    assert Lot.objects.get(pk=order.lot_id).ordered_amount == Decimal("10712.00")
    assert PendingNeed.objects.get(settled_at=None).quantity == 4
    assert sums(order)[:2] == (Decimal("12854.40"), Decimal("12854.40"))


def test_everything_returned_leaves_an_order_that_may_be_cancelled(order, officer):
    part = deliver(order, 20, "BL-1", officer)
    closed_early = perform(part, "close_out", actor=officer, reason="Article retiré.")

    fresh = give_back(closed_early, 20, officer)
    ended = perform(fresh, "cancel", actor=officer, reason="Rien ne reste.")

    assert (fresh.state, ended.state) == ("sent", "cancelled")
    assert Lot.objects.get(pk=order.lot_id).ordered_amount == 0
    assert PendingNeed.objects.get(settled_at=None).quantity == 30


def test_the_numbers_that_leave_are_free_and_those_that_stay_are_not(order, officer):
    part = deliver(order, 3, "BL-1", officer, serials="SN-1 SN-2 SN-3")

    fresh = give_back(part, 1, officer, serials="sn-2")

    taken = refusal_of(deliver, fresh, 1, "BL-2", officer, serials="SN-1")
    assert "Le numéro de série SN-1 est déjà reçu" in taken[0]
    assert deliver(fresh, 1, "BL-2", officer, serials="SN-2").state == "partly_delivered"


@pytest.mark.parametrize(
    ("quantity", "fields", "said"),
    [
        (4, {}, "Ordinateur portable 11,6 pouces : 4 repris pour 3 livrés."),
        (0, {}, "Aucune quantité reprise n’est saisie."),
        (1, {"serials": "SN-9"}, "Le numéro de série SN-9 n’est pas de cette commande."),
        (1, {"on": timedelta(days=1)}, "La date du retour est dans le futur."),
        (
            2,
            {"serials": "SN-1"},
            "Ordinateur portable 11,6 pouces : il resterait plus de numéros de série que d’articles ; indiquez ceux qui repartent "
            "(1 numéro de série).",
        ),
    ],
)
def test_a_return_that_cannot_be_is_refused_and_nothing_is_written(order, officer, quantity, fields, said):
    part = deliver(order, 3, "BL-1", officer, serials="SN-1 SN-2 SN-3")
    if "on" in fields:
        fields = {**fields, "on": today() + fields["on"]}

    assert refusal_of(give_back, part, quantity, officer, **fields) == [said]
    assert (received(order), GoodsReturn.objects.count(), SerialNumber.objects.count()) == (3, 0, 3)


def test_a_return_precedes_no_delivery_and_is_recorded_once(order, officer):
    part = deliver(order, 20, "BL-1", officer)
    early = refusal_of(give_back, part, 1, officer, on=today() - timedelta(days=1))
    give_back(part, 1, officer)

    assert early == [f"Le retour ne peut pas précéder la première livraison ({today():%d/%m/%Y})."]
    assert refusal_of(give_back, part, 1, officer, reference="rt - 1") == ["Le retour rt - 1 est déjà enregistré pour cette commande."]
    assert received(order) == 19


def test_a_delivery_whose_goods_went_back_is_not_cancelled_from_under_the_return(order, officer):
    deliver(order, 3, "BL-1", officer)
    part = deliver(order, 2, "BL-2", officer)
    give_back(part, 4, officer)

    assert refusal_of(cancel, part, "BL-1", officer) == [
        "Ordinateur portable 11,6 pouces : 2 articles de cette livraison, déjà en retour chez le titulaire."
    ]


def test_the_holder_and_the_school_are_told_of_a_return(order, officer, head):
    give_back(deliver(order, 20, "BL-1", officer), 4, officer)

    told = Message.objects.filter(code="goods_returned")
    assert sorted(told.values_list("to_email", flat=True)) == sorted([HOLDER, head.email])
    body = told.get(to_email=HOLDER).body
    assert "- 4 × Ordinateur portable 11,6 pouces" in body
    assert "Motif : Écrans rayés." in body


def test_once_invoiced_nothing_goes_back(officer):
    order = OrderLineFactory(order__invoiced=True, quantity=3, delivered_quantity=3).order

    assert "n’est pas possible" in refusal_of(give_back, order, 1, officer)[0]


def test_what_an_early_end_gave_up_is_not_awaited_again(order, officer):
    """Late lines count what is still to come, not what was ordered."""
    part = deliver(order, 20, "BL-1", officer)
    ended = perform(part, "close_out", actor=officer, reason="Article retiré.")
    cancel(ended, "BL-1", officer)
    PurchaseOrder.objects.filter(pk=order.pk).update(due_on=today() - timedelta(days=1))

    assert late_lines(officer).quantity == 20


def test_the_database_keeps_one_standing_note_and_a_reason(order, officer):
    deliver(order, 1, "BL-1", officer)

    with pytest.raises(IntegrityError, match="delivery_cancelled_says_why"), transaction.atomic():
        Delivery.objects.update(cancelled_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(order=order, delivered_on=today(), note_number="BL-1")


@pytest.mark.parametrize("serials", [False, True])
def test_a_delivery_whose_goods_went_back_stays_even_once_others_have_come(order, officer, serials):
    """What stands on the site came with the second note: without the first, it would count for nothing."""
    numbers = "\n".join(f"SN-{n}" for n in range(30)) if serials else ""
    deliver(order, 30, "BL-1", officer, serials=numbers)
    give_back(order, 30, officer, serials=numbers)
    deliver(order, 30, "BL-2", officer, serials=numbers)

    said = refusal_of(cancel, order, "BL-1", officer)

    assert said == ["Ordinateur portable 11,6 pouces : 30 articles de cette livraison, déjà en retour chez le titulaire."]
    assert received(order) == 30
    assert cancel(order, "BL-2", officer).state == "sent"
