"""The criteria of a call's grid, told to the pages on which its form is written: what questions may be linked to, which conditions count on them."""

from collections.abc import Iterator

from calls.models import Call
from calls.queries import form_building
from calls.queries.form_building import OutsideCondition
from scoring.criteria.applying import catalogue_of_criteria
from scoring.models import Criterion


def criteria_told(call: Call) -> dict[str, str]:
    """Label by code, in the order of the grid."""
    return dict(Criterion.objects.filter(grid__call=call).order_by("position", "pk").values_list("key", "label"))


def conditions_told(call: Call) -> Iterator[OutsideCondition]:
    """The criteria that apply to some files only."""
    for criterion in Criterion.objects.filter(grid__call=call, applies_if__isnull=False).order_by("position", "pk"):
        yield OutsideCondition(
            f"le critère « {criterion.label} » de la grille",
            criterion.applies_if,
            lambda form: catalogue_of_criteria(form.questions, form.known.values()),
        )


form_building.register(criteria_told)
form_building.register_conditions(conditions_told)
