"""What conditions may refer to in one place: each term with its name in a sentence, its type and the values that it can have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from calls.conditions.references import Reference, Source
from calls.conditions.tree import Condition
from calls.questions.comparison import ANYTHING, Domain, ValueType
from portal.text.french import exact, money, number
from portal.text.months import date_in_words

LINES = "lines"  # the figure of a table that counts its lines


@dataclass(frozen=True)
class Remedy:
    """The one act that changes a fact: `says` holds {} where what it must become is written; `by` says until when (« avant le… »)."""

    says: str
    by: str = ""


@dataclass(frozen=True)
class Term:
    """One thing that a condition may refer to.

    `name` is a noun with its article (« le nombre d’élèves ») or a question between its marks. `says`, for a fact that is so or not:
    the two sentences (« le lycée a un internat », « le lycée n’a pas d’internat »). `asked_if`: under what condition the question is asked.
    """

    reference: Reference
    name: str
    type: ValueType
    domain: Domain = ANYTHING
    feminine: bool = False
    plural: bool = False
    says: tuple[str, str] | None = None
    asked_if: Condition | None = None
    remedy: Remedy | None = None
    heading: str = ""  # under which a list offers it; that of its source when it has none

    def written(self, value: Any) -> str:
        """A value as a sentence shows it: « Oui », 1 200, 5 000 €, 1er mars 2027."""
        for code, label in self.domain.choices:
            if code == value and isinstance(code, bool) == isinstance(value, bool):
                return f"« {label} »"
        if isinstance(value, bool):
            return "« Oui »" if value else "« Non »"
        if isinstance(value, date):
            return date_in_words(value)
        if isinstance(value, Decimal):
            return money(value) if self.type.code == "amount" or self.domain.is_money else exact(value)
        return number(value) if isinstance(value, int) else f"« {value} »"


@dataclass(frozen=True)
class Catalogue:
    terms: Mapping[Reference, Term]

    @classmethod
    def of(cls, terms: Iterable[Term]) -> "Catalogue":
        """A catalogue of these terms and of the figures of their tables."""
        found: dict[Reference, Term] = {}
        for term in terms:
            found[term.reference] = term
            for figure in term.domain.figures:
                reference = replace(term.reference, part=figure.key)
                name = figure.name.format(term.name).replace(" de le ", " du ").replace(" de les ", " des ")
                found[reference] = Term(
                    reference, name, figure.type, figure.domain, figure.feminine, asked_if=term.asked_if, heading=term.heading
                )
        return cls(found)

    def term(self, reference: Reference) -> Term:
        """Raises KeyError: what is not in the catalogue may not be referred to."""
        return self.terms[reference]

    def inside(self, reference: Reference) -> "Catalogue":
        """What a condition on a line of this table may refer to: its columns, and all that the catalogue holds."""
        return self._inside[reference]

    @cached_property
    def _inside(self) -> dict[Reference, "Catalogue"]:
        return {
            reference: Catalogue(
                {**self.terms}
                | {
                    (key := Reference(Source.COLUMN, column.key)): Term(key, column.name, column.type, column.domain, column.feminine)
                    for column in term.domain.columns
                }
            )
            for reference, term in self.terms.items()
            if term.domain.columns
        }
