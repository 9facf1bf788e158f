"""Sums of amounts that are exact to the cent on every engine."""

from decimal import Decimal

from django.db.models import DecimalField, F, Q, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Round

ZERO = Decimal("0.00")
_MONEY = DecimalField(max_digits=16, decimal_places=2)


def exact_sum(what: str | Combinable, *, filter: Q | None = None) -> Round:  # noqa: A002 -- as Sum names it
    """The sum in euros of a column or of an expression, 0 without rows: SQLite adds in floating point, and the cent is exact once rounded."""
    amount = F(what) if isinstance(what, str) else what
    return Round(Coalesce(Sum(amount, filter=filter, output_field=_MONEY), ZERO, output_field=_MONEY), precision=2)
