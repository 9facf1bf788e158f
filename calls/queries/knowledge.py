"""What a call knows of each lycée beside the directory, as its form keeps it: the earlier waves, and the columns of its reference data."""

from calls.conditioned.wave_terms import earlier_waves
from calls.models import Call, Questionnaire

KNOWN = "known"


def known_of_call(call: Call) -> dict:
    """{"waves": numbers, "data": tables}, each where there is some; empty for most calls."""
    waves = sorted(earlier_waves(call))
    tables = [{"key": each.key, "label": each.name, "columns": each.columns} for each in call.reference_sets.order_by("name", "pk")]
    return ({"waves": waves} if waves else {}) | ({"data": tables} if tables else {})


def with_known(call: Call, definition: dict) -> dict:
    """The definition with what the call knows now in place of what it kept."""
    known = known_of_call(call)
    return {name: value for name, value in definition.items() if name != KNOWN} | ({KNOWN: known} if known else {})


def refresh_forms(call: Call) -> None:
    """Have the forms of the call that may still change know what it knows. Frozen versions keep what they were written with."""
    for questionnaire in Questionnaire.objects.select_for_update(of=("self",)).filter(call=call, frozen_at=None):
        definition = with_known(call, questionnaire.definition)
        if definition != questionnaire.definition:
            Questionnaire.objects.filter(pk=questionnaire.pk).update(definition=definition)
