"""Which lycées a call is for beyond statuts and voies: one condition on the facts of the directory, with the engine of the forms.

A lycée may apply when the condition is known to hold. Where a fact is missing the refusal says which one, and the one act that would do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from json import dumps, loads
from typing import TYPE_CHECKING

from calls.conditioned.lycee_terms import facts_of_lycee, terms_of_lycee
from calls.conditions.catalogue import Catalogue
from calls.conditions.evaluation import rule, truth_of
from calls.conditions.logic import Vacuity, vacuity
from calls.conditions.reading import read_condition
from calls.conditions.sentences import refusals, sentence
from calls.conditions.tree import Condition, references_in
from calls.conditions.ways_in import ways_in
from portal.text.dates import moment

if TYPE_CHECKING:
    from calls.models import Call
    from portal.directory.models import Establishment

UNREADABLE = "La condition d’éligibilité de l’appel ne se lit plus : la Région la corrige avant que l’on puisse déposer."
_DOUBTS = {Vacuity.NEVER: "aucun lycée ne pourrait déposer de dossier", Vacuity.ALWAYS: "elle ne laisse de côté aucun lycée"}


@dataclass(frozen=True)
class Eligibility:
    """The condition of a call, read; `condition` is None when it has none, or when it cannot be read any more (`errors`)."""

    condition: Condition | None
    errors: tuple[str, ...]

    def in_words(self) -> str:
        """« si le nombre d’élèves du lycée est d’au moins 300 »; "" without a condition."""
        return sentence(self.condition, Catalogue.of(terms_of_lycee())) if self.condition else ""


def eligibility_of(call: "Call") -> Eligibility:
    """The condition that the call keeps as JSON."""
    return read_eligibility(call.eligibility)


def read_eligibility(raw: object) -> Eligibility:
    """The condition of this JSON, read once for each content."""
    return Eligibility(None, ()) if raw is None else _read(dumps(raw, sort_keys=True))


@lru_cache(maxsize=64)
def _read(content: str) -> Eligibility:
    errors: list[str] = []
    condition = read_condition(loads(content), Catalogue.of(terms_of_lycee()), "Condition d’éligibilité", errors)
    return Eligibility(condition, tuple(errors))


def errors_in_eligibility(raw: object) -> list[str]:
    """What is wrong with a condition that is about to be kept: it cannot be read, no lycée meets it, or all do."""
    found = read_eligibility(raw)
    if found.condition is None:
        return list(found.errors)
    doubt = vacuity(found.condition, Catalogue.of(terms_of_lycee()))
    return [f"Condition d’éligibilité : {_DOUBTS[doubt]} ({found.in_words()})."] if doubt else []


def condition_gaps(call: "Call", establishment: "Establishment") -> list[str]:
    """Why the condition of the call leaves this lycée out, with the facts that decide and the one act that would do; empty when it holds."""
    found = eligibility_of(call)
    if found.errors:
        return [UNREADABLE]
    if found.condition is None:
        return []
    facts = facts_of_lycee(establishment, references_in(found.condition))
    ruling = rule(found.condition, facts)
    if ruling.truth.is_true:
        return []
    silent = [reference for reference, value in facts.items() if value is None]
    catalogue = Catalogue.of(terms_of_lycee(silent, f"avant le {moment(call.closes_at)}"))
    return refusals(ruling, catalogue) + [way.sentence for way in ways_in(found.condition, facts, catalogue)]


def meeting(call: "Call", establishments: Iterable["Establishment"]) -> list[int]:
    """The ids of those that meet the condition of the call, which has one. Reads their département, authority and agency where it looks at them."""
    found = eligibility_of(call)
    if found.condition is None:
        return []
    wanted = references_in(found.condition)
    return [each.pk for each in establishments if truth_of(found.condition, facts_of_lycee(each, wanted)).is_true]
