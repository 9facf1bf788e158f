"""What several tests build alike is built once for each process, then its rows are written again for each test.

A site and its pages take half a second to build and a few milliseconds to write.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

Row = tuple[Any, ...]
_KEPT: dict[Hashable, list["KeptRows"]] = {}
# What stands before the first test, that no test writes.
_FOUNDATIONS = {"auth_permission", "django_content_type", "django_migrations"}
# The same thing is built on a few grounds: with a site or without one.
GROUNDS = 3


def once(build: Callable[[], Any], *, named: Hashable = None, reads_all: bool = False) -> Any:
    """What `build()` writes in the database, and what it returns: values that outlive the test, keys rather than objects.

    Built in truth the first time, and wherever the tables it writes do not hold what they held then; with `reads_all`, where any table
    does not. It is known again by its name, that of the function unless said.
    """
    known = _KEPT.setdefault(named or build, [])
    for kept in known:
        if kept.still_fits():
            kept.write()
            return kept.returned
    if len(known) == GROUNDS:
        return build()
    before = {table: table.rows() for table in _tables()}
    returned = build()
    known.append(KeptRows.between(before, returned, reads_all=reads_all))
    return returned


@dataclass
class KeptRows:
    changes: list["_Change"]
    held: dict["_Table", set[Row]]
    returned: Any
    types: list[ContentType]  # those that were known by then: building asks for them, writing does not

    @classmethod
    def between(cls, before: dict["_Table", list[Row]], returned: Any, *, reads_all: bool) -> "KeptRows":
        changes = [_Change.between(table, rows) for table, rows in before.items()]
        changes = [change for change in changes if change.removed or change.added]
        written = {change.table.name for change in changes}
        counts = _tables() if reads_all else [table for table in _tables() if table.name in written]
        held = {table: set(before[table]) for table in counts if table.name not in _FOUNDATIONS}
        return cls(changes, held, returned, list(ContentType.objects._cache.get(connection.alias, {}).values()))

    def still_fits(self) -> bool:
        """One question for all the tables that held nothing, then one for each of the others."""
        return not _is_any_filled(self._empty) and all(set(table.rows()) == rows for table, rows in self.held.items() if rows)

    @cached_property
    def _empty(self) -> tuple["_Table", ...]:
        return tuple(table for table, rows in self.held.items() if not rows)

    def write(self) -> None:
        """Foreign keys are asked at the end of the transaction: the order of the tables does not matter."""
        with transaction.atomic(), connection.cursor() as cursor:
            for change in self.changes:
                change.write(cursor)
        for known in self.types:
            ContentType.objects._add_to_cache(connection.alias, known)


@dataclass(frozen=True)
class _Table:
    name: str
    columns: tuple[str, ...]
    key: str

    @classmethod
    def named(cls, cursor, name: str) -> "_Table":
        columns = tuple(column.name for column in connection.introspection.get_table_description(cursor, name))
        return cls(name, columns, connection.introspection.get_primary_key_column(cursor, name))

    def rows(self) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {self.all_columns} FROM "{self.name}"')
            return cursor.fetchall()

    @property
    def all_columns(self) -> str:
        return ", ".join(f'"{column}"' for column in self.columns)


@dataclass
class _Change:
    table: _Table
    removed: list[Row]
    added: list[Row]

    @classmethod
    def between(cls, table: _Table, before: list[Row]) -> "_Change":
        was, rows = set(before), table.rows()
        after = set(rows)
        return cls(table, [row for row in before if row not in after], [row for row in rows if row not in was])

    def write(self, cursor) -> None:
        if self.removed:
            place = self.table.columns.index(self.table.key)
            removed = [(row[place],) for row in self.removed]
            cursor.executemany(f'DELETE FROM "{self.table.name}" WHERE "{self.table.key}" = %s', removed)
        values = ", ".join(["%s"] * len(self.table.columns))
        cursor.executemany(f'INSERT INTO "{self.table.name}" ({self.table.all_columns}) VALUES ({values})', self.added)


@cache
def _tables() -> tuple[_Table, ...]:
    """Those of the product, as they are all along the run: what an engine of search keeps beside its table follows by itself."""
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if "_fts" not in name]
        return tuple(_Table.named(cursor, name) for name in names)


def _is_any_filled(tables: tuple[_Table, ...]) -> bool:
    if not tables:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 WHERE " + " OR ".join(f'EXISTS (SELECT 1 FROM "{table.name}")' for table in tables))
        return cursor.fetchone() is not None
