import re
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from calls.enums import Outcome
from orders.queries.deployments import coverage
from portal.roles import Role
from scoring.enums import DecisionState
from tests.factories.directory import EstablishmentFactory
from tests.factories.orders import (
    CablingWorkFactory,
    CatalogueItemFactory,
    OrderLineFactory,
    PurchaseOrderFactory,
    ReserveFactory,
    WorkLineFactory,
)
from tests.factories.scoring import FundingDecisionFactory

pytestmark = pytest.mark.django_db


def released(**fields):
    now = timezone.now()
    return FundingDecisionFactory(state=DecisionState.RELEASED, voted_at=now, released_at=now, **fields)


def rows(page) -> list[str]:
    return [row.decision.application.reference for row in page.context["rows"]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_costs_the_same_whatever_its_length(client, officer, count, django_assert_num_queries):
    for decision in [released() for _ in range(count)]:
        OrderLineFactory(order__decision=decision)
        CablingWorkFactory(decision=decision)
    client.get("/deploiements/")

    with django_assert_num_queries(11):
        page = client.get("/deploiements/")

    assert len(rows(page)) == count


def test_only_released_awards_are_deployed(client, officer):
    wanted = released()
    released(outcome=Outcome.REJECTED, granted_amount=0, envelope=None)
    FundingDecisionFactory(state=DecisionState.VOTED, voted_at=timezone.now())

    assert rows(client.get("/deploiements/")) == [wanted.application.reference]


def test_a_school_sees_its_own_deployment(client, sign_in):
    own, other = released(), released()
    sign_in(Role.MEMBER, at=own.application.establishment)

    page = client.get("/deploiements/")

    assert rows(page) == [own.application.reference]
    assert "Couverture par type" not in page.content.decode()
    assert client.get(f"/deploiements/{other.application.reference}/").status_code == 404


def test_a_decision_that_is_not_released_does_not_show(client, sign_in):
    decision = FundingDecisionFactory(state=DecisionState.VOTED, voted_at=timezone.now())
    sign_in(Role.HEAD, at=decision.application.establishment)

    assert client.get(f"/deploiements/{decision.application.reference}/").status_code == 404


def test_the_board_adds_up_deliveries_and_acceptances(client, officer):
    decision = released()
    OrderLineFactory(order__decision=decision, order__accepted=True, quantity=10, delivered_quantity=10)
    OrderLineFactory(order__decision=decision, order__late=True, quantity=30, delivered_quantity=8)
    OrderLineFactory(order__decision=decision, order__state="cancelled", quantity=99)
    CablingWorkFactory(decision=decision, accepted=True)

    page = client.get("/deploiements/")

    (row,) = page.context["rows"]
    assert (row.received, row.ordered, row.accepted, len(row.orders)) == (18, 40, 1, 2)
    assert row.is_complete is False
    cells = dict(re.findall(r'<td[^>]*data-l="([^"]+)"[^>]*>(.*?)</td>', page.content.decode(), re.DOTALL))
    delivered, cabling = cells["Équipements livrés"], cells["Câblage"]
    assert "En retard" in delivered  # an order is late; the works, accepted, are not
    assert "En retard" not in cabling


def test_an_aid_in_money_alone_awaits_no_delivery(client, officer):
    released(granted_amount=Decimal("120.00"), to_pay_amount=Decimal("120.00"))

    page = client.get("/deploiements/")

    (row,) = page.context["rows"]
    assert (row.is_money_alone, row.is_complete) == (True, False)
    assert "Rien à livrer, une aide à verser" in page.content.decode()


def test_coverage_counts_each_lycee_once_by_type():
    first = released()
    released(application__establishment=first.application.establishment)
    released(application__establishment__private=True)
    EstablishmentFactory.create_batch(3)
    EstablishmentFactory(agricultural=True)
    EstablishmentFactory(without_contract=True)
    EstablishmentFactory(region_code="52")
    EstablishmentFactory(state="closed")

    table = [(row.label, row.retained, row.total, row.percent) for row in coverage()]

    assert table == [
        ("Public, Éducation nationale", 1, 4, 25),
        ("Privé sous contrat", 1, 1, 100),
        ("Agricole public", 0, 1, 0),
        ("Agricole privé", 0, 0, None),
        ("Ensemble", 2, 6, 33),
    ]


def test_coverage_of_one_call():
    wanted, _ = released(), released()

    assert coverage(wanted.application.call_id)[0].retained == 1


def test_the_page_of_a_deployment_tells_its_strands(client, officer):
    decision = released()
    OrderLineFactory(order__decision=decision, order__sent=True, order__due_on=date(2027, 3, 9), quantity=24)
    reserve = ReserveFactory(order=PurchaseOrderFactory(decision=decision, with_reserves=True))
    OrderLineFactory(order=reserve.order, quantity=6, delivered_quantity=6)
    work = CablingWorkFactory(decision=decision, in_progress=True)
    WorkLineFactory(work=work, quantity=48)
    WorkLineFactory(work=work, quantity=22, item=CatalogueItemFactory(socket=True, lot=work.lot, item_code="borne-wifi"))

    page = client.get(f"/deploiements/{decision.application.reference}/")

    cards = [(card.label, card.level, card.state, card.detail) for card in page.context["milestones"]]
    assert cards == [
        ("Câblage", "accent", "En cours", "48\u00a0articles"),
        ("Wi-Fi", "accent", "En cours", "22\u00a0bornes, posées après le câblage"),
        ("Équipements", "warn", "Réserves", "6\u00a0livrés sur 30 ; 1\u00a0réserve à lever"),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_deployment_costs_the_same_whatever_it_holds(client, officer, count, django_assert_num_queries):
    decision = released()
    for _ in range(count):
        OrderLineFactory(order__decision=decision, order__sent=True)
        WorkLineFactory(work__decision=decision)
    client.get(f"/deploiements/{decision.application.reference}/")

    with django_assert_num_queries(12):
        client.get(f"/deploiements/{decision.application.reference}/")


def test_the_head_is_asked_to_sign(client, sign_in):
    decision = released()
    order = OrderLineFactory(order__decision=decision, order__delivered=True, order__committed_amount=Decimal("41200.00")).order
    address = f"/deploiements/{decision.application.reference}/"
    sign_in(Role.HEAD, at=order.establishment)
    for_head = client.get(address).context["to_sign"]
    sign_in(Role.MEMBER, at=order.establishment)

    assert (for_head, client.get(address).context["to_sign"]) == ([order], [])
