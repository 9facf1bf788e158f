"""The lists in which a condition is composed: what may be spoken of, in which ways each is compared, what a way is compared to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from calls.conditions.catalogue import Catalogue, Term
from calls.conditions.reading import BETWEEN_TERMS, SEVERAL, family
from calls.conditions.references import Reference, Source
from calls.conditions.sentences import agreed, answered, beside_day, conjugated
from calls.questions.comparison import Operator
from portal.text.typed import as_typed

DENIED, OTHER = "not:", "@"  # in the code of a way: its opposite, a comparison with another term
HEADINGS = {
    Source.COLUMN: "De la ligne",
    Source.ANSWER: "Réponses du dossier",
    Source.LYCEE: "Lycée",
    Source.DECLARED: "Déclarations du lycée",
    Source.WAVE: "Vagues précédentes",
    Source.DATE: "Dates",
    Source.DATA: "Données de la Région",
}
_NUMBER = re.compile(r"([-−]?) ?([0-9]+)(?:[.,]([0-9]+))?")
_SPACES = re.compile("[ \u00a0\u2009\u202f]")
_ARTICLE = re.compile("^(le |la |les |l’)")
_MARKED = re.compile("«[ \u00a0\u202f]*(.+?)[ \u00a0\u202f]*»")
YES, NO = "oui", "non"


class Shape(StrEnum):
    """How what a way compares to is asked for."""

    NOTHING = "nothing"
    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    ONE = "one"  # of a list
    TICKS = "ticks"  # several of a list
    TEXTS = "texts"  # several, written one after the other
    OTHER = "other"  # another term
    LINES = "lines"  # conditions on a line


@dataclass(frozen=True)
class Way:
    """A way to compare a term. `code` is what the list sends back; `is_pair`: it wants two bounds."""

    code: str
    label: str
    shape: Shape
    operator: Operator
    is_denied: bool = False
    is_pair: bool = False


def code_of(reference: Reference) -> str:
    """The name of a term in a list; `reference_of` reads it back."""
    return ":".join(part for part in (reference.source.value, reference.key, reference.part) if part)


def reference_of(code: str) -> Reference | None:
    """The reference that a list sends back; None for what no list has."""
    source, _, rest = code.partition(":")
    key, _, part = rest.partition(":")
    return Reference(Source(source), key, part) if source in set(Source) and key else None


def term_named(code: str, catalogue: Catalogue) -> Term | None:
    """The term that a list sends back; None for what the catalogue has not."""
    reference = reference_of(code)
    return catalogue.terms.get(reference) if reference else None


def subjects(catalogue: Catalogue) -> list[tuple[str, list[tuple[str, str]]]]:
    """(heading, [(code, name)…]) of all that may be spoken of, the columns of the line first."""
    found: dict[str, list[tuple[str, str]]] = {}
    terms = sorted(catalogue.terms.values(), key=lambda term: term.reference.source is not Source.COLUMN)
    for term in terms:
        heading = term.heading or HEADINGS[term.reference.source]
        found.setdefault(heading, []).append((code_of(term.reference), bare_name(term)))
    return list(found.items())


def bare_name(term: Term) -> str:
    """The name of a term in a list, where one letter typed finds it: without its article, or the marks around a question, in capital."""
    marked = _MARKED.fullmatch(term.name)
    name = marked[1] if marked else _ARTICLE.sub("", term.name, count=1)
    return name[:1].upper() + name[1:]


def others(term: Term, catalogue: Catalogue) -> list[Term]:
    """The terms to which this one may be compared."""
    if family(term) not in (Decimal, date):
        return []
    return [each for each in catalogue.terms.values() if each.reference != term.reference and family(each) is family(term)]


def ways_of(term: Term, catalogue: Catalogue) -> list[Way]:
    """Every way to compare a term: each operator of its type, its opposite, and the comparisons with other terms."""
    found = [way for operator in term.type.operators for way in _both(term, operator)]
    if not others(term, catalogue):
        return found
    for operator in BETWEEN_TERMS:
        if operator in term.type.operators:
            for is_denied in (False, True):
                label = _beside_another(term, operator, not is_denied)
                found.append(Way(_code(operator, is_denied) + OTHER, label, Shape.OTHER, operator, is_denied))
    return found


_OTHERS = {Operator.EQUALS: "", Operator.AT_LEAST: "au moins ", Operator.AT_MOST: "au plus "}


def _beside_another(term: Term, operator: Operator, positive: bool) -> str:
    if family(term) is date:
        return beside_day(operator, positive, "une autre date")
    return f"{conjugated(term, 'est', positive)} {_OTHERS[operator]}{agreed('égal', term)} à une autre valeur"


def way_named(code: str, term: Term, catalogue: Catalogue) -> Way | None:
    return next((way for way in ways_of(term, catalogue) if way.code == code), None)


def way_code(operator: Operator, *, is_denied: bool, is_other: bool) -> str:
    """The code of the way in which a comparison is made."""
    return _code(operator, is_denied) + (OTHER if is_other else "")


def _code(operator: Operator, is_denied: bool) -> str:
    return f"{DENIED if is_denied else ''}{operator.value}"


def _both(term: Term, operator: Operator) -> Iterator[Way]:
    for is_denied in (False, True):
        shape = _shape(term, operator)
        yield Way(
            _code(operator, is_denied), _label(term, operator, not is_denied), shape, operator, is_denied, operator is Operator.BETWEEN
        )


def _shape(term: Term, operator: Operator) -> Shape:
    if operator is Operator.IS_ANSWERED:
        return Shape.NOTHING
    if operator is Operator.HAS_A_LINE:
        return Shape.LINES
    is_listed = bool(term.domain.choices) or term.type.python is bool
    if operator in SEVERAL:
        return Shape.TICKS if is_listed else Shape.TEXTS
    if is_listed:
        return Shape.ONE
    return {date: Shape.DAY, int: Shape.NUMBER, Decimal: Shape.NUMBER}.get(term.type.python, Shape.TEXT)


def _label(term: Term, operator: Operator, positive: bool) -> str:
    """What stands between the term and the value: « est d’au moins », « ne comprend aucun de »."""
    is_date, is_number = term.type.python is date, term.type.python in (int, Decimal)
    to_be = conjugated(term, "est", positive)
    bare = to_be.removesuffix(" pas")
    match operator:
        case Operator.IS_ANSWERED:
            return answered(term, positive)
        case Operator.HAS_A_LINE:
            return f"{'contient une' if positive else 'ne contient aucune'} ligne telle que"
        case Operator.CONTAINS:
            words = conjugated(term, "contient", positive) + " les mots"
            return words if term.type.python is str else conjugated(term, "comprend", positive)
        case Operator.CONTAINS_ANY:
            verb = conjugated(term, "comprend", positive).removesuffix(" pas")
            return f"{verb} {'l’un de' if positive else 'aucun de'}"
        case Operator.IS_ONE_OF:
            return f"{to_be} l’un de" if positive else f"{bare} aucun de"
        case Operator.BETWEEN:
            return f"{to_be} {agreed('compris', term)} entre"
        case Operator.AT_LEAST | Operator.AT_MOST:
            is_least = operator is Operator.AT_LEAST
            if is_date:
                return f"{to_be} au plus {'tôt' if is_least else 'tard'} le"
            verb = f"{conjugated(term, 'compte', positive)} " if term.type.code == "files" else f"{to_be} d’"
            return f"{verb}au {'moins' if is_least else 'plus'}"
    if term.says:
        return "est ainsi" if positive else "n’est pas ainsi"
    return f"{to_be} {agreed('égal', term)} à" if is_number else f"{to_be} le" if is_date else to_be


def choices_of(term: Term) -> list[tuple[str, str]]:
    """(text, label) of the values that a list offers for this term."""
    if term.says:
        return [(YES, term.says[0]), (NO, term.says[1])]
    if term.type.python is bool:
        labels = {str(text_of(code)): label for code, label in term.domain.choices}
        return [(YES, labels.get(YES, "Oui")), (NO, labels.get(NO, "Non"))]
    return [(text_of(code), label) for code, label in term.domain.choices]


def text_of(value: Any) -> str:
    """A value as a control holds it."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return value.isoformat() if isinstance(value, date) else str(value)


def stored_value(text: str, term: Term) -> Any:
    """What was typed or chosen, as a stored condition has it. Raises ValueError with a sentence."""
    bare = as_typed(text, multiline=False).text.strip()
    python = term.type.python
    if not bare:
        raise ValueError("Donnez la valeur." if not (term.domain.choices or python is bool) else "Choisissez la valeur.")
    if python is bool:
        return _flag(bare)
    if python is date:
        return _day(bare)
    return _number(bare, is_whole=python is int) if python in (int, Decimal) else bare


def _flag(text: str) -> bool:
    if text not in (YES, NO):
        raise ValueError("Choisissez la valeur.")
    return text == YES


def _day(text: str) -> str:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    raise ValueError("Indiquez une date, par exemple 31/03/2027.")


def _number(text: str, *, is_whole: bool) -> int | str:
    found = _NUMBER.fullmatch(_SPACES.sub("", text.removesuffix("€")))
    if not found or (is_whole and found[3]) or len(text) > 30:
        raise ValueError("Indiquez un nombre entier, par exemple 300." if is_whole else "Indiquez un nombre, par exemple 1 500,50.")
    sign, whole, decimals = "-" if found[1] else "", found[2], found[3]
    return int(f"{sign}{whole}") if is_whole else f"{sign}{whole}{f'.{decimals}' if decimals else ''}"
