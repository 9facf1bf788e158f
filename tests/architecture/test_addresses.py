"""An address is asked for by its name, and nobody names an address of a higher app: a lower app runs without those above it."""

import ast
import re

from django.template import RequestContext
from django.template import Template as PageTemplate
from django.urls import get_resolver, reverse

from tests.architecture.sources import APPS, MODULES, ROOT, TEMPLATES, Module, Template, offences

# What each app may name: its own addresses and those of lower apps.
HIGHER = {
    "portal": ("calls", "scoring", "orders", "exports", "cms"),
    "calls": ("scoring", "orders", "exports", "cms"),
    "scoring": ("orders", "exports", "cms"),
    "orders": ("exports", "cms"),
    "exports": ("cms",),
    "cms": ("exports",),
}
# Pages of the public site are rows of the database: their addresses have no name.
SITE_PAGES = {"appels", "resultats", "actualites"}
# Where an address is written all the same, and why.
ALLOWED = {
    "portal/urls.py",  # the addresses themselves
    "portal/accounts/urls.py",
    "portal/settings/base.py",  # read before there is any address
    "portal/accounts/middleware.py",  # folders, compared with a path before its address is known
    "cms/starter/pages.py",  # text of pages, which editors change afterwards
    "cms/starter/legal.py",
    "cms/templates/cms/robots.txt",  # folders closed to search engines
}


def folders() -> set[str]:
    """The first step of every address that a view answers: "dossiers", "jury"…"""
    found = {re.match(r"\^?([a-z-]+)/", str(address)) for address in _addresses(get_resolver())}
    return {match[1] for match in found if match} - SITE_PAGES


def _addresses(resolver, start: str = "") -> list[str]:
    addresses = []
    for pattern in resolver.url_patterns:
        here = start + str(pattern.pattern)
        addresses += _addresses(pattern, here) if hasattr(pattern, "url_patterns") else [here]
    return addresses


WRITTEN = re.compile(rf"""(?<![\w.)<*])/({"|".join(sorted(folders()))})/""")
NAMED = re.compile(r"\b(" + "|".join(APPS) + r"):[a-z_]+\b")
TEXTS = [Template(path) for app in APPS for path in sorted((ROOT / app).rglob("templates/**/*.txt"))]


def strings(module: Module) -> list[str]:
    """Every string of a module, without its docstrings."""
    documented = [
        node for node in module.nodes if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
    ]
    docstrings = {id(node.body[0].value) for node in documented}
    return [n.value for n in module.nodes if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docstrings]


def test_no_address_of_the_portal_is_written_in_python():
    def written(module: Module) -> list[str]:
        return [text for text in strings(module) if WRITTEN.match(text)]

    assert offences([module for module in MODULES if module.name not in ALLOWED], written) == {}


def test_no_address_of_the_portal_is_written_in_a_template():
    sources = [template for template in TEMPLATES + TEXTS if template.name not in ALLOWED]

    assert offences(sources, lambda template: [match.group() for match in WRITTEN.finditer(template.source)]) == {}


def test_no_app_names_an_address_of_a_higher_app():
    def upward(name: str, texts: list[str]) -> list[str]:
        higher = HIGHER[name.split("/")[0]]
        return [match.group() for text in texts for match in NAMED.finditer(text) if match[1] in higher]

    sources = [module for module in MODULES if module.name != "portal/urls.py"]
    assert offences(sources, lambda module: upward(module.name, strings(module))) == {}
    assert offences(TEMPLATES + TEXTS, lambda template: upward(template.name, [template.source])) == {}


def test_the_rule_knows_the_folders_of_every_app():
    assert {"espace", "compte", "dossiers", "pilotage", "jury", "seances", "decisions", "commandes", "travaux", "exports"} <= folders()
    assert WRITTEN.match("/dossiers/L40-V2-0147/") and not WRITTEN.match("/appels/flux.rss")


def test_each_application_has_one_place_among_the_addresses():
    """`{% url %}` remembers what a name leads to: with two of one name, it would depend on the page."""
    twice = {name: places for name, places in get_resolver().app_dict.items() if len(places) > 1}

    assert twice == {}


def test_an_address_in_a_template_is_what_django_finds(rf):
    template = PageTemplate("{% url 'calls:section' reference 'projet' %} {% url 'calls:file' reference as here %}{{ here }}")

    drawn = template.render(RequestContext(rf.get("/"), {"reference": "L40-V2-0147"}))

    assert drawn == f"{reverse('calls:section', args=['L40-V2-0147', 'projet'])} {reverse('calls:file', args=['L40-V2-0147'])}"
