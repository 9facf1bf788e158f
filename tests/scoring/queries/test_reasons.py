"""What a letter says of a mark: the level that it is, never one that it is not."""

from decimal import Decimal

import pytest

from calls.enums import CallState
from scoring.queries.decision import reasons_by_file
from tests.factories.jury import admissible_file, juror, jury_call, reading

pytestmark = pytest.mark.django_db
LEVELS = [
    {"points": 1, "label": "Absent"},
    {"points": 2, "label": "Esquissé", "description": "Une intention, peu de faits"},
    {"points": 4, "label": "Solide"},
]


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ((2, 2), "Niveau « Esquissé » : Une intention, peu de faits"),
        ((4,), "Niveau « Solide »."),
        ((2, 5), "Entre les niveaux « Esquissé » et « Solide »."),
        ((5,), "Au-dessus du niveau « Solide »."),
        ((0, 1), "En dessous du niveau « Absent »."),
    ],
)
def test_a_mean_between_two_levels_is_neither(points, sentence):
    call = jury_call(CallState.DELIBERATION)
    call.grid.criteria.update(levels=LEVELS)
    file = admissible_file(call)
    for given in points:
        reading(file, juror(call), given, given)

    reasons = reasons_by_file(call, [file.pk])[file.pk]

    assert {reason["sentence"] for reason in reasons} == {sentence}
    assert {Decimal(reason["points"]) for reason in reasons} == {Decimal(sum(points)) / len(points)}
