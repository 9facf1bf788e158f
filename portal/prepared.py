"""A query asked by every page, whose SQL is composed once per process.

Composing the SQL of a query costs ten to thirty times what SQLite takes to answer it. A function that gives the same query each time, but for
values, is written as usual; `prepared` composes what it gives once, then puts the values of each call in their place:

    @prepared
    def answers_of(application: int) -> QuerySet[Answer]:
        return Answer.objects.filter(application=application).order_by("pk")

The function receives marks in place of values: it passes them on, and looks at none of them. Values are whole numbers, texts, instants and days;
a tuple of numbers or of texts is for `__in`, and its length makes another query. What it prefetches is left to the caller.
"""

import copy
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import update_wrapper
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
Value = int | str | datetime | date | tuple[int, ...] | frozenset[int] | tuple[str, ...] | frozenset[str]

LONGEST = 40  # values in a tuple: above, the query is composed as any other
_INSTANT, _DAY, _NUMBER = datetime(1900, 1, 1, tzinfo=UTC), date(1900, 1, 1), 2_000_000_000
_DATED = re.compile(r"\d{4}-\d\d-\d\d")


class NotPrepared(TypeError):
    """The function looks at its values, or holds a day or an instant of its own, which would stay as they were the first time."""


class _Composed:
    """The SQL of one shape of a query, with the place of each value."""

    def __init__(self, queryset: QuerySet, marks: list, connection: BaseDatabaseWrapper):
        if queryset._prefetch_related_lookups:
            raise NotPrepared("a prepared query prefetches nothing")
        self.queryset, self.marks = queryset, marks
        self.compiler: SQLCompiler = queryset.query.get_compiler(connection=connection)
        self.sql, self.params = self.compiler.as_sql()
        adapted = [_adapted(mark, connection) for mark in marks]
        self.places = [adapted.index(param) if param in adapted else None for param in self.params]
        if set(range(len(marks))) - set(self.places):
            raise NotPrepared("a value of the query is not found in it as it was given")
        for param, place in zip(self.params, self.places, strict=True):
            if place is None and (isinstance(param, date) or (isinstance(param, str) and _DATED.match(param))):
                raise NotPrepared("a prepared query keeps no day and no instant of its own: give it as a value")

    def rows(self, values: list, connection: BaseDatabaseWrapper) -> list:
        params = tuple(
            param if place is None else _adapted(values[place], connection) for param, place in zip(self.params, self.places, strict=True)
        )
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **options: (self.sql, params)  # type: ignore[method-assign]
        query = copy.copy(self.queryset.query)
        query.get_compiler = lambda *args, **options: compiler  # type: ignore[method-assign]
        # Made anew, never copied: a queryset that is copied asks its rows first, those of the marks.
        queryset = type(self.queryset)(model=self.queryset.model, query=query, using=self.queryset._db)
        queryset._iterable_class, queryset._fields = self.queryset._iterable_class, self.queryset._fields
        return list(queryset)


class Prepared(Generic[M]):
    """What `prepared` makes of a function. Called, it asks the database and gives the rows."""

    def __init__(self, build: Callable[..., QuerySet[M]]):
        update_wrapper(self, build)
        self.build = build
        self.composed: dict[tuple, _Composed | None] = {}

    def __call__(self, *values: Value) -> list[M]:
        shape = tuple(len(value) if isinstance(value, tuple | frozenset) else None for value in values)
        if any(length is not None and length > LONGEST for length in shape):
            return list(self.build(*values))
        connection = cast(BaseDatabaseWrapper, connections["default"])
        key = (connection.vendor, shape)
        if key not in self.composed:
            self.composed[key] = self._compose(values, connection)
        found = self.composed[key]
        return found.rows(list(_flat(values)), connection) if found else []

    def first(self, *values: Value) -> M | None:
        """The first row, or None."""
        return next(iter(self(*values)), None)

    def _compose(self, values: tuple[Value, ...], connection: BaseDatabaseWrapper) -> _Composed | None:
        """None where the shape says that nothing is found, as for a tuple of no value."""
        numbered = iter(range(_NUMBER, _NUMBER + 1000))
        marked = [
            tuple(_mark(one, numbered) for one in value) if isinstance(value, tuple | frozenset) else _mark(value, numbered)
            for value in values
        ]
        try:
            return _Composed(self.build(*marked), list(_flat(marked)), connection)
        except EmptyResultSet as empty:
            if () not in marked:  # a column too small for a mark would say the same of every value
                raise NotPrepared("the query finds nothing, whatever its values") from empty
            return None


def prepared(build: Callable[..., QuerySet[M]]) -> Prepared[M]:
    """A query composed once per process; see the head of this module."""
    return Prepared(build)


def _flat(values: Any) -> Iterator:
    for value in values:
        if isinstance(value, tuple | frozenset):
            yield from sorted(value)
        else:
            yield value


def _mark(value: Value, numbered: Iterator[int]) -> Value:
    """Something of the same kind that no query holds by itself."""
    number = next(numbered)
    if isinstance(value, bool) or not isinstance(value, int | str | date):
        raise NotPrepared(f"a prepared query takes no {type(value).__name__}")
    if isinstance(value, int):
        return number
    if isinstance(value, str):
        return f"\ufdd0{number}"
    if isinstance(value, datetime):
        return _INSTANT + timedelta(microseconds=number)
    return _DAY + timedelta(days=number - _NUMBER)


def _adapted(value: Value, connection: BaseDatabaseWrapper) -> Any:
    """A value as this database is given it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def fill(instance: Model, name: str, rows: list, back: str) -> None:
    """Give a row what `prefetch_related(name)` would have read, its rows known; `back` is the field by which each of them names it."""
    related = getattr(instance, name).all()
    related._result_cache, related._prefetch_done = rows, True
    for row in rows:
        setattr(row, back, instance)
    instance.__dict__.setdefault("_prefetched_objects_cache", {})[name] = related


def is_filled(instance: Model, name: str) -> bool:
    """Whether these rows were read already, by `fill` or by a prefetch."""
    return name in instance.__dict__.get("_prefetched_objects_cache", ())
