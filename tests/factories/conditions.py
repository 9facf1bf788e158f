"""A form whose questions depend on one another, on the lycée, and keep to a limit."""

from copy import deepcopy

from tests.factories.calls import DEFINITION

FIRST = {"answer": "niveau", "equals": "1re"}
LIMIT = {
    "key": "part",
    "condition": {"answer": "cofinancement", "at_most": {"answer": "besoins", "part": "gross_amount"}},
    "message": "La part du lycée ne dépasse pas le total des besoins.",
}


def form_with(*, limits: list | None = None, sections: dict | None = None, **questions: dict) -> dict:
    """The usual form; each `question={…}` is added to that question, each of `sections` to that section."""
    definition = deepcopy(DEFINITION)
    for section in definition["sections"]:
        section |= (sections or {}).get(section["key"], {})
        for question in section["questions"]:
            question |= questions.get(question["key"], {})
    return definition | ({"limits": limits} if limits else {})


# « Élèves » is asked for « Première » only; the needs too; what the lycée pays is required with 10 pupils, and within the needs.
CONDITIONAL = form_with(
    eleves={"shown_if": FIRST},
    sections={"besoins": {"shown_if": FIRST}},
    cofinancement={"required_if": {"answer": "eleves", "at_least": 10}},
    limits=[LIMIT],
)
