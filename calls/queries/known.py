"""What is known of many lycées at once, for conditions: the directory, the earlier waves, the reference data of the call."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from calls.conditioned.data_terms import LISTED, datum, typed_value
from calls.conditioned.lycee_terms import facts_of_lycee
from calls.conditioned.wave_terms import facts_of_waves, is_of_the_lycee_alone
from calls.conditions.references import Reference, Source
from calls.models import Call, ReferenceRow
from portal.directory.models import Establishment

Facts = dict[Reference, Any]


def told_one_by_one(wanted: Collection[Reference]) -> frozenset[Reference]:
    """The facts that only the form of a lycée reads, one lycée at a time: what it was refused, what was delivered to it."""
    return frozenset(each for each in wanted if is_of_the_lycee_alone(each))


def facts_of_lycees(call: Call, lycees: Sequence[Establishment], wanted: Collection[Reference]) -> list[Facts]:
    """The facts wanted of each lycée, but those of `told_one_by_one`. One query and those of the waves, whatever their number."""
    asked = frozenset(wanted) - told_one_by_one(wanted)
    waves = frozenset(each for each in asked if each.source is Source.WAVE)
    columns = frozenset(each for each in asked if each.source is Source.DATA)
    nothing: Facts = {each: False if each.key.startswith(LISTED) else None for each in columns}
    data = _data(call, columns) if columns else {}
    return [
        facts_of_lycee(each, asked) | (facts_of_waves(call, each.pk, waves) if waves else {}) | nothing | data.get(each.pk, {})
        for each in lycees
    ]


def _data(call: Call, wanted: Collection[Reference]) -> dict[int, Facts]:
    """What the tables in force say, by lycée (id)."""
    found: dict[int, Facts] = defaultdict(dict)
    rows = ReferenceRow.objects.in_force().filter(edition__of__call=call)
    for lycee, key, columns, values in rows.values_list("establishment", "edition__of__key", "edition__of__columns", "values"):
        kinds = {column["key"]: column["kind"] for column in columns}
        said = {datum(name): typed_value(kinds[name], value) for name, value in values.items() if name in kinds}
        found[lycee] |= {each: value for each, value in {datum(LISTED + key): True, **said}.items() if each in wanted}
    return found
