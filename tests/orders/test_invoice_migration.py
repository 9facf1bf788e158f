"""The invoices that orders had become rows, and go back; serial numbers are compared anew; orders take a holder. On a database as the version before left it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from portal.journal import recorder
from portal.roles import Role
from scoring.models import Envelope, FundingDecision
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, DeliveryLineFactory, InvoiceFactory, OrderLineFactory

BEFORE, AFTER = [("orders", "0002_early_end_and_serial_numbers")], [("orders", "0004_invoices")]


def migrate(to):
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    return MigrationExecutor(connection).loader.project_state(to).apps


@pytest.fixture
def brought_back_up_to_date(transactional_db):
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.migrations
@pytest.mark.usefixtures("brought_back_up_to_date")
def test_upgrade_writes_the_invoices_as_rows_and_goes_back():
    finance = person(Role.FINANCE)
    lines = [
        OrderLineFactory(order__accepted=True, order__state=state, quantity=10) for state in ("invoiced", "closed", "invoiced", "accepted")
    ]
    recorder.record(lines[0].order, "invoice", actor=finance)
    keys = [line.order_id for line in lines]
    # Going back needs no invoice for orders that were never invoiced, and keeps those that were.
    for line, number in zip(lines[:3], ["F-1", "F-2", "F-3"], strict=True):
        InvoiceFactory(order=line.order, number=number, received_on=date(2026, 11, 2))
    InvoiceFactory(
        credit_note=True, corrects=lines[0].order.invoices.get(), number="A-1", amount=Decimal("44.00"), net_amount=Decimal("36.67")
    )

    before = migrate(BEFORE)
    orders = before.get_model("orders", "PurchaseOrder").objects
    kept = [orders.values_list("invoice_number", "invoice_amount").get(pk=key) for key in keys]
    orders.filter(pk=keys[1]).update(invoice_number="F\u20111 ", invoice_amount=None)
    after = migrate(AFTER)
    rows = list(
        after.get_model("orders", "Invoice")
        .objects.order_by("order_id")
        .values_list("order_id", "number", "compared", "amount", "recorded_by")
    )

    assert kept == [("F-1", Decimal("4900.00")), ("F-2", Decimal("4944.00")), ("F-3", Decimal("4944.00")), ("", None)]
    number = after.get_model("orders", "PurchaseOrder").objects.get(pk=keys[1]).number
    assert rows == [
        (keys[0], "F-1", "f-1", Decimal("4900.00"), finance.pk),
        (keys[1], "F\u20111 ", f"f-1 {number}", Decimal("4944.00"), None),
        (keys[2], "F-3", "f-3", Decimal("4944.00"), None),
    ]
    assert set(after.get_model("orders", "Invoice").objects.values_list("net_amount", "supplier")) == {
        (Decimal("4120.00"), lines[0].order.lot.supplier_id)
    }


@pytest.mark.migrations
@pytest.mark.usefixtures("brought_back_up_to_date")
def test_upgrade_compares_serial_numbers_anew_and_loses_none():
    line = DeliveryLineFactory()
    serials = migrate(BEFORE).get_model("orders", "SerialNumber").objects
    for number, compared in [("SN-1", "sn-1"), ("SN\u20111", "sn\u20111"), ("SN\u20132", "sn\u20132"), ("ＳＮ-3", "ｓｎ-3")]:
        serials.create(delivery_line_id=line.pk, number=number, compared=compared)

    found = migrate(AFTER).get_model("orders", "SerialNumber").objects.order_by("pk").values_list("number", "compared")

    assert list(found) == [("SN-1", "sn-1"), ("SN\u20111", "sn\u20111"), ("SN\u20132", "sn-2"), ("ＳＮ-3", "sn-3")]


@pytest.mark.migrations
@pytest.mark.usefixtures("brought_back_up_to_date")
def test_orders_and_works_of_before_take_the_holder_of_their_lot():
    order, work = OrderLineFactory(order__sent=True).order, CablingWorkFactory(ordered=True)

    migrate([("orders", "0005_cancelled_deliveries_and_returns")])
    after = migrate([("orders", "0007_holder_of_what_is_sent")])

    for name, document in (("PurchaseOrder", order), ("CablingWork", work)):
        found = after.get_model("orders", name).objects.values_list("holder", "holder_name", "holder_siret", "holder_address").get()
        assert found == (document.lot.supplier_id, "Ateliers du Cèdre", "73282932000074", "4 rue du Cèdre, 57000 Metz")


@pytest.mark.migrations
@pytest.mark.usefixtures("brought_back_up_to_date")
def test_upgrade_gives_back_what_closed_orders_never_invoiced():
    """To the lot; to the envelope of an aid declined; once, and nothing of what was wholly invoiced."""
    net, gross = Decimal("4120.00"), Decimal("4944.00")
    shared = {"order__accepted": True, "order__state": "closed", "order__committed_amount": net, "order__lot__ordered_amount": net}
    stands, declined, whole = (OrderLineFactory(**shared, quantity=10).order for _ in range(3))
    for order, amount, part in ((stands, "1200.00", "1000.00"), (declined, "1200.00", "1000.00"), (whole, gross, net)):
        InvoiceFactory(order=order, amount=Decimal(amount), net_amount=Decimal(part))
        InvoiceFactory(order=order, cancelled=True)
    now = timezone.now()
    FundingDecision.objects.filter(pk=declined.decision_id).update(
        state="declined", voted_at=now, released_at=now, declined_at=now, kept_amount=gross
    )
    Envelope.objects.filter(pk=declined.decision.envelope_id).update(committed_amount=gross)
    Envelope.objects.filter(pk=stands.decision.envelope_id).update(committed_amount=Decimal("57792.00"))

    migrate([("orders", "0007_holder_of_what_is_sent")])
    after = migrate([("orders", "0008_closed_engage_what_is_invoiced")])

    orders, lots = after.get_model("orders", "PurchaseOrder").objects, after.get_model("orders", "Lot").objects
    found = [(orders.get(pk=o.pk).committed_amount, lots.get(pk=o.lot_id).ordered_amount) for o in (stands, declined, whole)]
    envelopes = [after.get_model("scoring", "Envelope").objects.get(pk=o.decision.envelope_id).committed_amount for o in (stands, declined)]
    assert found == [(1000, 1000), (1000, 1000), (net, net)]
    assert envelopes == [Decimal("57792.00"), Decimal("1200.00")]
    assert after.get_model("scoring", "FundingDecision").objects.get(pk=declined.decision_id).kept_amount == Decimal("1200.00")
