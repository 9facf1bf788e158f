from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from django.utils.text import format_lazy

from orders.models import Delivery, OrderLine, PurchaseOrder
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.text.dates import figures
from portal.ui.fields import EXAMPLE_DAY
from tests.factories.orders import (
    CablingWorkFactory,
    CatalogueItemFactory,
    DecisionLineFactory,
    OrderLineFactory,
    PurchaseOrderFactory,
    ReserveFactory,
)
from tests.reading import links_of, text_of, texts_of, tree_of, words_of

pytestmark = pytest.mark.django_db
PAGES = ["", "modifier/", "livraison/", "reception/", "facture/", "action/resume_invoicing/", "action/approve/", "action/cancel/"]


def url(order, page="") -> str:
    return f"/commandes/{order.number}/{page}"


def today():
    return timezone.localdate()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_an_order_costs_the_same_whatever_its_lines(client, officer, count, django_assert_num_queries):
    order = PurchaseOrderFactory(with_reserves=True)
    OrderLineFactory.create_batch(count, order=order)
    ReserveFactory.create_batch(count, order=order)
    client.get(url(order))

    with django_assert_num_queries(18):
        client.get(url(order))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [Role.HEAD, Role.MEMBER])
def test_another_school_finds_nothing(client, sign_in, role, page):
    order = OrderLineFactory(order__delivered=True).order
    sign_in(role, at=PurchaseOrderFactory(sent=True).establishment)

    assert client.get(url(order, page)).status_code == 404
    assert client.post(url(order, page), {"verdict": "sans"}).status_code in (404, 405)
    assert PurchaseOrder.objects.get(pk=order.pk).state == "delivered"


@pytest.mark.parametrize("page", PAGES)
def test_a_school_finds_nothing_before_the_order_is_sent(client, sign_in, page):
    order = OrderLineFactory(order__approved=True).order
    sign_in(Role.HEAD, at=order.establishment)

    assert client.get(url(order, page)).status_code == 404


FORBIDDEN = [
    (Role.AUDITOR, "livraison/"),
    (Role.AUDITOR, "reception/"),
    (Role.AUDITOR, "modifier/"),
    (Role.AUDITOR, "facture/"),
    (Role.AUDITOR, "action/cancel/"),
    (Role.ORDERS, "reception/"),
    (Role.FINANCE, "modifier/"),
    (Role.FINANCE, "livraison/"),
    (Role.TECHNICIAN, "action/cancel/"),
    (Role.CALL_MANAGER, "action/approve/"),
]


@pytest.mark.parametrize(("role", "page"), FORBIDDEN)
def test_readers_change_nothing(client, sign_in, role, page):
    order = OrderLineFactory(order__sent=True).order
    sign_in(role)

    assert client.post(url(order, page), {"reason": "Doublon"}).status_code == 403
    assert (PurchaseOrder.objects.get().state, JournalEntry.objects.count()) == ("sent", 0)


def test_a_member_of_the_team_does_not_sign(client, sign_in):
    order = OrderLineFactory(order__delivered=True).order
    sign_in(Role.MEMBER, at=order.establishment)

    assert client.post(url(order, "reception/"), {"verdict": "sans"}).status_code == 403
    assert PurchaseOrder.objects.get().state == "delivered"


def test_the_page_adds_up_by_rate_of_vat(client, officer):
    order = PurchaseOrderFactory()
    OrderLineFactory(order=order, quantity=3, unit_price_amount=Decimal("10.01"), vat_rate=Decimal("20"))
    OrderLineFactory(order=order, quantity=2, unit_price_amount=Decimal("50.00"), vat_rate=Decimal("5.5"))

    html = client.get(url(order)).content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")

    for amount in ("130,03 €", "TVA à 5,5 %", "5,50 €", "TVA à 20 %", "6,01 €", "141,54 €"):
        assert amount in html
    assert order.gross_amount == order.net_amount + sum(share.vat_amount for share in order.vat_shares)


def test_the_buttons_are_those_of_the_state_and_the_person(client, officer):
    order = OrderLineFactory(order__sent=True).order

    offered = texts_of(client.get(url(order)), "a.btn, button")

    for label in ("Enregistrer une livraison", "Noter l’accusé de réception du titulaire", "Annuler la commande"):
        assert label in offered
    for label in ("Réceptionner", "Noter la facture", "Valider la commande"):
        assert label not in offered


@pytest.mark.parametrize(("role", "links"), [(Role.ORDERS, True), (Role.HEAD, True), (Role.TECHNICIAN, False)])
def test_the_file_is_linked_for_those_who_may_open_it(client, sign_in, role, links):
    order = OrderLineFactory(order__sent=True, order__decision__state="released").order
    sign_in(role, at=order.establishment)
    address = order.decision.application.get_absolute_url()

    assert (address in [found for _, found in links_of(client.get(url(order)))]) is links
    assert (client.get(address).status_code == 200) is links


def test_screens_wait_for_the_cabling_of_the_site(client, officer):
    order = PurchaseOrderFactory()
    OrderLineFactory(order=order, item=CatalogueItemFactory(lot=order.lot, item_code="videoprojecteur"))
    work = CablingWorkFactory(decision=order.decision, in_progress=True)
    CablingWorkFactory(decision=order.decision, accepted=True)

    assert client.get(url(order)).context["works_before"] == [work]


# -- Editing -----------------------------------------------------------------------------------------------------------


def terms(**changes) -> dict:
    return {"due_on": str(today() + timedelta(days=30)), "delivery_contact": "", "budget_code": "", "commitment_number": "", **changes}


def test_editing_a_draft(client, officer):
    line = OrderLineFactory(decision_line=DecisionLineFactory(), quantity=100)
    due_on = today() + timedelta(days=12)

    answer = client.post(
        url(line.order, "modifier/"),
        terms(due_on=f"{due_on:%d/%m/%Y}", commitment_number="2026-44718", **{f"quantity_{line.pk}": "80"}),
    )

    line.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, url(line.order))
    assert (line.quantity, line.order.due_on, line.order.commitment_number) == (80, due_on, "2026-44718")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("due_on", "hier", format_lazy("Indiquez une date, par exemple {}.", EXAMPLE_DAY)),
        ("due_on", "2020-01-01", "Cette date est passée."),
        (
            "due_on",
            "2099-01-01",
            f"Cette date est trop lointaine : le {figures(today() + timedelta(days=366))} au plus tard. Vérifiez l’année.",
        ),
        ("due_on", "", "Ce champ est obligatoire."),
        ("quantity", "101", "Le nombre va de 1 à 100."),
        ("quantity", "0", "Le nombre va de 1 à 100."),
        ("quantity", "douze", "Indiquez un nombre entier, par exemple 12."),
        ("delivery_contact", "x" * 161, "Le texte compte 161 signes pour 160 au plus : retirez-en 1."),
    ],
)
def test_wrong_terms_are_said_and_kept_on_the_page(client, officer, field, value, message):
    line = OrderLineFactory(decision_line=DecisionLineFactory(), quantity=100)
    name = f"quantity_{line.pk}" if field == "quantity" else field

    page = client.post(url(line.order, "modifier/"), terms(**{f"quantity_{line.pk}": "90", name: value}))

    assert page.status_code == 422
    assert page.context["form"].errors == {name: [message]}
    assert page.context["form"][name].value() == value
    assert OrderLine.objects.get().quantity == 100


def test_a_sent_order_is_not_edited(client, officer):
    order = PurchaseOrderFactory(sent=True)

    assert client.get(url(order, "modifier/")).status_code == 409
    assert client.post(url(order, "modifier/"), terms(service_code="X")).status_code == 409
    assert PurchaseOrder.objects.get().service_code == ""


# -- Delivery ----------------------------------------------------------------------------------------------------------


def delivery(line, quantity="60", **changes) -> dict:
    return {"delivered_on": str(today()), "note_number": "BL-20871", f"quantity_{line.pk}": quantity, **changes}


def test_recording_a_delivery(client, sign_in):
    line = OrderLineFactory(order__sent=True, quantity=100)
    member = sign_in(Role.MEMBER, at=line.order.establishment)

    answer = client.post(
        url(line.order, "livraison/"),
        delivery(line, **{f"serials_{line.pk}": "SN-1, SN-2;SN-3\nSN-4", "remarks": "Un carton enfoncé."}),
    )

    kept = Delivery.objects.get()
    assert answer.url == url(line.order)
    assert (kept.received_by, kept.remarks, kept.lines.get().serials) == (member, "Un carton enfoncé.", ["SN-1", "SN-2", "SN-3", "SN-4"])
    assert PurchaseOrder.objects.get().state == "partly_delivered"


def test_recording_everything_makes_it_delivered(client, officer):
    line = OrderLineFactory(order__sent=True, quantity=60)

    client.post(url(line.order, "livraison/"), delivery(line))

    assert PurchaseOrder.objects.get().state == "delivered"


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"quantity": "101"}, "quantity", "Le nombre va de 0 à 100."),
        ({"quantity": "-3"}, "quantity", "Une valeur négative n’est pas acceptée."),
        ({"quantity": "NaN"}, "quantity", "Indiquez un nombre entier, par exemple 12."),
        ({"quantity": "1e9"}, "quantity", "Indiquez un nombre entier, par exemple 12."),
        ({"quantity": ""}, "__all__", "Indiquez au moins une quantité reçue."),
        ({"delivered_on": "2999-01-01"}, "delivered_on", "Vérifiez l’année de cette date."),
        ({"delivered_on": "tomorrow"}, "delivered_on", "Cette date est dans le futur."),
        ({"note_number": ""}, "note_number", "Ce champ est obligatoire."),
        ({"serials": "A\nB", "quantity": "1"}, "serials", "2 numéros de série pour 1 reçus."),
        ({"serials": "A A"}, "serials", "Numéro de série en double : A."),
    ],
)
def test_a_wrong_delivery_is_said_and_nothing_is_written(client, officer, changes, field, message):
    line = OrderLineFactory(order__sent=True, quantity=100)
    if changes.get("delivered_on") == "tomorrow":
        changes = {"delivered_on": str(today() + timedelta(days=1))}
    names = {"quantity": f"quantity_{line.pk}", "serials": f"serials_{line.pk}"}

    page = client.post(url(line.order, "livraison/"), delivery(line, **{names.get(key, key): value for key, value in changes.items()}))

    assert page.status_code == 422
    assert page.context["form"].errors == {names.get(field, field): [message]}
    assert (Delivery.objects.count(), JournalEntry.objects.count()) == (0, 0)


def test_a_delivery_before_the_order_was_sent_is_refused(client, officer):
    line = OrderLineFactory(order__sent=True, quantity=100)
    sent_on = timezone.localtime(line.order.sent_at).date()

    page = client.post(url(line.order, "livraison/"), delivery(line, delivered_on=str(sent_on - timedelta(days=1))))

    assert page.context["form"].errors == {
        "delivered_on": [f"La commande a été envoyée le {sent_on:%d/%m/%Y} : la livraison ne peut pas la précéder."]
    }


def test_a_line_of_another_order_is_not_delivered_here(client, officer):
    line, other = OrderLineFactory(order__sent=True), OrderLineFactory(order__sent=True)

    client.post(url(line.order, "livraison/"), delivery(line, **{f"quantity_{other.pk}": "5"}))

    other.refresh_from_db()
    assert other.delivered_quantity == 0


def test_pressing_twice_records_once(client, officer):
    line = OrderLineFactory(order__sent=True, quantity=100)
    client.post(url(line.order, "livraison/"), delivery(line, "40"))

    again = client.post(url(line.order, "livraison/"), delivery(line, "40"))

    assert again.url == url(line.order)
    assert (Delivery.objects.count(), OrderLine.objects.get().delivered_quantity) == (1, 40)


def test_another_delivery_note_sent_once_all_is_delivered_is_said_not_recorded(client, officer):
    line = OrderLineFactory(order__sent=True, quantity=40)
    client.post(url(line.order, "livraison/"), delivery(line, "40", note_number="BL-1"))
    other = delivery(line, "40", note_number="BL-2")

    soon = client.post(url(line.order, "livraison/"), other)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        later = client.post(url(line.order, "livraison/"), other)

    for page in (soon, later):
        assert page.status_code == 422
        assert "Votre premier envoi est enregistré ; rien de celui-ci ne l’est." in text_of(page)
    assert Delivery.objects.count() == 1


def test_a_delivery_after_the_end_is_refused(client, officer):
    line = OrderLineFactory(order__delivered=True, quantity=5)

    assert client.get(url(line.order, "livraison/")).status_code == 409
    assert client.post(url(line.order, "livraison/"), delivery(line, "5")).status_code == 409
    assert (Delivery.objects.count(), JournalEntry.objects.count()) == (0, 0)


# -- Invoice, cancellation, crafted transitions ------------------------------------------------------------------------


def test_noting_an_invoice(client, sign_in):
    order = OrderLineFactory(order__accepted=True, quantity=10).order
    sign_in(Role.FINANCE)

    answer = client.post(url(order, "facture/"), {"number": "F-2026-118", "received_on": str(today()), "amount": "4 944,00"})

    order.refresh_from_db()
    assert answer.url == url(order)
    assert (order.state, order.invoiced_amount) == ("invoiced", Decimal("4944.00"))


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"amount": "5000"}, {"amount": ["La facture dépasse de 56,00\u00a0€ le total de la commande (4\u00a0944,00\u00a0€)."]}),
        ({"amount": "gratuit"}, {"amount": ["Indiquez un montant en euros, deux décimales au plus, par exemple 12\u00a0345,60."]}),
        ({"number": ""}, {"number": ["Ce champ est obligatoire."]}),
        (
            {"received_on": "2001-01-01"},
            {"received_on": [f"Cette date précède l’envoi de la commande ({today() - timedelta(days=10):%d/%m/%Y})."]},
        ),
    ],
)
def test_a_wrong_invoice_is_said(client, sign_in, changes, errors):
    order = OrderLineFactory(order__accepted=True, quantity=10).order
    sign_in(Role.FINANCE)

    page = client.post(url(order, "facture/"), {"number": "F-1", "received_on": str(today()), "amount": "4944", **changes})

    assert (page.status_code, page.context["form"].errors) == (422, errors)
    assert PurchaseOrder.objects.get().state == "accepted"


def test_cancelling_wants_a_reason(client, officer):
    order = OrderLineFactory(order__sent=True).order

    without = client.post(url(order, "action/cancel/"), {"reason": " "})
    client.post(url(order, "action/cancel/"), {"reason": "Le titulaire ne peut pas livrer."})

    assert without.status_code == 422
    assert PurchaseOrder.objects.get().state == "cancelled"
    assert JournalEntry.objects.get(action="cancel").reason == "Le titulaire ne peut pas livrer."


@pytest.mark.parametrize("name", ["accept", "accept_with_reserves", "lift_reserves", "deliver_all", "deliver_part", "inconnu"])
def test_acts_with_a_form_are_not_pressed_by_address(client, officer, name):
    order = OrderLineFactory(order__delivered=True).order

    assert client.post(url(order, f"action/{name}/")).status_code == 404
    assert (PurchaseOrder.objects.get().state, JournalEntry.objects.count()) == ("delivered", 0)


@pytest.mark.parametrize("name", ["approve", "send", "close", "invoice"])
def test_an_illegal_transition_is_refused_and_not_told(client, officer, name):
    order = OrderLineFactory(order__delivered=True).order

    assert client.post(url(order, f"action/{name}/")).status_code == 409
    assert (PurchaseOrder.objects.get().state, JournalEntry.objects.count()) == ("delivered", 0)


def test_approving_beyond_the_lot_is_refused_on_the_page(client, officer):
    order = OrderLineFactory(order__lot__maximum_amount=Decimal("1000.00")).order

    page = client.post(url(order, "action/approve/"))

    assert page.status_code == 409
    assert "serait dépassé" in page.content.decode()
    assert PurchaseOrder.objects.get().state == "draft"


def test_typed_text_is_escaped(client, officer):
    order = ReserveFactory(text="<img src=x onerror=alert(1)>", order__delivery_contact="<b>Gras</b>").order

    read = words_of(tree_of(client.get(url(order))))

    assert "<img src=x onerror=alert(1)>" in read
    assert "<b>Gras</b>" in read


def test_the_page_of_an_act_called_cancel_is_left_by_a_link_that_does_not_say_so(client, officer):
    order = PurchaseOrderFactory(sent=True)

    page = client.get(url(order, "action/cancel/"))

    assert texts_of(page, "main form button[type=submit]") == ["Annuler la commande"]
    assert links_of(page, "main form") == [("Ne rien changer", order.get_absolute_url())]
