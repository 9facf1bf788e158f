"""Columns of a table of needs: to read, and to write."""

from collections.abc import Iterator

from django.utils.html import format_html

from calls.queries.content import EntryView, LineView
from portal.text import french
from portal.ui.tables import Column, TitleRow, TotalRow


def _detail(line: LineView) -> str:
    return " · ".join(filter(None, ["Indispensable" if line.is_essential else "", line.detail]))


def _total(line: LineView) -> str:
    return format_html("<strong>{}</strong>", french.euros(line.net_amount))


LINES = [
    Column("besoin", "Besoin", "label", small=_detail, css="w", row_header=True),
    Column("priorite", "Priorité", "priority"),
    Column("quantite", "Quantité", "quantity", french.number, css="n"),
    Column("prix_unitaire_ht", "P.\u00a0U. HT", "unit_price", french.euros, css="n", narrow="Prix unitaire HT"),
    Column("total_ht", "Total HT", _total, css="n"),
]
# The rows to write are drawn by calls/applicant/_row.html.
WRITTEN = [
    *LINES,
    Column("indispensable", "Indisp.", narrow="Indispensable"),
    Column("retirer", "Retirer", hidden=True, only="may_write"),
]


def rows_of(entry: EntryView) -> Iterator[TitleRow | LineView]:
    """The needs by kind, each kind under its title and its subtotal."""
    for label, lines, net in entry.groups:
        yield TitleRow(label, "total_ht", french.euros(net), narrow="Sous-total HT")
        yield from lines


def totals_of(entry: EntryView) -> list[TotalRow]:
    vat = format_html('Total TTC <small class="d-inline">dont TVA\u00a0: {}</small>', french.euros(entry.vat_amount))
    return [
        TotalRow("Total hors taxes", "total_ht", french.euros(entry.net_amount)),
        TotalRow(vat, "total_ht", french.euros(entry.gross_amount), css="total"),
    ]
