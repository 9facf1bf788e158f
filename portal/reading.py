"""Reading many rows little by little, with nothing left open between two pieces."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

PIECE = 500  # rows read at once


def in_pieces(rows: QuerySet, *, size: int = PIECE) -> Iterator[Any]:
    """The objects of a queryset, in its order, `size` of them in memory at a time.

    Which rows, and in which order, is settled by the first reading; each piece is then read whole before it is given. A row deleted
    meanwhile is left out. `QuerySet.iterator` would keep its cursor open: on SQLite, a write of the same connection is then refused
    for good ("database is locked") as soon as another process has written since the first row was read.
    """
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), size):
        piece = keys[start : start + size]
        found = {row.pk: row for row in rows.filter(pk__in=piece)}
        yield from (found[key] for key in piece if key in found)
