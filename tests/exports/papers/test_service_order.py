from decimal import Decimal

import pytest

from exports.papers.order import order_row, render_order, service_order_row
from tests.exports.reading import pdf_text
from tests.factories.orders import CablingWorkFactory, OrderLineFactory, WorkLineFactory

pytestmark = pytest.mark.django_db


def test_a_service_order_prints_the_totals_of_its_quote_and_no_other():
    """48 sockets: 6 960 € at the price schedule, a quote of 7 500 € at 10 %."""
    work = CablingWorkFactory(ordered=True, quote_amount=Decimal("7500.00"), quote_vat_rate=Decimal("10.0"), quote_reference="DV-77")
    WorkLineFactory(work=work)

    row = service_order_row(work)
    text = " ".join(pdf_text(render_order(row)).replace("\u202f", "\u00a0").split())

    assert (row.net, row.gross, [(v.rate, v.vat) for v in row.vat]) == (
        Decimal("7500.00"),
        Decimal("8250.00"),
        [(Decimal("10.0"), Decimal("750.00"))],
    )
    assert "Les montants sont ceux du devis accepté, DV-77." in text
    assert "7 500,00" in text and "8 250,00" in text
    assert "6 960,00" not in text and "145,00" not in text
    assert "48 unités" in text.replace("\xa0", " ")


def test_a_purchase_order_prints_its_lines_and_their_totals():
    order = OrderLineFactory(order__sent=True, quantity=10).order

    row = order_row(order)

    assert (row.net, row.gross, row.quote) == (Decimal("4120.00"), Decimal("4944.00"), None)
    assert row.lines[0].unit_price == Decimal("412.00")
