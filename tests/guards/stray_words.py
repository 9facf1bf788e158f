"""What no reader should meet: a value that is missing (`None`, `NaN`), a code of the program, a count that its noun does not follow.

Read on every page that the test client receives and on every message that is written, whoever it is for: no test asks for it. Papers and
workbooks are read by their own tests, which call `stray` too.
"""

import re
from functools import cache

import pytest
from django.apps import apps
from django.test import Client
from lxml import etree

from tests.guards.pages import tree_of
from tests.guards.undefined_names import is_of_the_portal

# What stands between « » is what somebody typed.
MISSING = re.compile(r"(?<![\w/.-])(?<!«[ \u00a0\u202f])(?:None|NaN|nan|undefined|Infinity|Ellipsis)(?![\w/-])|<\w+ object")
# Zero and one are singular in French: « 0 dossier ».
PLURAL_OF_ZERO = re.compile(
    r"(?<![\w,.\d\u202f\u00a0/-])0[ \u00a0](?!ans\b|pas\b|fois\b|bis\b|dans\b|mois\b|cas\b|corps\b|jurés,)[a-zéèàê]{2,}s\b(?!\s?:)"
)
HIDDEN = ("script", "style", "template", "code", "pre", "textarea")
_WORDS = etree.XPath("//text()", smart_strings=False)
_SPOKEN = etree.XPath("//@aria-label | //@title | //@alt | //@placeholder", smart_strings=False)


@cache
def codes() -> re.Pattern:
    """The values of the states and of other choices of our models that no French word is written like."""
    values = {
        str(value)
        for model in apps.get_models()
        if model.__module__.split(".")[0] in ("portal", "calls", "scoring", "orders", "cms", "exports")
        for field in model._meta.fields
        for value, _label in field.flatchoices
        if isinstance(value, str) and "_" in value
    }
    return re.compile(r"(?<![\w/.#=-])(?:" + "|".join(sorted(map(re.escape, values))) + r")(?![\w/.-])(?! n.en fait pas partie)")


def stray(text: str) -> list[str]:
    """What is wrong in a text as it is read, with what stands around it."""
    found = [match for pattern in (MISSING, PLURAL_OF_ZERO, codes()) for match in pattern.finditer(text)]
    return [f"« {match.group()} » in …{' '.join(text[max(0, match.start() - 40) : match.end() + 20].split())}…" for match in found]


def words_of_page(page: str) -> str:
    """What a person reads of a page, or has read aloud."""
    tree = tree_of(page)
    for element in list(tree.iter(*HIDDEN)):
        element.drop_tree()
    return " | ".join([" ".join(_WORDS(tree)), *_SPOKEN(tree)])


def _fail_on(text: str, where: str) -> None:
    if found := stray(text):
        pytest.fail(f"{where} shows:\n" + "\n".join(found))


def _read_pages(request_of):
    def request_and_read(self, **request):
        response = request_of(self, **request)
        drawn_from = [template.origin.name for template in getattr(response, "templates", ()) if template.origin]
        is_plain = not response.streaming and not response.has_header("Content-Encoding")
        is_page = is_plain and response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and drawn_from and is_of_the_portal(drawn_from[0]):
            _fail_on(words_of_page(response.content.decode()), f"{request.get('REQUEST_METHOD')} {request.get('PATH_INFO')}")
        return response

    return request_and_read


def _read_messages(render):
    def render_and_read(self, *args, **kwargs):
        subject, body = render(self, *args, **kwargs)
        _fail_on(f"{subject}\n{body}", f"The message {self.template}")
        return subject, body

    return render_and_read


def _read_drawn(draw, where: str):
    def read_and_draw(text):
        _fail_on(str(text), where)
        return draw(text)

    return read_and_draw


_before: list[tuple[object, str, object]] = []


def _watch(owner: object, name: str, watched) -> None:
    _before.append((owner, name, getattr(owner, name)))
    setattr(owner, name, watched)


@pytest.fixture(autouse=True, scope="session")
def no_stray_word():
    from exports.pdf import text
    from exports.xlsx import workbook
    from portal.notifications.registry import EmailNotification

    _watch(Client, "request", _read_pages(Client.request))
    _watch(EmailNotification, "render", _read_messages(EmailNotification.render))
    _watch(text, "printable", _read_drawn(text.printable, "A paper"))
    _watch(workbook, "clean_text", _read_drawn(workbook.clean_text, "A workbook"))
    yield
    for owner, name, original in reversed(_before):
        setattr(owner, name, original)
