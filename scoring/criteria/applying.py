"""Whether a criterion of a grid applies to a file: a condition of the engine, on what the file has sent and on what is known of its lycée.

Three answers. What is known not to hold takes the criterion out of the mark of the file; what is not known takes nothing out. No model here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from calls.conditioned.admissibility_lines import catalogue_of_lines
from calls.conditioned.wave_terms import is_of_the_lycee_alone
from calls.conditions.catalogue import Catalogue, Term
from calls.conditions.evaluation import Asked, Ruling, fact, rule
from calls.conditions.logic import Vacuity, possibility, vacuity
from calls.conditions.reading import read_condition
from calls.conditions.references import Reference, Source
from calls.conditions.sentences import answered, clause, listed, stated, told
from calls.conditions.tree import AllOf, Comparison, Condition, LineSuchThat, Not
from calls.conditions.truth import Truth
from calls.questions.base import Question
from calls.questions.comparison import ANYTHING, Domain

_DOUBTS = {
    Vacuity.NEVER: "elle n’est vraie d’aucun dossier, et le critère ne s’appliquerait jamais",
    Vacuity.ALWAYS: "elle est vraie de tous les dossiers, et ne décide de rien",
}


@dataclass(frozen=True)
class DecidedCriterion:
    """What a condition says of one file; `facts` is a sentence: « Le lycée n’a pas d’internat. »"""

    truth: Truth
    facts: str


def catalogue_of_criteria(questions: Iterable[Question], known: Iterable[Term], days: Domain = ANYTHING) -> Catalogue:
    """What the condition of a criterion may refer to: answers, the lycée, what the call knows of it, the day of the filing (one of `days`).

    What an earlier wave refused or delivered to a lycée is left out: a grid is public, and a jury reads the facts that decide.
    """
    return public(catalogue_of_lines(questions, known, days))


def public(catalogue: Catalogue) -> Catalogue:
    """The same without the facts that a lycée alone reads."""
    return Catalogue({each: term for each, term in catalogue.terms.items() if not is_of_the_lycee_alone(each)})


def read_applies_if(raw: object, label: str, catalogue: Catalogue, errors: list[str]) -> Condition | None:
    """The condition of the criterion of this label; None where it cannot be read, `errors` then saying why."""
    return read_condition(raw, catalogue, f"La condition du critère « {label} »", errors)


def errors_in_applies_if(raw: object, catalogue: Catalogue) -> list[str]:
    """What is wrong with a condition that is about to be kept: it cannot be read, or decides nothing."""
    errors: list[str] = []
    condition = read_condition(raw, catalogue, "Condition", errors)
    doubt = vacuity(condition, catalogue) if condition else None
    return errors + ([f"Cette condition ne sert à rien : {_DOUBTS[doubt]}."] if doubt else [])


def may_leave_nothing(conditions: Sequence[Condition | None], catalogue: Catalogue) -> bool:
    """Whether a file may exist to which none of the criteria of these conditions (None: it always applies) applies.

    False also where too much would have to be looked at to say: such a file is then told once it is there.
    """
    found = [each for each in conditions if each is not None]
    if not conditions or len(found) < len(conditions):
        return False
    return possibility(AllOf(tuple(Not(each) for each in found)), catalogue) is True


def decided(condition: Condition, facts: Mapping[Reference, Any], catalogue: Catalogue) -> DecidedCriterion:
    """What the condition says of a file of these facts."""
    ruling = rule(condition, facts)
    said = _awaited(ruling, catalogue) if ruling.truth is Truth.UNKNOWN else _deciding(ruling, catalogue)
    text = listed(list(dict.fromkeys(said)), "et")
    return DecidedCriterion(ruling.truth, f"{text[:1].upper()}{text[1:]}.")


def _deciding(ruling: Ruling, catalogue: Catalogue) -> list[str]:
    """The facts that make it so, each as a clause."""
    facts = dict(ruling.used)
    return [_fact(literal, ruling.truth, facts, catalogue) for literal in ruling.deciding]


def _fact(literal: Condition, truth: Truth, facts: dict[Reference, Any], catalogue: Catalogue) -> str:
    """Of a table and of a text, what was looked for in it; of anything else, what it is."""
    atom = literal.condition if isinstance(literal, Not) else literal
    if not isinstance(atom, Comparison | LineSuchThat):
        raise TypeError("One comparison has a fact: take the plain form first.")
    value, term = fact(atom.reference, facts), catalogue.term(atom.reference)
    is_long = isinstance(atom, LineSuchThat) or (isinstance(value, str) and not term.domain.choices)
    if not is_long or value is Asked.NOT or (isinstance(atom, Comparison) and isinstance(atom.operand, Reference)):
        return told(literal, facts, catalogue)
    holds = literal if truth is Truth.TRUE else Not(atom) if literal is atom else atom
    return clause(holds, catalogue)


def _awaited(ruling: Ruling, catalogue: Catalogue) -> list[str]:
    """What is not known, each as a clause; a file that was sent has no answer « yet »."""
    terms = [catalogue.term(reference) for reference in ruling.awaited]
    return [f"{each.name} {answered(each, False)}" if each.reference.source is Source.ANSWER else stated(each, None) for each in terms]
