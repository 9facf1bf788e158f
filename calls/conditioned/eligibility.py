"""Which lycées a call is for beyond statuts and voies: one condition on the facts of the directory and on the published results of the earlier
waves, with the engine of the forms.

A lycée may apply when the condition is known to hold. Where a fact is missing the refusal says which one, and the one act that would do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from json import dumps, loads
from typing import TYPE_CHECKING, Any

from calls.conditioned.lycee_terms import facts_of_lycee, terms_of_lycee
from calls.conditioned.wave_terms import BEFORE, earlier_waves, facts_of_waves, is_of_a_wave, terms_of_waves
from calls.conditions.catalogue import Catalogue
from calls.conditions.evaluation import rule, truth_of
from calls.conditions.logic import Vacuity, vacuity
from calls.conditions.reading import is_too_deep, keys_in, read_condition
from calls.conditions.references import Reference
from calls.conditions.sentences import refusals, sentence
from calls.conditions.tree import Condition, references_in
from calls.conditions.ways_in import ways_in
from portal.text.dates import moment

if TYPE_CHECKING:
    from calls.models import Call
    from portal.directory.models import Establishment

UNREADABLE = "La condition d’éligibilité de l’appel ne se lit plus : la Région la corrige avant que l’on puisse déposer."
PLACE = "Condition d’éligibilité"
_DOUBTS = {Vacuity.NEVER: "aucun lycée ne pourrait déposer de dossier", Vacuity.ALWAYS: "elle ne laisse de côté aucun lycée"}


@dataclass(frozen=True)
class Eligibility:
    """The condition of a call, read; `condition` is None when it has none, or when it cannot be read any more (`errors`)."""

    condition: Condition | None
    errors: tuple[str, ...]
    waves: tuple[int, ...] = ()  # the numbers of the earlier waves that it may refer to

    def in_words(self) -> str:
        """« si le nombre d’élèves du lycée est d’au moins 300 »; "" without a condition."""
        return sentence(self.condition, catalogue_of_lycees(self.waves)) if self.condition else ""


def catalogue_of_lycees(waves: Iterable[int] = (), silent: Iterable[Reference] = (), by: str = "") -> Catalogue:
    """What an eligibility may refer to: the directory, and what everybody reads of these waves (`silent`, `by`: see `terms_of_lycee`)."""
    return Catalogue.of([*terms_of_lycee(silent, by), *terms_of_waves(waves, own=False)])


def eligibility_of(call: "Call") -> Eligibility:
    """The condition that the call keeps as JSON. Reads the earlier waves where it refers to them."""
    return read_eligibility(call.eligibility, waves_for(call, call.eligibility))


def waves_for(call: "Call", raw: object) -> tuple[int, ...]:
    """The earlier waves of the call by number, for a condition that refers to some; none for any other, which costs no query."""
    return tuple(sorted(earlier_waves(call))) if any(is_of_a_wave(each) for each in keys_in(raw)) else ()


def read_eligibility(raw: object, waves: tuple[int, ...] = ()) -> Eligibility:
    """The condition of this JSON, read once for each content."""
    if raw is None:
        return Eligibility(None, ())
    if is_too_deep(raw):  # more than can be written to be compared
        errors: list[str] = []
        read_condition(raw, catalogue_of_lycees(), PLACE, errors)
        return Eligibility(None, tuple(errors))
    return _read(dumps(raw, sort_keys=True), waves)


@lru_cache(maxsize=64)
def _read(content: str, waves: tuple[int, ...]) -> Eligibility:
    errors: list[str] = []
    condition = read_condition(loads(content), catalogue_of_lycees(waves), PLACE, errors)
    return Eligibility(condition, tuple(errors), waves)


def errors_in_eligibility(raw: object, waves: tuple[int, ...] = ()) -> list[str]:
    """What is wrong with a condition that is about to be kept: it cannot be read, no lycée meets it, or all do."""
    found = read_eligibility(raw, waves)
    if found.condition is None:
        return list(found.errors)
    doubt = vacuity(found.condition, catalogue_of_lycees(waves))
    return [f"Condition d’éligibilité : {_DOUBTS[doubt]} ({found.in_words()})."] if doubt else []


def condition_gaps(call: "Call", establishment: "Establishment") -> list[str]:
    """Why the condition of the call leaves this lycée out, with the facts that decide and the one act that would do; empty when it holds."""
    found = eligibility_of(call)
    if found.errors:
        return [UNREADABLE]
    if found.condition is None:
        return []
    facts = _facts(call, establishment, references_in(found.condition))
    ruling = rule(found.condition, facts)
    if ruling.truth.is_true:
        return []
    silent = [reference for reference, value in facts.items() if value is None]
    catalogue = catalogue_of_lycees(found.waves, silent, f"avant le {moment(call.closes_at)}")
    return refusals(ruling, catalogue) + [way.sentence for way in ways_in(found.condition, facts, catalogue)]


def meeting(call: "Call", establishments: Iterable["Establishment"], *, or_unknown: bool = False) -> list[int]:
    """The ids of those that meet the condition of the call, which has one; with `or_unknown`, of those too of which it is not known yet.

    Reads their département, authority and agency where it looks at them.
    """
    found = eligibility_of(call)
    if found.condition is None:
        return []
    wanted = references_in(found.condition)
    truths = ((each.pk, truth_of(found.condition, _facts(call, each, wanted))) for each in establishments)
    return [pk for pk, truth in truths if truth.is_true or (or_unknown and not truth.is_known)]


def awaited_waves(call: "Call") -> list["Call"]:
    """The earlier waves on whose results its eligibility depends, and that are not public yet: until then it may leave everybody out."""
    found = eligibility_of(call)
    if found.condition is None or not any(is_of_a_wave(each) for each in references_in(found.condition)):
        return []
    named = {each.key.partition("_")[2] for each in references_in(found.condition) if is_of_a_wave(each)}
    return [each for number, each in earlier_waves(call).items() if not each.has_results and named & {str(number), BEFORE}]


def _facts(call: "Call", establishment: "Establishment", wanted: Iterable[Reference]) -> dict[Reference, Any]:
    return facts_of_lycee(establishment, wanted) | facts_of_waves(call, establishment.pk, wanted)
