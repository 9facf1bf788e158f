from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.models import PurchaseOrder
from portal.roles import Role
from tests.factories.directory import TerritoryFactory
from tests.factories.orders import (
    CablingWorkFactory,
    InvoiceFactory,
    LotFactory,
    OrderLineFactory,
    PendingNeedFactory,
    PurchaseOrderFactory,
)

pytestmark = pytest.mark.django_db
FOLLOWING = [Role.ORDERS, Role.FINANCE, Role.TECHNICIAN, Role.CALL_MANAGER, Role.AUDITOR, Role.ADMIN]


def numbers(page) -> list[str]:
    return [order.number for order in page.context["page_obj"]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_orders_costs_the_same_whatever_its_length(client, officer, count, django_assert_num_queries):
    for order in PurchaseOrderFactory.create_batch(count, late=True):
        OrderLineFactory(order=order)
        OrderLineFactory(order=order, delivered_quantity=10)
    client.get("/commandes/")  # content types and session are read once

    with django_assert_num_queries(14):
        page = client.get("/commandes/")

    assert len(numbers(page)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_works_costs_the_same_whatever_its_length(client, officer, count, django_assert_num_queries):
    CablingWorkFactory.create_batch(count, in_progress=True)
    client.get("/travaux/")

    with django_assert_num_queries(9):
        page = client.get("/travaux/")

    assert len(page.context["page_obj"]) == count


@pytest.mark.parametrize("role", FOLLOWING)
def test_the_staff_who_follow_orders_see_them_all(client, sign_in, role):
    sign_in(role)
    draft, sent = PurchaseOrderFactory(), PurchaseOrderFactory(sent=True)

    assert numbers(client.get("/commandes/?tri=numero")) == [draft.number, sent.number]


@pytest.mark.parametrize("role", [Role.HEAD, Role.MEMBER])
def test_a_school_sees_its_own_orders_once_sent(client, sign_in, role):
    sent = PurchaseOrderFactory(sent=True)
    PurchaseOrderFactory(decision=sent.decision, approved=True)
    PurchaseOrderFactory(decision=sent.decision, state="cancelled")
    PurchaseOrderFactory(sent=True)
    sign_in(role, at=sent.establishment)

    assert numbers(client.get("/commandes/")) == [sent.number]


@pytest.mark.parametrize("role", [None, Role.JUROR, Role.OFFICER])
@pytest.mark.parametrize("url", ["/commandes/", "/travaux/", "/deploiements/"])
def test_nobody_else_reads_the_lists(client, sign_in, role, url):
    PurchaseOrderFactory(sent=True)
    sign_in(role)

    assert client.get(url).status_code == 403


def test_a_visitor_signs_in_first(client):
    assert client.get("/commandes/").status_code == 302


def test_each_filter_narrows_the_list(client, officer):
    wanted = PurchaseOrderFactory(late=True, decision__application__establishment__department=TerritoryFactory(code="57", name="Moselle"))
    OrderLineFactory(order=wanted)
    OrderLineFactory(order=PurchaseOrderFactory(sent=True, lot__supplier__siret="44306184100047", lot__supplier__name="Autre"))

    for query in (
        "etat=retard",
        f"lot={wanted.lot_id}",
        f"titulaire={wanted.lot.supplier_id}",
        "departement=57",
        f"q={wanted.number.lower()}",
        "q=CÈDRE",
    ):
        assert numbers(client.get(f"/commandes/?{query}")) == [wanted.number], query
    assert numbers(client.get("/commandes/?etat=closed")) == []
    assert len(numbers(client.get("/commandes/?etat=en_cours"))) == 2


@pytest.mark.parametrize("query", ["lot=abc", "lot=999", "etat=nimporte", "departement=%00", "tri=drop", "page=99", "q=%22", "q=%00"])
def test_a_filter_that_is_not_understood_is_left_out(client, officer, query):
    order = PurchaseOrderFactory()

    page = client.get(f"/commandes/?{query}")

    assert page.status_code == 200
    assert numbers(page) in ([order.number], [])


def test_the_list_sorts_by_amount(client, officer):
    small, big = (OrderLineFactory(quantity=quantity).order for quantity in (2, 50))

    assert numbers(client.get("/commandes/?tri=montant")) == [small.number, big.number]
    assert numbers(client.get("/commandes/?tri=-montant")) == [big.number, small.number]


def test_totals_count_what_is_ordered_engaged_delivered_and_invoiced(client, officer):
    billed = OrderLineFactory(order__invoiced=True, order__committed_amount=Decimal("4120.00"), quantity=10, delivered_quantity=10)
    InvoiceFactory(order=billed.order)
    OrderLineFactory(order__partly_delivered=True, order__committed_amount=Decimal("2060.00"), quantity=5, delivered_quantity=2)
    OrderLineFactory(quantity=1)
    OrderLineFactory(order__state="cancelled", quantity=100)

    totals = client.get("/commandes/").context["totals"]

    assert (totals.net, totals.engaged) == (Decimal("6592.00"), Decimal("6180.00"))
    assert (totals.delivered, totals.invoiced) == (Decimal("4944.00"), Decimal("4120.00"))


def test_the_totals_follow_the_filters(client, officer):
    order = OrderLineFactory(quantity=10).order
    OrderLineFactory(quantity=3)

    assert client.get(f"/commandes/?q={order.number}").context["totals"].net == Decimal("4120.00")


def test_late_lines_are_said_on_top(client, officer):
    late = PurchaseOrderFactory(late=True)
    OrderLineFactory(order=late, quantity=10, delivered_quantity=4)
    OrderLineFactory(order=late, quantity=2, delivered_quantity=2)
    OrderLineFactory(order__sent=True, quantity=8)

    page = client.get("/commandes/")

    assert (page.context["late"].orders, page.context["late"].lines, page.context["late"].quantity) == (1, 1, 6)
    assert "1\u00a0ligne en retard" in page.content.decode()


def test_an_order_due_today_is_not_late(client, officer):
    OrderLineFactory(order__sent=True, order__due_on=timezone.localdate())
    OrderLineFactory(order__sent=True, order__due_on=timezone.localdate() - timedelta(days=1))

    assert PurchaseOrder.objects.late().count() == 1


def test_staff_are_told_of_pending_needs_and_full_lots(client, officer):
    PendingNeedFactory()
    full = LotFactory(maximum_amount=Decimal("1000.00"), ordered_amount=Decimal("900.00"))
    LotFactory(maximum_amount=Decimal("1000.00"), ordered_amount=Decimal("899.99"))

    page = client.get("/commandes/")

    assert (page.context["pending"], page.context["full_lots"]) == (1, [full])


def test_an_empty_list_says_what_will_fill_it(client, officer):
    assert "Elles s’ouvrent d’elles-mêmes" in client.get("/commandes/").content.decode()
