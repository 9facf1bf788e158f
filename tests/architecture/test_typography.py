"""French keeps its double signs on the line of the word before: « : », « ; », « ! », « ? », « » », « € », « % »."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "calls", "scoring", "orders", "cms", "exports")
TEMPLATES = sorted(p for app in APPS for p in (ROOT / app).rglob("templates/**/*.html"))
COMMENT = re.compile(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)
SYNTAX = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
BREAKABLE = re.compile(r"[^\s|] (?=[:;?!»€%](?:[\s|.,)X]|$))|« ")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_words_of_a_page_keep_their_double_signs(path):
    text = TAG.sub("|", SYNTAX.sub("X", COMMENT.sub("", path.read_text())))

    assert [text[max(0, found.start() - 30) : found.end() + 3] for found in BREAKABLE.finditer(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_apostrophes_of_a_page_are_curved(path):
    text = TAG.sub("|", SYNTAX.sub("X", COMMENT.sub("", path.read_text())))

    assert re.findall(r"\w+'\w+", text) == []
