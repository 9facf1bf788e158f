"""The last look at a form that was changed: it is read again, and a fault that was not there before refuses the change."""

from calls.building.dependents import serves
from calls.building.places import EditRefused, PartGone, Raw, copied, limits_of, part_in, sections_of, with_title
from calls.questionnaire import DefinitionError, parse


def settled(before: Raw, after: Raw, about: str = "") -> Raw:
    """`after`, ready to be kept. Raises EditRefused when it has faults that `before` has not; `about`: the key of the question that was changed.

    A form that was already wrong may be mended piece by piece.
    """
    after = with_title(after)
    if not limits_of(after):
        del after["limits"]
    known = faults_of(before)
    faults = [fault for fault in faults_of(after) if fault not in known]
    if faults:
        raise EditRefused(_first_who_counts_on_it(before, about) + faults)
    return after


def faults_of(definition: Raw) -> list[str]:
    """Why a definition cannot be read; an empty form has no fault yet."""
    definition = copied(definition)
    if not sections_of(definition):
        return []
    try:
        parse(definition)
    except DefinitionError as error:
        return error.errors
    return []


def _first_who_counts_on_it(before: Raw, about: str) -> list[str]:
    if not about:
        return []
    form = copied(before)
    try:
        told = serves(form, part_in(form, about))
    except PartGone:
        return []
    return [told] if told else []
