"""What whoever writes a form reads around it: the version being written, the criteria that its questions may be linked to, what counts on them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from calls.building.places import Raw, copied, sections_of
from calls.building.settling import faults_of
from calls.models import Call, CallModel, Questionnaire
from calls.questionnaire import Definition, parse


@dataclass(frozen=True)
class Reliance:
    """Something outside a form that reads its answers, looked at on one definition of it."""

    name: str  # « la ligne de recevabilité « … » », as a sentence says it
    keys: frozenset[str]  # of the questions that it reads
    faults: tuple[str, ...]  # why it cannot be read on this definition; none: it can


CriteriaTeller = Callable[[Call], dict[str, str]]
RelianceTeller = Callable[[Call, Definition], Iterable[Reliance]]
_tellers: list[CriteriaTeller] = []
_relying: list[RelianceTeller] = []


def register(teller: CriteriaTeller) -> None:
    """Add what a higher app knows of the criteria of a call: label by code, in the order of its grid."""
    if teller not in _tellers:
        _tellers.append(teller)


def criteria_of(call: Call) -> dict[str, str]:
    """The criteria that questions may be linked to; empty when the call has no grid."""
    return {code: label for teller in _tellers for code, label in teller(call).items()}


def register_reliance(teller: RelianceTeller) -> None:
    """Add what counts on the answers of a form beside the form: no change of the form leaves it unreadable."""
    if teller not in _relying:
        _relying.append(teller)


def relying_on(call: Call, definition: Raw) -> list[Reliance]:
    """Whatever counts on the answers of a call, looked at on a raw definition of its form; one that cannot be read has no question."""
    form = copied(definition)
    readable = bool(sections_of(form)) and not faults_of(form)
    read = parse(form) if readable else Definition(())
    return [each for teller in _relying for each in teller(call, read)]


def told_about(call: Call) -> Call | CallModel:
    """What the journal tells the writing of a form about: the call, or the model of which it is the content."""
    return call.model if call.is_model else call


def latest_form(call: Call) -> Questionnaire | None:
    """The version written last, in force or not; None while the call has no form."""
    return call.questionnaires.order_by("-version").first()


def used_keys(call: Call) -> set[str]:
    """The keys of the questions of every earlier version: a new question never takes them, since files answer to them."""
    definitions = call.questionnaires.exclude(frozen_at=None).values_list("definition", flat=True)
    return {part["key"] for definition in definitions for section in definition["sections"] for part in section["questions"]}
