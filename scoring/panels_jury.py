"""What the public page of a call tells of the jury: criteria and weights, before anyone writes a file."""

from itertools import groupby

from django.template.loader import render_to_string

from scoring.models import Grid


def criteria_of_call(request, call) -> str:
    """The grid in words; "" until there is one. Two queries."""
    grid = Grid.objects.filter(call=call).prefetch_related("criteria").first()
    criteria = [c for c in grid.criteria.all() if c.weight] if grid else []
    if not criteria:
        return ""
    total = sum(c.weight for c in criteria)
    groups = [(name, [(c, 100 * c.weight / total) for c in rows]) for name, rows in groupby(criteria, key=lambda c: c.group)]
    return render_to_string("scoring/jury/_criteria_of_call.html", {"grid": grid, "groups": groups}, request=request)
