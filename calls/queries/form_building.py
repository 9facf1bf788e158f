"""What whoever writes a form reads around it: the version being written, the criteria that its questions may be linked to, who counts on them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from calls.building.places import sections_of
from calls.conditions.catalogue import Catalogue
from calls.conditions.reading import keys_in, read_condition
from calls.conditions.references import Source
from calls.models import Call, Questionnaire
from calls.questionnaire import Definition, DefinitionError, parse

CriteriaTeller = Callable[[Call], dict[str, str]]
_tellers: list[CriteriaTeller] = []


def register(teller: CriteriaTeller) -> None:
    """Add what a higher app knows of the criteria of a call: label by code, in the order of its grid."""
    if teller not in _tellers:
        _tellers.append(teller)


def criteria_of(call: Call) -> dict[str, str]:
    """The criteria that questions may be linked to; empty when the call has no grid."""
    return {code: label for teller in _tellers for code, label in teller(call).items()}


@dataclass(frozen=True)
class OutsideCondition:
    """A condition on the answers of a form that the form does not hold: `name` says whose (« le critère « X » de la grille »).

    `catalogue` makes of a form what the condition may refer to.
    """

    name: str
    raw: Mapping[str, Any]
    catalogue: Callable[[Definition], Catalogue]


ConditionsTeller = Callable[[Call], Iterable[OutsideCondition]]
_outside: list[ConditionsTeller] = []


def register_conditions(teller: ConditionsTeller) -> None:
    """Add what a higher app decides by the answers to the form of a call."""
    if teller not in _outside:
        _outside.append(teller)


def broken_outside(call: Call, before: dict, after: dict) -> list[str]:
    """Why a form may not become `after`: who, outside it, could be decided with `before` and could not be any more. Raw definitions."""
    told = [each for teller in _outside for each in teller(call)]
    if not told or not sections_of(before) or not sections_of(after):
        return [
            f"Ce formulaire sert à : {each.name}." for each in told if sections_of(before) and not sections_of(after) and _answers(each)
        ]
    try:
        was, becomes = parse(before), parse(after)
    except DefinitionError:
        return []
    return [sentence for each in told for sentence in _broken(each, was, becomes)]


def _broken(each: OutsideCondition, was: Definition, becomes: Definition) -> list[str]:
    errors: list[str] = []
    read_condition(each.raw, each.catalogue(was), each.name, errors)
    if errors:
        return []  # it was broken already
    gone = [was.question(key) for key in sorted(_answers(each)) if becomes.question(key) is None]
    read_condition(each.raw, each.catalogue(becomes), f"{each.name[:1].upper()}{each.name[1:]}", errors)
    return [f"La question « {question.label} » sert à : {each.name}." for question in gone if question] or errors


def _answers(each: OutsideCondition) -> set[str]:
    return {reference.key for reference in keys_in(each.raw) if reference.source is Source.ANSWER}


def latest_form(call: Call) -> Questionnaire | None:
    """The version written last, in force or not; None while the call has no form."""
    return call.questionnaires.order_by("-version").first()


def used_keys(call: Call) -> set[str]:
    """The keys of the questions of every earlier version: a new question never takes them, since files answer to them."""
    definitions = call.questionnaires.exclude(frozen_at=None).values_list("definition", flat=True)
    return {part["key"] for definition in definitions for section in definition["sections"] for part in section["questions"]}
