"""What whoever writes a form reads around it: the version being written, the criteria that its questions may be linked to."""

from collections.abc import Callable

from calls.models import Call, Questionnaire

CriteriaTeller = Callable[[Call], dict[str, str]]
_tellers: list[CriteriaTeller] = []


def register(teller: CriteriaTeller) -> None:
    """Add what a higher app knows of the criteria of a call: label by code, in the order of its grid."""
    if teller not in _tellers:
        _tellers.append(teller)


def criteria_of(call: Call) -> dict[str, str]:
    """The criteria that questions may be linked to; empty when the call has no grid."""
    return {code: label for teller in _tellers for code, label in teller(call).items()}


def latest_form(call: Call) -> Questionnaire | None:
    """The version written last, in force or not; None while the call has no form."""
    return call.questionnaires.order_by("-version").first()


def used_keys(call: Call) -> set[str]:
    """The keys of the questions of every earlier version: a new question never takes them, since files answer to them."""
    definitions = call.questionnaires.exclude(frozen_at=None).values_list("definition", flat=True)
    return {part["key"] for definition in definitions for section in definition["sections"] for part in section["questions"]}
