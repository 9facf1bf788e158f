"""French keeps its double signs on the line of the word before: « : », « ; », « ! », « ? », « » », « € », « % »."""

import re

from tests.architecture.sources import TEMPLATES, Template, offences

BREAKABLE = re.compile(r"[^\s|] (?=[:;?!»€%](?:[\s|.,)X]|$))|« ")
STRAIGHT = re.compile(r"\w+'\w+")


def test_words_of_a_page_keep_their_double_signs():
    def breakable(template: Template) -> list[str]:
        words = template.words
        return [words[max(0, found.start() - 30) : found.end() + 3] for found in BREAKABLE.finditer(words)]

    assert offences(TEMPLATES, breakable) == {}


def test_apostrophes_of_a_page_are_curved():
    assert offences(TEMPLATES, lambda template: STRAIGHT.findall(template.words)) == {}
