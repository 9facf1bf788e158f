"""The criteria of a call's grid, told to the pages on which its form is written: what questions may be linked to, which conditions count on them."""

from collections.abc import Iterator

from calls.building.dependents import answers_in
from calls.conditions.reading import read_condition
from calls.models import Call
from calls.queries import form_building
from calls.queries.form_building import Reliance
from calls.questionnaire import Definition
from scoring.criteria.applying import catalogue_of_criteria
from scoring.models import Criterion


def criteria_told(call: Call) -> dict[str, str]:
    """Label by code, in the order of the grid."""
    return dict(Criterion.objects.filter(grid__call=call).order_by("position", "pk").values_list("key", "label"))


def criteria_relying_on(call: Call, definition: Definition) -> Iterator[Reliance]:
    """The criteria that apply to some files only, on a definition of the form that is not stored yet."""
    conditional = list(Criterion.objects.filter(grid__call=call, applies_if__isnull=False).order_by("position", "pk"))
    if not conditional:
        return
    catalogue = catalogue_of_criteria(definition.questions, definition.known.values())
    for criterion in conditional:
        errors: list[str] = []
        read_condition(criterion.applies_if, catalogue, f"Le critère « {criterion.label} » de la grille", errors)
        yield Reliance(f"le critère « {criterion.label} » de la grille", frozenset(answers_in(criterion.applies_if)), tuple(errors))


form_building.register(criteria_told)
form_building.register_reliance(criteria_relying_on)
