"""Facts of a lycée cited in the words of its form: « En vague 1 : {donnee:postes} postes reçus ».

The list of what may be cited is closed: the columns of the reference data and the earlier waves of the call. Helps of sections and of
questions and notices cite; labels do not, because lists, workbooks and conditions name questions by them, whoever the lycée is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from calls.conditioned.data_terms import LISTED, datum
from calls.conditioned.wave_terms import BEFORE, wave
from calls.conditions.catalogue import Term
from calls.conditions.references import Reference, Source
from portal.text.french import NOTHING

_CITATION = re.compile(r"\{(donnee|vague([0-9]{1,2})):([a-z0-9_-]+)\}")
_OF_WAVE = {"montant": "granted", "decision": "outcome", "livres": "delivered", "retenu": "retained"}
_WORDS = {fact: word for word, fact in _OF_WAVE.items()}


def cited_in(text: str) -> Iterator[tuple[str, Reference | None]]:
    """Each citation of a text as it is written, and the fact that it names; None for one that means nothing."""
    for found in _CITATION.finditer(text):
        yield found.group(), _reference(found)


def _reference(found: re.Match[str]) -> Reference | None:
    _source, number, word = found.groups()
    if number is None:
        return datum(word)
    return wave(_OF_WAVE[word], int(number)) if word in _OF_WAVE else None


def citation_of(reference: Reference) -> str:
    """How a text cites a fact; "" for one that no text cites."""
    if reference.source is Source.DATA:
        return "" if reference.key.startswith(LISTED) else f"{{donnee:{reference.key}}}"
    what, _, which = reference.key.partition("_")
    return "" if which == BEFORE else f"{{vague{which}:{_WORDS[what]}}}"


def offered(known: Iterable[Term]) -> list[tuple[str, str]]:
    """What the texts of a form may cite: the citation, and what it says."""
    return [(text, term.name) for term in known if (text := citation_of(term.reference))]


def errors_in_text(place: str, text: str, known: Mapping[Reference, Term]) -> list[str]:
    """One sentence for each citation that names nothing that the call knows."""
    possible = ", ".join(each for each, _name in offered(known.values())) or "aucune"
    return [
        f"{place} cite « {written} », que l’appel ne connaît pas. Citations possibles : {possible}."
        for written, reference in cited_in(text)
        if reference not in known
    ]


def filled(text: str, say: Callable[[Reference], str]) -> str:
    """The text with each citation in the words of `say`."""

    def said(found: re.Match[str]) -> str:
        reference = _reference(found)
        return say(reference) if reference else found.group()

    return _CITATION.sub(said, text)


def value_in_words(term: Term | None, value: Any) -> str:
    """A fact as a text of the form shows it to its lycée: a dash when there is none."""
    if term is None or value is None:
        return NOTHING
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, str):
        return next((label for code, label in term.domain.choices if code == value), value)
    return term.written(value)
