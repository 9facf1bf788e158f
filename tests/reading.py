"""Reading a page as its reader does: where its template breaks lines, or keeps words together, says nothing.

`page` is the answer to a request, or the markup that a template has drawn. An element is found by a CSS selector, never by a piece of markup.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse

SPACES = re.compile(r"[ \t\r\n\f]+")  # what HTML holds for one space; a no-break space is a character of the text


def markup_of(page: HttpResponse | str) -> str:
    return page if isinstance(page, str) else page.content.decode()


def text_of(response) -> str:
    """The page, markup included, each run of spaces as one plain space."""
    return " ".join(response.content.decode().replace("&nbsp;", " ").split())


def tree_of(page: HttpResponse | str) -> BeautifulSoup:
    """The page as elements, to be read and never changed: a test that asks several things of a page has it parsed once.

    Names of elements and of attributes are in lower case, those of drawings too (`viewbox`).
    """
    return _parsed(markup_of(page))


@lru_cache(maxsize=4)
def _parsed(markup: str) -> BeautifulSoup:
    return BeautifulSoup(markup, "lxml")


def elements_of(page: HttpResponse | str | Tag, selector: str) -> list[Tag]:
    """The elements that a CSS selector finds, in reading order."""
    return (page if isinstance(page, Tag) else tree_of(page)).select(selector)


def the(page: HttpResponse | str | Tag, selector: str) -> Tag:
    """The only element that a selector finds; fails when there is none, or several."""
    found = elements_of(page, selector)
    assert len(found) == 1, f"{len(found)} elements for {selector}"
    return found[0]


def words_of(element: Tag) -> str:
    """What is read in an element, each run of spaces as one."""
    return SPACES.sub(" ", element.get_text()).strip(" ")


def texts_of(page: HttpResponse | str | Tag, selector: str) -> list[str]:
    """What is read in each element that a selector finds."""
    return [words_of(element) for element in elements_of(page, selector)]


def rows_of(page: HttpResponse | str | Tag, table: str = "table") -> list[list[str]]:
    """What is read in each cell of a table, row by row, head and foot included."""
    return [[words_of(cell) for cell in row.find_all(["th", "td"], recursive=False)] for row in elements_of(page, f"{table} tr")]


def links_of(page: HttpResponse | str | Tag, within: str = "") -> list[tuple[str, str]]:
    """(text, address) of each link, of the whole page or of what a selector finds."""
    return [(words_of(link), link["href"]) for link in elements_of(page, f"{within} a[href]".strip())]


def values_of(page: HttpResponse | str | Tag, name: str) -> list[str]:
    """What the controls of this name would send if nothing was touched: one value, none, or those that are ticked or chosen."""
    return [value for control in elements_of(page, f'[name="{name}"]') for value in _values(control)]


def _values(control: Tag) -> Iterator[str]:
    if control.name == "textarea":
        yield control.get_text().removeprefix("\n")
    elif control.name == "select":
        yield from (option.get("value", option.get_text()) for option in control.select("option[selected]"))
    elif control.get("type") not in ("checkbox", "radio"):
        yield control.get("value", "")
    elif control.has_attr("checked"):
        yield control.get("value", "on")  # as browsers send a box without a value
