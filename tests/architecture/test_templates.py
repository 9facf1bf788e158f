"""What the strict content policy asks of every template, and what every page owes its readers."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "calls", "scoring", "orders", "cms", "exports")
TEMPLATES = sorted(p for app in APPS for p in (ROOT / app).rglob("templates/**/*.html"))
COMMENT = re.compile(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)
SYNTAX = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
TAG = re.compile(r"<[a-zA-Z][^>]*>", re.DOTALL)
INLINE_STYLE = re.compile(r"""\sstyle\s*=|<style[\s>]""", re.IGNORECASE)
HANDLER = re.compile(r"""\son[a-z]+\s*=""", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE)
FOREIGN = re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//(?!{)""", re.IGNORECASE)
# Data that a script reads, not code: the policy lets it through.
DATA_SCRIPT = re.compile(r"""<script[^>]*type=["']application/(?:json|ld\+json)["']""", re.IGNORECASE)


def tags_of(path: Path) -> list[str]:
    """The opening tags of a template, without comments nor what the template language writes inside them."""
    return TAG.findall(SYNTAX.sub("", COMMENT.sub("", path.read_text())))


@pytest.fixture(params=TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def template(request):
    return request.param


def test_no_style_is_written_in_a_template(template):
    assert [tag for tag in tags_of(template) if INLINE_STYLE.search(tag)] == []


def test_no_code_is_written_in_a_template(template):
    source = COMMENT.sub("", template.read_text())

    assert [tag for tag in tags_of(template) if HANDLER.search(tag)] == []
    assert [found for found in SCRIPT.findall(source) if not DATA_SCRIPT.search(found)] == []
    assert "javascript:" not in source.lower()


def test_scripts_styles_and_images_come_from_the_portal(template):
    loaded = [tag for tag in tags_of(template) if re.match(r"<(script|link|img|iframe|source|use|image)\b", tag, re.IGNORECASE)]

    assert [tag for tag in loaded if FOREIGN.search(tag)] == []


def test_autoescape_is_never_switched_off_in_a_page(template):
    assert re.findall(r"{%\s*autoescape\s+off|\|safe\b|\|safeseq\b", COMMENT.sub("", template.read_text())) == []
