"""A table of data, each column declared once.

A `Column` serves the head of the table, its order, the labels of its cells on a narrow screen, and the workbook that shows the
same value. `{% table columns rows caption="…" %}` draws it (portal.ui.templatetags.ui_tables); docs/interface.md says how.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from operator import attrgetter, methodcaller
from typing import Any

from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from portal.text import dates, french

Reader = str | Callable[[Any], Any]


def plain(value: object) -> str:
    """A value as it is; a dash where there is none. Markup passes when it is marked safe, as in a template."""
    if isinstance(value, str):
        return value or french.NOTHING
    return french.NOTHING if value is None else localize(value)


def blank(value: object) -> str:
    """A value as it is; nothing where there is none."""
    return "" if value is None else plain(value) if value != "" else ""


whole_euros = partial(french.euros, decimals=0)
hundredths = partial(french.number, decimals=2)
short_day = partial(dates.day, year=False)
own_page = methodcaller("get_absolute_url")  # where a record is read


def reader(given: Reader) -> Callable[[Any], Any]:
    """A function of the row: the one given, or the reading of a path of attributes ("lot.supplier.name")."""
    return given if callable(given) else attrgetter(given)


@dataclass(frozen=True)
class Column:
    """One column. What it shows of a row comes from `value`, written by `format` or, where markup wants one, by a template.

    A path stops at the first attribute that is None with AttributeError: give a function where something may be missing.
    """

    key: str  # in the address when the column sorts, in the workbook
    label: str  # its heading, and its name in front of a value on a narrow screen
    value: Reader = ""
    format: Callable[[Any], str] = plain
    link: Reader | None = None  # the address to which the value leads; no link when it is empty
    small: Reader | None = None  # a second line, in small; nothing when it is empty
    small_css: str = ""
    template: str = ""  # takes the place of `format`: drawn with the context of the page and `row`, the value, or the row without `value`
    sort: str | tuple[str, ...] = ()  # lookups of the order; none: the column does not sort
    css: str = ""  # classes of a cell; "n" (a number) is the heading's too
    heading_css: str = ""
    narrow: str | None = None  # another name on a narrow screen; "" where the value says what it is
    hidden: bool = False  # a heading for those who listen only
    row_header: bool = False  # names the row
    only: str = ""  # a name of the page's context that must be true for the column to be there

    @cached_property
    def attrs(self) -> SafeString:
        """Attributes of a cell, in order: scope, class, name on a narrow screen."""
        scope = ' scope="row"' if self.row_header else ""
        return mark_safe(f"{scope}{_attr('class', self.css)}{_attr('data-l', self._narrow)}")  # noqa: S308 -- values are escaped

    @cached_property
    def heading_attrs(self) -> SafeString:
        css = " ".join(filter(None, ["n" if "n" in self.css.split() else "", self.heading_css]))
        return mark_safe(f' scope="col"{_attr("class", css)}')  # noqa: S308 -- values are escaped

    @cached_property
    def heading(self) -> SafeString:
        return format_html('<span class="visually-hidden">{}</span>' if self.hidden else "{}", self.label)

    @cached_property
    def read(self) -> Callable[[Any], Any]:
        """The value of a row, before any format: what a workbook writes."""
        return reader(self.value)

    @cached_property
    def draw(self) -> Callable[[Any], str]:
        """The content of a cell without a template, as safe markup. Composed once: a page calls it for each row."""
        read, write = self.read, self.format
        return self.dress(lambda row: conditional_escape(write(read(row))))

    def dress(self, inner: Callable[[Any], str]) -> Callable[[Any], str]:
        """What draws the content, with the link around it and the second line below it."""
        linked = inner
        if self.link is not None:
            address = reader(self.link)

            def linked(row: object) -> str:
                target = address(row)
                return f'<a href="{conditional_escape(target)}">{inner(row)}</a>' if target else inner(row)

        if self.small is None:
            return linked
        below, opening = reader(self.small), f"<small{_attr('class', self.small_css)}>"

        def both(row: object) -> str:
            more = below(row)
            return linked(row) + (f"{opening}{conditional_escape(more)}</small>" if more not in ("", None) else "")

        return both

    def through(self, path: Reader) -> "Column":
        """The same column for rows that hold the record at `path`: `REFERENCE.through("application")`."""
        step = reader(path)

        def after(given: Reader | None) -> Reader | None:
            if not given:
                return given
            read = reader(given)
            return lambda row: read(step(row))

        return replace(self, value=after(self.value), link=after(self.link), small=after(self.small))

    @property
    def _narrow(self) -> str:
        if self.narrow is not None:
            return self.narrow
        return "" if self.row_header or self.hidden else self.label


@dataclass(frozen=True)
class TotalRow:
    """A line of the foot: words up to the column of its figure, and the figure."""

    label: str
    key: str  # the column under which the figure stands
    value: object
    css: str = ""
    narrow: str = ""


@dataclass(frozen=True)
class TitleRow:
    """Among the rows, the title of those that follow, and perhaps their sum under one column."""

    label: str
    key: str = ""
    value: object = ""
    narrow: str = ""


def sorts(columns: Iterable[Column]) -> dict[str, str | tuple[str, ...]]:
    """The orders that these columns offer, for `sort_queryset`."""
    return {column.key: column.sort for column in columns if column.sort}


def present(columns: Iterable[Column], context: Mapping) -> list[Column]:
    """The columns that this page shows to this person."""
    return [column for column in columns if not column.only or context.get(column.only)]


def title_row(row: TitleRow, columns: Sequence[Column]) -> str:
    """The markup of a title among the rows."""
    figure = _figure(row, columns) if row.key else ""
    span = _position(columns, row.key) if row.key else len(columns)
    head = format_html('<th scope="rowgroup"{}>{}</th>', _span(span), row.label)
    return f'<tr class="group">{head}{figure}</tr>'


def total_row(row: TotalRow, columns: Sequence[Column]) -> str:
    """The markup of a line of the foot. A first column of boxes to tick keeps its empty cell."""
    boxes = "pick" in columns[0].css.split()
    head = format_html('<th scope="row"{}>{}</th>', _span(_position(columns, row.key) - boxes), row.label)
    empty = "<td></td>" if boxes else ""
    return f"<tr{_attr('class', row.css)}>{empty}{head}{_figure(row, columns)}</tr>"


def _figure(row: TotalRow | TitleRow, columns: Sequence[Column]) -> str:
    after = len(columns) - _position(columns, row.key) - 1
    rest = f"<td{_span(after)}></td>" if after else ""
    return f'<td class="n"{_attr("data-l", row.narrow)}>{conditional_escape(row.value)}</td>{rest}'


def _position(columns: Sequence[Column], key: str) -> int:
    return next(rank for rank, column in enumerate(columns) if column.key == key)


def _span(width: int) -> SafeString:
    return mark_safe(f' colspan="{width}"' if width > 1 else "")  # noqa: S308 -- a number


def _attr(name: str, value: str) -> str:
    return f' {name}="{conditional_escape(value)}"' if value else ""


def joined(separator: str, parts: Iterable[object]) -> SafeString:
    """Pieces of text or markup with a separator of markup between them ("<br>")."""
    return mark_safe(separator.join([conditional_escape(part) for part in parts]))  # noqa: S308 -- parts escaped, a separator of ours
