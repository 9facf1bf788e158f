from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from orders.queries.calendar import calendar_of
from orders.queries.deployments import deployment_of
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, OrderLineFactory, PurchaseOrderFactory
from tests.factories.scoring import FundingDecisionFactory

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(datetime(2027, 11, 15, 10, tzinfo=PARIS), tick=False):
        yield


def calendar(decision):
    return calendar_of(deployment_of(decision, person(Role.ORDERS)))


def test_bars_go_from_study_to_deliveries():
    decision = FundingDecisionFactory()
    CablingWorkFactory(
        decision=decision,
        in_progress=True,
        created_at=datetime(2027, 7, 6, tzinfo=PARIS),
        surveyed_on=date(2027, 7, 20),
        ordered_at=datetime(2027, 8, 27, tzinfo=PARIS),
        started_on=date(2027, 9, 1),
        due_on=date(2027, 11, 26),
    )
    order = PurchaseOrderFactory(
        decision=decision, number="BC-2027-0412", sent=True, sent_at=datetime(2027, 10, 15, tzinfo=PARIS), due_on=date(2027, 12, 3)
    )
    OrderLineFactory(order=order, quantity=120, delivered_quantity=96)

    found = calendar(decision)

    assert [(bar.label, bar.start, bar.end, bar.share, bar.note, bar.status) for bar in found.bars] == [
        ("Étude et devis", date(2027, 7, 6), date(2027, 8, 27), 1.0, "", "done"),
        ("Câblage", date(2027, 9, 1), date(2027, 11, 26), 0.0, "fin le 26 novembre", "now"),
        ("BC-2027-0412", date(2027, 10, 15), date(2027, 12, 3), 0.8, "96 / 120", "now"),
    ]
    assert [label for _, label in found.months] == ["juil. 2027", "août", "sept.", "oct.", "nov.", "déc."]
    assert all(row.x >= 170 and row.x + row.width <= 910 and row.done <= row.width for row in found.rows)
    assert 170 < found.today < 910


def test_a_delivery_on_the_day_of_the_order_has_a_width():
    decision = FundingDecisionFactory()
    sent = datetime(2027, 11, 15, 9, tzinfo=PARIS)
    OrderLineFactory(order__decision=decision, order__delivered=True, order__sent_at=sent, order__delivered_on=date(2027, 11, 15))

    (bar,) = calendar(decision).bars

    assert bar.end - bar.start == timedelta(days=1)


def test_several_years_show_one_month_in_two_or_three():
    decision = FundingDecisionFactory()
    OrderLineFactory(
        order__decision=decision, order__sent=True, order__sent_at=datetime(2025, 1, 3, tzinfo=PARIS), order__due_on=date(2027, 12, 1)
    )

    assert [label for _, label in calendar(decision).months][:3] == ["janv. 2025", "avr.", "juil."]


def test_nothing_dated_has_no_calendar():
    decision = FundingDecisionFactory()
    PurchaseOrderFactory(decision=decision)

    assert calendar(decision) is None
