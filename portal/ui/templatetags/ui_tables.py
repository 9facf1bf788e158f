"""Tables of data from their columns (portal.ui.tables). Built in: templates use these tags without `{% load %}`."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from django import template
from django.http import QueryDict
from django.template import Context
from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

from portal.ui import icons
from portal.ui.tables import Column, TitleRow, TotalRow, present, title_row, total_row

register = template.Library()


@register.simple_tag(takes_context=True)
def table(
    context: Context,
    columns: str | Iterable[Column],
    rows: Iterable,
    caption: str,
    of: object = "",
    css: str = "",
    stack: bool = True,
    scroll: bool | str = True,
    attrs: str = "",
    foot: str | Iterable[TotalRow] = (),
    empty: str = "",
    unfold: str = "",
) -> SafeString:
    """A whole table: `{% table columns page_obj caption="Dossiers, {}" of=number css="pr-stack--3" %}`.

    `columns` is what the view gives, or the address of a list: "orders.tables.documents.ORDER_LINES". `rows` may hold TitleRow between
    records. `stack`: False for one that stays a table on a narrow screen. `scroll`: False for one that never overflows, words for one that
    scrolls by the keyboard. `foot`: TotalRow, one or several. `empty`: what a single line says when there is no row.
    By their address, or by their name beside the columns: `attrs`, a function of a row that gives the attributes of its line as safe
    markup; `unfold`, one that makes the rows from what is given; `foot` again, one that makes the foot.
    """
    shown = present(_declared(columns), context)
    unfolded = _function(unfold, columns)(rows) if unfold else rows
    body = _body(context, shown, unfolded, _function(attrs, columns) if attrs else None)
    parts = [
        f'<caption class="visually-hidden">{format_html(caption, of) if of else conditional_escape(caption)}</caption>',
        _head(context, shown),
        f"<tbody>{body or _nothing(empty, len(shown))}</tbody>",
    ]
    foot = _function(foot, columns)(rows) if isinstance(foot, str) else foot
    if foot:
        parts.append(f"<tfoot>{''.join([total_row(row, shown) for row in foot])}</tfoot>")
    classes = f"pr-table{' pr-stack' if stack else ''} {css}".rstrip()
    return _scrolling(f'<table class="{classes}">{"".join(parts)}</table>', scroll)


@register.simple_tag(takes_context=True)
def table_head(context: Context, columns: str | Iterable[Column]) -> SafeString:
    """The head alone, for a table whose rows a template draws."""
    return mark_safe(_head(context, present(_declared(columns), context)))  # noqa: S308 -- every value is escaped


@register.simple_tag
def cell(columns: str | Iterable[Column], key: str) -> SafeString:
    """The attributes of a cell in a row that a template draws: `<td{% cell columns "quantite" %}>`."""
    return _attrs(columns, key) if isinstance(columns, str) else next(column.attrs for column in columns if column.key == key)


@lru_cache(maxsize=256)
def _attrs(columns: str, key: str) -> SafeString:
    return next(column.attrs for column in _declared(columns) if column.key == key)


def _declared(columns: str | Iterable[Column]) -> Iterable[Column]:
    return import_string(columns) if isinstance(columns, str) else columns


def _function(name: str, columns: str | Iterable[Column]) -> Callable:
    """A function by its address or, without a dot, by its name beside the columns."""
    return import_string(name if "." in name else f"{columns.rpartition('.')[0]}.{name}")


def _body(context: Context, columns: list[Column], rows: Iterable, attributes: Callable | None) -> str:
    cells = [(*_tags(column), _drawer(context, column)) for column in columns]
    lines, filled = [], False
    for row in rows:
        if isinstance(row, TitleRow):
            lines.append(("</tbody><tbody>" if filled else "") + title_row(row, columns))
        else:
            content = "".join([opening + draw(row) + closing for opening, closing, draw in cells])
            lines.append(f"<tr{attributes(row) if attributes else ''}>{content}</tr>")
        filled = True
    return "".join(lines)


def _tags(column: Column) -> tuple[str, str]:
    name = "th" if column.row_header else "td"
    return f"<{name}{column.attrs}>", f"</{name}>"


def _drawer(context: Context, column: Column) -> Callable:
    """What draws a cell. A template is found and compiled once per table, and sees the context of the page."""
    if not column.template:
        return column.draw
    compiled = get_template(column.template).template

    def draw(row: object) -> str:
        with context.push(row=column.read(row) if column.value else row):
            return compiled.render(context)

    return column.dress(draw)


def _nothing(sentence: str, width: int) -> str:
    return format_html('<tr><td class="w" colspan="{}">{}</td></tr>', width, sentence) if sentence else ""


def _scrolling(html: str, scroll: bool | str) -> SafeString:
    if scroll is True:
        html = f'<div class="pr-scroll">{html}</div>'
    elif scroll:
        html = f'<div class="pr-scroll" tabindex="0" role="region" aria-label="{conditional_escape(scroll)}">{html}</div>'
    return mark_safe(html)  # noqa: S308 -- every value is escaped


def _head(context: Context, columns: list[Column]) -> str:
    """The line of headings. The address is read once: each link changes one parameter of it."""
    request = context.get("request")
    query = request.GET.copy() if request else None
    current = str(context.get("sort") or (query.get("tri", "") if query else ""))
    cells = [f"<th{column.heading_attrs}{_order(column, current)}>{_sorting(column, current, query)}</th>" for column in columns]
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def _order(column: Column, current: str) -> str:
    if not column.sort or current.removeprefix("-") != column.key:
        return ""
    return ' aria-sort="descending"' if current.startswith("-") else ' aria-sort="ascending"'


def _sorting(column: Column, current: str, query: QueryDict | None) -> str:
    """The words of a heading, in a link when the column sorts: it keeps the filters and goes back to the first page."""
    if not column.sort or query is None:
        return column.heading
    drawing, target, hint = "chevron-up-down", column.key, "trier"
    if current == column.key:
        drawing, target, hint = "arrow-up", f"-{column.key}", "trier dans l’autre sens"
    elif current == f"-{column.key}":
        drawing, hint = "arrow-down", "trier dans l’autre sens"
    query.pop("page", None)
    query["tri"] = target
    return format_html(
        '<a class="pr-sort" href="?{}">{} {}<span class="visually-hidden">, {}</span></a>',
        query.urlencode(), column.heading, icons.draw(drawing, "sm"), hint,
    )  # fmt: skip
