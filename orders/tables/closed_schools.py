"""Columns of what closed lycées leave."""

from orders.queries.closed_schools import Unfinished
from portal.text.typography import typo
from portal.ui.tables import Column
from portal.ui.templatetags.ui import badge_of


def _state(row: Unfinished) -> str:
    return badge_of(row.document, row.reader)


def _where(row: Unfinished) -> str:
    """The town, and the lycée that follows when it is known."""
    return f"{row.establishment.town} · lycée qui lui succède : {row.successor}" if row.successor else row.establishment.town


UNFINISHED = [
    Column("lycee", "Lycée", "establishment.name", link=lambda row: row.establishment.get_absolute_url(), small=_where, css="w"),
    Column(
        "reste", "Ce qui reste", "name", link=lambda row: row.document.get_absolute_url(), small="kind", css="pr-nowrap", row_header=True
    ),
    Column("etat", "État", _state, css="w"),
    Column("issue", "Ce qui peut être fait", lambda row: typo(row.way_out), css="w"),
]
