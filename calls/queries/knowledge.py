"""What a call knows of each lycée beside the directory, as its form keeps it: the earlier waves, and the columns of its reference data."""

from json import dumps

from calls.conditioned.citations import cited_in
from calls.conditioned.wave_terms import earlier_waves, is_of_a_wave
from calls.conditions.reading import keys_in
from calls.models import Call, Questionnaire

KNOWN = "known"
MOST_DIGITS = 2  # of the number of a wave


def known_of_call(call: Call) -> dict:
    """{"waves": numbers, "data": tables}, each where there is some; empty for most calls."""
    waves = sorted(earlier_waves(call))
    tables = [{"key": each.key, "label": each.name, "columns": each.columns} for each in call.reference_sets.order_by("name", "pk")]
    return ({"waves": waves} if waves else {}) | ({"data": tables} if tables else {})


def with_known(call: Call, definition: dict) -> dict:
    """The definition with what the call knows now in place of what it kept. Waves that it refers to stay known, and are told by `waves_missing`."""
    known = known_of_call(call)
    waves = {*known.get("waves", []), *waves_in(definition)}
    known |= {"waves": sorted(waves)} if waves else {}
    return {name: value for name, value in definition.items() if name != KNOWN} | ({KNOWN: known} if known else {})


def waves_in(definition: dict) -> set[int]:
    """The numbers of the waves that the conditions and the texts of a form refer to."""
    cited = {reference for _written, reference in cited_in(dumps(definition, ensure_ascii=False)) if reference}
    named = {each.key.rpartition("_")[2] for each in keys_in(definition) | cited if is_of_a_wave(each)}
    return {int(number) for number in named if number.isdecimal() and len(number) <= MOST_DIGITS}


def waves_missing(call: Call, definition: dict) -> list[int]:
    """Those that the call does not follow: of them nothing will ever be known."""
    return sorted(waves_in(definition) - set(earlier_waves(call)))


def refresh_forms(call: Call) -> None:
    """Have the forms of the call that may still change know what it knows. Frozen versions keep what they were written with."""
    for questionnaire in Questionnaire.objects.select_for_update(of=("self",)).filter(call=call, frozen_at=None):
        definition = with_known(call, questionnaire.definition)
        if definition != questionnaire.definition:
            Questionnaire.objects.filter(pk=questionnaire.pk).update(definition=definition)
