"""A condition as the controls of its page send it."""

from django import forms

from calls.building.places import copied
from calls.conditioned.form_rules import catalogue_of
from calls.forms.conditions import ComposingForm, ConditionField
from calls.questionnaire import parse
from tests.reading import elements_of, tree_of, values_of


def composed_as(name: str, raw: dict | None, definition: dict) -> dict[str, list[str]]:
    """What a browser sends for this condition on the questions of a form."""
    field = ConditionField(catalogue_of(parse(copied(definition)).questions), label=name)
    page = type("Composed", (ComposingForm, forms.Form), {name: field})(initial={name: raw})
    drawn = tree_of(str(page[name]))
    return {control["name"]: values_of(drawn, control["name"]) for control in elements_of(drawn, "input[name], select[name]")}
