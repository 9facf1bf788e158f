"""What the strict content policy asks of every template, and what every page owes its readers."""

import re

from portal.workflow.graph import workflow_models
from portal.workflow.machine import transitions_of
from tests.architecture.sources import APPS, MODULES, ROOT, TEMPLATES, Template, offences

INLINE_STYLE = re.compile(r"""\sstyle\s*=|<style[\s>]""", re.IGNORECASE)
HANDLER = re.compile(r"""\son[a-z]+\s*=""", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE)
ADDRESS = re.compile("javascript:", re.IGNORECASE)
LOADED = re.compile(r"<(script|link|img|iframe|source|use|image)\b", re.IGNORECASE)
FOREIGN = re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//(?!{)""", re.IGNORECASE)
UNESCAPED = re.compile(r"{%\s*autoescape\s+off|\|safe\b|\|safeseq\b")
OWN_HEAD = re.compile(r"<table[^>]*pr-stack(?:(?!</table>).)*<thead", re.DOTALL)
FILTERED = re.compile(r'ui/components/filters\.html|class="pr-filters"')
LEAVES = re.compile(r"""{%\s*action\s+["'](?:Annuler|Fermer)["']|<a\b[^>]*>\s*Annuler\s*</a>""")
READINESS_LINK = re.compile('(?:link=|"link": )f?"([^"]+)"')
FOOTER = re.compile("message est automatique|machine qui ne lit pas")
HTMX = re.compile(r"\shx-")
# Data that a script reads, not code: the policy lets it through.
DATA_SCRIPT = re.compile(r"""<script[^>]*type=["']application/(?:json|ld\+json)["']""", re.IGNORECASE)


def test_no_style_is_written_in_a_template():
    """Save in the HTML part of a mail, which has no sheet of styles to ask for."""
    found = offences(TEMPLATES, lambda template: [tag for tag in template.tags if INLINE_STYLE.search(tag)])

    assert set(found) == {f"portal/notifications/templates/notifications/{name}.html" for name in ("mail", "_mail_blocks", "_mail_line")}


def test_no_code_is_written_in_a_template():
    assert offences(TEMPLATES, lambda template: [tag for tag in template.tags if HANDLER.search(tag)]) == {}
    assert offences(TEMPLATES, lambda template: [tag for tag in SCRIPT.findall(template.source) if not DATA_SCRIPT.search(tag)]) == {}
    assert offences(TEMPLATES, lambda template: ADDRESS.findall(template.source)) == {}


def test_scripts_styles_and_images_come_from_the_portal():
    assert offences(TEMPLATES, lambda template: [tag for tag in template.tags if LOADED.match(tag) and FOREIGN.search(tag)]) == {}


def test_autoescape_is_never_switched_off_in_a_page():
    assert offences(TEMPLATES, lambda template: UNESCAPED.findall(template.source)) == {}


def test_no_line_of_a_template_is_longer_than_160_bytes():
    """A change of one cell is then a change of one line. A paragraph of a mail goes on in a line set back by two spaces."""
    texts = [Template(path) for app in APPS for path in (ROOT / app).rglob("templates/**/*.txt")]

    assert len(texts) > 100  # the folder of the messages was found
    long = offences([*TEMPLATES, *texts], lambda template: [line for line in template.path.read_bytes().splitlines() if len(line) > 160])
    assert long == {}


def test_only_the_footer_of_messages_is_written_as_one():
    """The register adds it to every message (portal.notifications.registry): one that wrote its own would end twice."""
    texts = [Template(path) for app in APPS for path in (ROOT / app).rglob("templates/**/*.txt")]

    found = offences(texts, lambda template: FOOTER.findall(template.path.read_text()))

    assert list(found) == ["portal/notifications/templates/notifications/email/footer.txt"]


def test_headings_of_a_table_of_data_are_declared_by_its_columns():
    """Heads and names of cells on a narrow screen come from portal.ui.tables; a plain table, never stacked, may still write its own."""
    assert offences(TEMPLATES, lambda template: OWN_HEAD.findall(template.source)) == {}


def test_attributes_of_htmx_are_those_that_html_allows():
    assert offences(TEMPLATES, lambda template: [tag for tag in template.tags if HTMX.search(tag)]) == {}


def test_no_template_types_the_word_that_begins_the_title_of_a_page_in_error():
    """`ErrorTitleMiddleware` writes it for every page that comes back with something to correct."""
    assert offences(TEMPLATES, lambda template: "Erreur&nbsp;: {%" in template.source) == {}


def test_a_link_that_does_nothing_does_not_bear_the_word_of_an_act():
    """« Annuler » is what acts are called (an order, a delivery, a sitting, a vote): whoever changes nothing presses « Ne rien changer »."""
    assert offences(TEMPLATES, lambda template: LEAVES.findall(template.source)) == {}


def test_no_link_of_a_readiness_page_bears_the_name_of_a_transition():
    """Such a link leads to a page; the act is on the button of that name alone."""
    acts = {arrow.custom.get("label") for model in workflow_models() for arrow in transitions_of(model())}

    assert offences(MODULES, lambda module: [word for word in READINESS_LINK.findall(module.path.read_text()) if word in acts]) == {}


def test_a_list_with_filters_has_a_link_past_them():
    """The menu and the filters are twenty stops of the keyboard before the first row."""
    lists = [template for template in TEMPLATES if FILTERED.search(template.source) and "{% extends" in template.source]
    without = {template.path.name for template in lists if "ui/components/skip_to_list.html" not in template.source}

    assert len(lists) > 10
    assert without == {"join.html", "results.html"}  # one field, or the short menu of a visitor
