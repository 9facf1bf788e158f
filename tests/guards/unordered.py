"""Rows that no query puts in order come back in the reverse order of their creation.

SQLite and PostgreSQL most often give rows as they were written: a list without `order_by` looks sorted in tests, and is not for its readers.
Reversed, such a list fails the same way at each run; in random order it would fail now and then.

Only what a query reads as a list of rows of our own models is touched. Counts, sums, `exists` and inner queries are not read as lists. Groups,
sets and unions are left alone: the key would have to be among their columns. So are rows under a lock, whose order is that of the locks.
"""

from django.db.models import OrderBy
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.constants import MULTI

OURS = frozenset({"portal", "calls", "scoring", "orders", "cms", "exports"})


def is_reversible(query) -> bool:
    """Whether the key of our rows may order this query: PostgreSQL wants it selected in a set, and grouped in a group."""
    if query.combinator or query.distinct or query.group_by is not None or query.select_for_update:
        return False
    return query.model is not None and query.model.__module__.partition(".")[0] in OURS


_execute_sql, _get_order_by = SQLCompiler.execute_sql, SQLCompiler.get_order_by


def _execute_and_tell(self, result_type=MULTI, **options):
    """An inner query has a compiler of its own, which is never executed: it stays as it is."""
    self.is_read_as_a_list = result_type == MULTI
    return _execute_sql(self, result_type, **options)


def _get_order_by_or_reverse(self):
    given = _get_order_by(self)
    if given or not getattr(self, "is_read_as_a_list", False) or not is_reversible(self.query):
        return given
    key = self.query.get_meta().pk.get_col(self.query.get_initial_alias())
    backwards = OrderBy(key, descending=True)
    return [(backwards, (*self.compile(backwards), False))]


def pytest_configure():
    SQLCompiler.execute_sql, SQLCompiler.get_order_by = _execute_and_tell, _get_order_by_or_reverse


def pytest_unconfigure():
    SQLCompiler.execute_sql, SQLCompiler.get_order_by = _execute_sql, _get_order_by
