"""What the pages of a call tell of the jury: criteria and weights, and the way to the jury for whoever runs it."""

from itertools import groupby

from django.template.loader import render_to_string

from scoring import rules
from scoring.models import Grid


def criteria_of_call(request, call) -> str:
    """The grid in words; "" until there is one, but for those who are to make it. Two queries."""
    grid = Grid.objects.filter(call=call).prefetch_related("criteria").first()
    criteria = [c for c in grid.criteria.all() if c.weight] if grid else []
    follows = rules.follows_jury(request.user)
    if not criteria and not follows:
        return ""
    total = sum(c.weight for c in criteria)
    groups = [(name, [(c, 100 * c.weight / total) for c in rows]) for name, rows in groupby(criteria, key=lambda c: c.group)]
    return render_to_string(
        "scoring/jury/_criteria_of_call.html", {"grid": grid, "groups": groups, "call": call, "follows": follows}, request=request
    )
