"""What an answer of an earlier file still says: what is offered now, never an amount, a pledge or a vote."""

import pytest

from tests.calls.questions.test_kinds import question_of

A, B = {"value": "a", "label": "A"}, {"value": "b", "label": "B"}
COLUMNS = [
    {"key": "salle", "kind": "text", "label": "Salle"},
    {"key": "prix", "kind": "amount", "label": "Prix"},
    {"key": "etage", "kind": "choice", "label": "Étage", "choices": [A]},
]


@pytest.mark.parametrize(
    ("kind", "options", "value", "again"),
    [
        ("text", {}, "Un titre", "Un titre"),
        ("text", {"max_length": 3}, "Un titre", None),
        ("number", {"maximum": 10}, 12, None),
        ("number", {"maximum": 20}, 12, 12),
        ("date", {}, "2025-03-01", "2025-03-01"),
        ("yes_no", {}, "yes", "yes"),
        ("choice", {"choices": [A, B]}, "b", "b"),
        ("choice", {"choices": [A]}, "b", None),
        ("choices", {"choices": [A]}, ["a", "b"], ["a"]),
        ("choices", {"choices": [A]}, ["b"], None),
        ("amount", {}, "120.00", None),
        ("commitments", {"commitments": [{"key": "a", "label": "A"}]}, ["a"], None),
        ("board_vote", {}, {"held_on": "2025-03-01"}, None),
        ("group", {"columns": COLUMNS}, [{"salle": "B 1", "prix": "9.00", "etage": "b"}], [{"salle": "B 1", "prix": None, "etage": None}]),
        ("group", {"columns": COLUMNS[1:2]}, [{"prix": "9.00"}], None),
        ("text", {}, None, None),
    ],
)
def test_what_is_taken_again(kind, options, value, again):
    taken = question_of(kind, **options).taken_again(value)

    assert [{key: row.get(key) or None for key in again[0]} for row in taken] == again if kind == "group" and again else taken == again
