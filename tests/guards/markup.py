"""Every page that the test client receives is HTML5 without a fault: a parser that counts them reads it.

A browser repairs in silence an element that is not closed, a link inside a link, an attribute given twice: what is on the screen is then
not what the template says, and a reader's assistive tool may meet something else again.

That parser is slow: a page that differs by its words alone from one already read is not given to it again. What it has read without a fault
is kept in pytest's cache for the next run (SQLite, then the demonstration, then PostgreSQL), until this guard or the parser changes.
"""

import hashlib
import os
import re
from collections import Counter
from pathlib import Path

import html5lib
import pytest
from django.test import Client
from html5lib.constants import E as MESSAGES

from tests.guards.pages import skeleton, tree_of
from tests.guards.undefined_names import is_of_the_portal

FIRST_ELEMENT = re.compile(r"(?:\s|<!--.*?-->)*<([a-z0-9]+)", re.DOTALL)
# Where the answer to htmx will land, for the elements that stand nowhere else.
CONTAINERS = {"tr": "tbody", "td": "tr", "th": "tr", "tbody": "table", "thead": "table", "caption": "table"}
# A character that may not be in a page comes from the person who typed it, never from a template; browsers show « � ».
TYPED_BY_A_READER = "invalid-codepoint"
PARTS_OF_A_TABLE = {"table", "rowgroup", "row", "columnheader", "rowheader", "cell"}
AROUND = 60  # characters shown before a fault

_read: set[str] = set()
_known: set[str] = set()  # by earlier runs


def faults(page: str) -> list[str]:
    """What is wrong in a page, or in a fragment of one, in reading order; an `id` given twice comes last."""
    parser = html5lib.HTMLParser()
    if page.lstrip()[:9].lower() == "<!doctype":
        tree = parser.parse(page)
    else:
        first = FIRST_ELEMENT.match(page)
        tree = parser.parseFragment(page, container=CONTAINERS.get(first[1] if first else "", "div"))
    lines = page.splitlines()
    found = [
        f"{MESSAGES[code] % values} : …{lines[line - 1][max(0, column - AROUND) : column + 1] if line <= len(lines) else ''}"
        for (line, column), code, values in parser.errors
        if code != TYPED_BY_A_READER
    ]
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    found += [
        f"{name} is no attribute of HTML: write data-{name}" for element in elements for name in element.attrib if name.startswith("hx-")
    ]
    found += [
        f"a part of a table has its role already: {element.get('role')}" for element in elements if element.get("role") in PARTS_OF_A_TABLE
    ]
    names = Counter(element.get("id") for element in elements if element.get("id"))
    return found + [f"id « {name} » given {count} times" for name, count in names.items() if count > 1]


def unsaid_errors(page: str, *, sent: bool = True) -> list[str]:
    """What a whole page with something to correct does not say where it is heard: its title, its words, and once sent its summary.

    The focus goes to a summary, or to the field that is wrong.
    """
    if page.lstrip()[:9].lower() != "<!doctype" or not ('aria-invalid="true"' in page or " data-errors>" in page):
        return []
    asked = {
        "the title does not begin with « Erreur »": "<title>Erreur" in page,
        "no summary takes the focus": not sent or " data-focus" in page or " autofocus" in page,
        "a message does not name its field": "Champ requis." not in page and "Ce champ est obligatoire." not in page,
    }
    return [sentence for sentence, kept in asked.items() if not kept]


LIVE = ({"role": "alert"}, {"role": "status"}, {"aria-live": "polite"}, {"aria-live": "assertive"})


def unheard_regions(fragment: str) -> list[str]:
    """The live regions that a part of a page brings with their words: a reader's tool knows a region only once it stands, so many say nothing.

    A region stays on the page and is written into (`data-hx-swap-oob="innerHTML"`); what is new in the part itself is marked `data-say`.
    """
    tree = html5lib.parseFragment(fragment, container="div", namespaceHTMLElements=False)
    live = [
        element for element in tree.iter() if isinstance(element.tag, str) and any(mark.items() <= element.attrib.items() for mark in LIVE)
    ]
    return [f"a live region comes with its words: {element.attrib}" for element in live if element.get("data-hx-swap-oob") != "innerHTML"]


CONTROLS = ("a", "button", "summary")


def names_apart(page: str) -> list[str]:
    """The controls that have words of their own and another name: who speaks to the machine says what is read, and nothing answers.

    A complement goes into the words, visually hidden; `aria-label` is for a control that shows none, or has no `<label>`.
    """
    if "aria-label=" not in page:
        return []
    tree = tree_of(page)
    labelled = set(tree.xpath("//label/@for"))
    return [
        f"« {element.get('aria-label')} » names what has words of its own: {' '.join(element.text_content().split())}"
        for element in tree.xpath("//*[@aria-label]")
        if (element.tag in CONTROLS and element.text_content().strip()) or element.get("id") in labelled
    ]


def _is_read(response) -> bool:
    """Whole pages and fragments of ours, as they are before they travel; the screens of Wagtail belong to Wagtail."""
    if (
        response.streaming
        or response.has_header("Content-Encoding")
        or not response.headers.get("Content-Type", "").startswith("text/html")
    ):
        return False
    drawn_from = [template.origin.name for template in getattr(response, "templates", ()) if template.origin]
    return bool(response.content) and (not drawn_from or is_of_the_portal(drawn_from[0]))


_request = Client.request


def _faults_of_markup(page: str, *, sent_by_htmx: bool) -> dict[str, list[str]]:
    """What the slow parser finds, by what there is to say of it; nothing, when it has read this skeleton already."""
    mark = hashlib.md5(f"{sent_by_htmx}{skeleton(page)}".encode(), usedforsecurity=False).hexdigest()
    if mark in _read or mark in _known:
        return {}
    found = {"is no correct HTML5": faults(page)}
    if sent_by_htmx and not page.lstrip().lower().startswith("<!doctype"):
        found["is heard by nobody"] = unheard_regions(page)
    if not any(found.values()):
        _read.add(mark)
    return found


def _request_and_read(self, **request):
    response = _request(self, **request)
    if _is_read(response):
        page = response.content.decode()
        wrong = _faults_of_markup(page, sent_by_htmx=bool(request.get("HTTP_HX_REQUEST"))) | {
            "keeps its errors quiet": unsaid_errors(page, sent=request.get("REQUEST_METHOD") == "POST"),
            "has two names for a control": names_apart(page),
        }
        for sentence, found in wrong.items():
            if found:
                pytest.fail(f"{request.get('REQUEST_METHOD')} {request.get('PATH_INFO')} {sentence}:\n" + "\n".join(found))
    return response


def _kept(config: pytest.Config) -> Path | None:
    """The folder of what earlier runs have read; none when pytest keeps no cache."""
    if not hasattr(config, "cache"):
        return None
    program = b"".join((Path(__file__).parent / name).read_bytes() for name in ("markup.py", "pages.py"))
    return config.cache.mkdir(f"markup-{hashlib.md5(program + html5lib.__version__.encode(), usedforsecurity=False).hexdigest()}")


@pytest.hookimpl(trylast=True)  # after the cache
def pytest_configure(config):
    Client.request = _request_and_read
    if kept := _kept(config):
        _known.update(mark for file in kept.iterdir() for mark in file.read_text().split())


def pytest_unconfigure(config):
    Client.request = _request
    if _read and (kept := _kept(config)):
        with (kept / os.environ.get("PYTEST_XDIST_WORKER", "alone")).open("a") as file:
            file.writelines(f"{mark}\n" for mark in _read)
