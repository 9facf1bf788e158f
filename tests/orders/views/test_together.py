from decimal import Decimal

import pytest

from orders.models import Lot, PurchaseOrder
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.orders import LotFactory, OrderLineFactory, PurchaseOrderFactory
from tests.reading import elements_of, the

pytestmark = pytest.mark.django_db
APPROVE, SEND = "/commandes/ensemble/approve/", "/commandes/ensemble/send/"


def draft(**fields):
    return OrderLineFactory(quantity=10, **fields).order


def asked(*orders) -> dict:
    return {"commande": [order.number for order in orders]}


def test_the_preflight_says_what_goes_and_what_stays(client, officer):
    good = draft()
    late = draft(order__due_on=None)
    sent = draft(order__sent=True)

    page = client.get(APPROVE, asked(good, late, sent))

    assert page.context["ready"] == [good]
    assert page.context["held"] == [
        (late, "La date de livraison attendue n’est pas fixée."),
        (sent, "Elle est dans l’état « Envoyée »."),
    ]
    assert JournalEntry.objects.count() == 0


def test_orders_on_one_lot_are_added_up(client, officer):
    lot = LotFactory(maximum_amount=Decimal("9000.00"), number="2")
    first, second, third = (draft(order__lot=lot) for _ in range(3))

    page = client.get(APPROVE, asked(first, second, third))

    assert page.context["ready"] == [first, second]
    assert page.context["held"] == [(third, "Après les précédentes, il ne resterait que 760,00\u00a0€ HT sur le lot 2.")]


def test_approving_several_does_each_and_tells_the_others(client, officer):
    lot = LotFactory(maximum_amount=Decimal("9000.00"), number="2")
    orders = [draft(order__lot=lot) for _ in range(3)]

    page = client.post(APPROVE, asked(*orders), follow=True)

    assert list(PurchaseOrder.objects.order_by("number").values_list("state", flat=True)) == ["approved", "approved", "draft"]
    assert Lot.objects.get().ordered_amount == Decimal("8240.00")
    assert [str(message) for message in page.context["messages"]] == [
        "2\u00a0commandes validées.",
        f"{orders[2].number} : Le maximum du lot 2 serait dépassé de 3\u00a0360,00\u00a0€ HT.",
    ]


def test_sending_several(client, officer):
    orders = [draft(order__approved=True) for _ in range(2)]

    client.post(SEND, asked(*orders))

    assert set(PurchaseOrder.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize(
    ("role", "url", "status"),
    [
        (Role.FINANCE, APPROVE, 302),
        (Role.FINANCE, SEND, 403),
        (Role.AUDITOR, APPROVE, 403),
        (Role.TECHNICIAN, SEND, 403),
        (Role.CALL_MANAGER, APPROVE, 403),
    ],
)
def test_each_role_acts_together_as_it_acts_alone(client, sign_in, role, url, status):
    order = draft()
    sign_in(role)

    assert client.post(url, asked(order)).status_code == status
    assert PurchaseOrder.objects.get().state == ("approved" if status == 302 else "draft")


def test_a_school_does_not_act_together(client, sign_in):
    order = draft(order__sent=True)
    sign_in(Role.HEAD, at=order.establishment)

    assert client.post(APPROVE, asked(order)).status_code == 403


@pytest.mark.parametrize("name", ["cancel", "accept", "close", "inconnu"])
def test_other_acts_are_not_done_together(client, officer, name):
    assert client.post(f"/commandes/ensemble/{name}/", asked(draft())).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_chosen_says_what_to_do(client, officer, method):
    page = getattr(client, method)(APPROVE, {"commande": ["BC-0000-0000", "\x00"]})

    assert "Aucune commande n’est cochée" in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_preflight_costs_the_same_whatever_its_length(client, officer, count, django_assert_num_queries):
    orders = [draft() for _ in range(count)]
    client.get(APPROVE, asked(*orders))

    with django_assert_num_queries(9):
        client.get(APPROVE, asked(*orders))


def test_boxes_are_drawn_for_those_who_may_use_them(client, sign_in):
    PurchaseOrderFactory()
    drawn = []

    for role in (Role.ORDERS, Role.FINANCE, Role.AUDITOR):
        sign_in(role)
        page = client.get("/commandes/")
        drawn.append((bool(elements_of(page, 'input[name="commande"]')), "ensemble/send/" in page.content.decode()))

    assert drawn == [(True, True), (True, False), (False, False)]


@pytest.mark.parametrize(
    "url",
    ["/commandes/%00/", "/travaux/%00/", "/deploiements/%00/", "/commandes/BC-2026-9999/", "/commandes/a-traiter/99999999999999999999/"],
)
def test_an_address_that_leads_nowhere_is_a_404(client, officer, url):
    assert client.get(url).status_code == 404


def test_the_act_comes_back_to_the_list_as_it_was_filtered(client, officer):
    order = draft()
    listed = "/commandes/?etat=draft&tri=-montant"
    sent = the(client.get(listed), "form input[name='next']")["value"]

    page = client.get(APPROVE, asked(order) | {"next": sent})
    answer = client.post(APPROVE, asked(order) | {"next": the(page, "form[method='post'] input[name='next']")["value"]})

    assert sent == answer["Location"] == listed
