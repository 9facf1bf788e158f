"""The pages on which a delivery is cancelled and a return recorded: who reaches them, what they say, what a second press does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orders.actions.acceptance import NewReserve, accept_document
from orders.actions.delivery import record_delivery
from orders.models import Delivery, GoodsReturn, OrderLine, PurchaseOrder, Reserve
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.orders import OrderLineFactory, PurchaseOrderFactory
from tests.reading import elements_of, text_of

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


@pytest.fixture
def line():
    """Ten laptops ordered; six have come, on one note with two serial numbers."""
    line = OrderLineFactory(order__sent=True, quantity=10)
    record_delivery(
        order=line.order, delivered_on=today() - timedelta(days=1), note_number="BL-7", quantities={line.pk: 6},
        serial_numbers={line.pk: "SN-1 SN-2"}, actor=person(Role.ORDERS),
    )  # fmt: skip
    return OrderLine.objects.get()


def cancelling(line) -> str:
    return f"/commandes/{line.order.number}/livraisons/{Delivery.objects.get(note_number='BL-7').pk}/annuler/"


def returning(line) -> str:
    return f"/commandes/{line.order.number}/retour/"


def given_back(line, quantity="2", **changes) -> dict:
    return {"returned_on": str(today()), "reference": "RT-1", "reason": "Dalles rayées.", f"quantity_{line.pk}": quantity, **changes}


def accepted(line):
    head = person(Role.HEAD, at=line.order.establishment)
    record_delivery(order=line.order, delivered_on=today(), note_number="BL-8", quantities={line.pk: 4}, actor=head)
    return accept_document(document=line.order, reserves=[NewReserve("Écran 07 rayé.")], actor=head)


def addresses_of(page) -> set[str]:
    return {link["href"] for link in elements_of(page, "a[href]")}


WHO = [(Role.ORDERS, True), (Role.MEMBER, True), (Role.HEAD, True), (Role.FINANCE, False), (Role.TECHNICIAN, False), (Role.AUDITOR, False)]


@pytest.mark.parametrize(("role", "may"), WHO)
def test_who_records_a_delivery_cancels_it_and_is_shown_how(client, sign_in, line, role, may):
    sign_in(role, at=line.order.establishment if role in (Role.MEMBER, Role.HEAD) else None)
    page = client.get(f"/commandes/{line.order.number}/")

    answers = [client.get(returning(line)), client.get(cancelling(line))]
    cancelled = client.post(cancelling(line), {"reason": "Erreur."})

    offered = [address in addresses_of(page) for address in (returning(line), cancelling(line))]
    assert offered == [may, may]
    assert [answer.status_code for answer in answers[:2]] == ([200, 200] if may else [403, 403])
    assert cancelled.status_code == (302 if may else 403)
    assert (Delivery.objects.get().cancelled_at is not None) is may


@pytest.mark.parametrize(("role", "may"), WHO)
def test_who_records_a_return(client, sign_in, line, role, may):
    sign_in(role, at=line.order.establishment if role in (Role.MEMBER, Role.HEAD) else None)

    answer = client.post(returning(line), given_back(line))

    assert answer.status_code == (302 if may else 403)
    assert GoodsReturn.objects.exists() is may


@pytest.mark.parametrize("role", [Role.HEAD, Role.MEMBER])
def test_another_school_finds_nothing(client, sign_in, line, role):
    sign_in(role, at=PurchaseOrderFactory(sent=True).establishment)

    for address, data in ((returning(line), given_back(line)), (cancelling(line), {"reason": "Erreur."})):
        assert (client.get(address).status_code, client.post(address, data).status_code) == (404, 404)
    assert OrderLine.objects.get(pk=line.pk).delivered_quantity == 6


def test_a_delivery_of_another_order_is_not_cancelled_here(client, officer, line):
    other = OrderLineFactory(order__sent=True).order
    pk = Delivery.objects.get().pk

    assert client.post(f"/commandes/{other.number}/livraisons/{pk}/annuler/", {"reason": "Erreur."}).status_code == 404
    assert Delivery.objects.get().cancelled_at is None


def test_the_page_says_what_cancelling_does_and_the_order_what_was_cancelled_and_why(client, officer, line):
    before = text_of(client.get(cancelling(line)))

    answer = client.post(cancelling(line), {"reason": "Six saisis pour deux."}, follow=True)

    assert "Bon BL-7, livré le" in before
    assert "6 × Ordinateur portable 11,6 pouces" in before
    assert "ne comptent plus comme livrées et sont de nouveau attendues" in before
    said = text_of(answer)
    assert "La livraison est annulée." in said
    assert "ne compte plus :</strong> Six saisis pour deux." in said
    assert cancelling(line) not in addresses_of(answer)


def test_cancelling_needs_a_reason_and_a_second_press_is_said(client, officer, line):
    empty = client.post(cancelling(line), {"reason": " "})
    client.post(cancelling(line), {"reason": "Erreur."})

    again = client.post(cancelling(line), {"reason": "Erreur."}, follow=True)

    assert (empty.status_code, empty.context["form"].errors) == (422, {"reason": ["Ce champ est obligatoire."]})
    assert "C’est déjà fait" in text_of(again)
    assert JournalEntry.objects.filter(action="cancel_only_delivery").count() == 1


def test_a_delivery_of_an_accepted_order_is_not_cancelled(client, officer, line):
    accepted(line)

    assert client.post(cancelling(line), {"reason": "Erreur."}).status_code == 409
    assert cancelling(line) not in addresses_of(client.get(f"/commandes/{line.order.number}/"))


def test_recording_a_return(client, officer, line):
    answer = client.post(returning(line), given_back(line, **{f"serials_{line.pk}": "sn-1"}), follow=True)

    kept = GoodsReturn.objects.get()
    assert (kept.reference, kept.recorded_by, kept.lines.get().serials) == ("RT-1", officer, ["sn-1"])
    assert OrderLine.objects.get(pk=line.pk).delivered_quantity == 4
    said = text_of(answer)
    assert "Le retour est enregistré." in said
    assert "Dalles rayées." in said


def test_a_return_sent_twice_is_recorded_once(client, officer, line):
    client.post(returning(line), given_back(line))

    again = client.post(returning(line), given_back(line), follow=True)

    assert "C’est déjà fait" in text_of(again)
    assert (GoodsReturn.objects.count(), OrderLine.objects.get(pk=line.pk).delivered_quantity) == (1, 4)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"quantity": "7"}, "quantity", "Le nombre va de 0 à 6."),
        ({"quantity": ""}, "__all__", "Indiquez au moins une quantité reprise."),
        ({"reference": ""}, "reference", "Ce champ est obligatoire."),
        ({"reason": ""}, "reason", "Ce champ est obligatoire."),
        ({"serials": "SN-1 SN-2 SN-3"}, "serials", "3 numéros de série pour 2 repris."),
        ({"serials": "SN-1 sn-1"}, "serials", "Un numéro de série y est deux fois."),
        ({"serials": "SN-8"}, "__all__", "Le numéro de série SN-8 n’est pas de cette commande."),
        ({"returned_on": "2100-01-01"}, "returned_on", "Cette date est dans le futur."),
    ],
)
def test_a_wrong_return_is_said_and_what_was_typed_stays(client, officer, line, changes, field, message):
    names = {"quantity": f"quantity_{line.pk}", "serials": f"serials_{line.pk}"}
    typed = given_back(line, **{names.get(key, key): value for key, value in changes.items()})

    page = client.post(returning(line), typed)

    assert page.status_code == 422
    assert page.context["form"].errors == {names.get(field, field): [message]}
    assert {name: page.context["form"][name].value() for name in typed} == typed
    assert (GoodsReturn.objects.count(), OrderLine.objects.get(pk=line.pk).delivered_quantity) == (0, 6)


def test_a_return_after_acceptance_says_that_the_acceptance_is_to_be_signed_anew(client, officer, line):
    accepted(line)

    page = text_of(client.get(returning(line)))
    client.post(returning(line), given_back(line))

    assert "La réception signée ne vaut plus" in page
    assert (PurchaseOrder.objects.get().state, Reserve.objects.get().is_void) == ("partly_delivered", True)


def test_the_head_who_signed_is_offered_neither(client, line):
    order = accepted(line)
    client.force_login(JournalEntry.objects.get(action="accept_with_reserves").actor)

    assert client.post(returning(line), given_back(line)).status_code == 403
    assert client.post(f"/commandes/{order.number}/action/reopen_acceptance/", {"reason": "Erreur."}).status_code == 403
    assert PurchaseOrder.objects.get().state == "accepted_with_reserves"


def test_the_page_of_an_acceptance_taken_back_shows_what_it_ended(client, officer, line):
    order = accepted(line)
    before = text_of(client.get(f"/commandes/{order.number}/"))
    page = client.get(f"/commandes/{order.number}/action/reopen_acceptance/")
    client.post(f"/commandes/{order.number}/action/reopen_acceptance/", {"reason": "Le chef a signé pour un autre lot."})

    after = text_of(client.get(f"/commandes/{order.number}/"))
    assert "Le titulaire et le chef d’établissement en reçoivent un courriel, avec le motif." in text_of(page)
    assert PurchaseOrder.objects.get().state == "delivered"
    assert "Sans objet" in after
    assert ["Une réception a été reprise." in text for text in (before, after)] == [False, True]
    assert "Lever cette réserve" not in after
