"""The criteria of a call's grid, told to the page on which its form is written."""

from calls.models import Call
from calls.queries import form_building
from scoring.models import Criterion


def criteria_told(call: Call) -> dict[str, str]:
    """Label by code, in the order of the grid."""
    return dict(Criterion.objects.filter(grid__call=call).order_by("position", "pk").values_list("key", "label"))


form_building.register(criteria_told)
