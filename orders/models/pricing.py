"""What an order and works have in common: lines at a price, and totals by rate of VAT."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.db import models
from django.db.models import Q

from orders.models.agreement import CatalogueItem

CENT = Decimal("0.01")


def with_vat(net: Decimal, rate: Decimal) -> Decimal:
    """An amount incl. VAT, in euros, rounded half up to the cent; `rate` in percent."""
    return (net * (100 + rate) / 100).quantize(CENT, ROUND_HALF_UP)


class VatShare(NamedTuple):
    """One rate of VAT: what it bears on, and the tax, in euros."""

    rate: Decimal
    net_amount: Decimal
    vat_amount: Decimal


class PricedDocument(models.Model):
    """Totals read from `lines`. The tax is rounded line by line, as in the files and the decisions they come from."""

    class Meta:
        abstract = True

    @property
    def net_amount(self) -> Decimal:
        """Total excl. VAT, in euros."""
        return sum((line.net_amount for line in self.lines.all()), Decimal(0))

    @property
    def gross_amount(self) -> Decimal:
        """Total incl. VAT, in euros."""
        return sum((line.gross_amount for line in self.lines.all()), Decimal(0))

    @property
    def vat_shares(self) -> list[VatShare]:
        """The tax rate by rate, lowest first; net total plus these is the gross total to the cent."""
        by_rate: dict[Decimal, list[PricedLine]] = {}
        for line in self.lines.all():
            by_rate.setdefault(line.vat_rate, []).append(line)
        return [
            VatShare(rate, sum(line.net_amount for line in lines), sum(line.gross_amount - line.net_amount for line in lines))
            for rate, lines in sorted(by_rate.items())
        ]

    @property
    def quantity(self) -> int:
        """How many pieces are ordered, those given up by an early end left out."""
        return sum(line.kept_quantity for line in self.lines.all())


class PricedLine(models.Model):
    """One need, at the catalogue's price on the day of the draft.

    `is_live` is false once the order or the works are cancelled: the need may then be ordered anew.
    """

    item = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, related_name="+")
    label = models.CharField("désignation", max_length=200)
    quantity = models.PositiveIntegerField("quantité")
    unit_price_amount = models.DecimalField("prix unitaire HT", max_digits=10, decimal_places=2)
    vat_rate = models.DecimalField("TVA (%)", max_digits=4, decimal_places=1)
    is_live = models.BooleanField(default=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.quantity} × {self.label}"

    @property
    def kept_quantity(self) -> int:
        """What is ordered and has not been given up since."""
        return self.quantity

    @property
    def net_amount(self) -> Decimal:
        """Excl. VAT, in euros."""
        return self.kept_quantity * self.unit_price_amount

    @property
    def gross_amount(self) -> Decimal:
        """Incl. VAT, in euros, rounded to the cent."""
        return with_vat(self.net_amount, self.vat_rate)

    @property
    def retained_quantity(self) -> int | None:
        """What the decision retained; None for a line that comes from no decision."""
        return self.decision_line.quantity if self.decision_line_id else None


def line_constraints(prefix: str) -> list:
    """The constraints of a kind of lines; their names begin with `prefix`.

    A need may be on several live lines: part of it here, the rest elsewhere. What they order together is held by `place_lines`.
    """
    return [
        models.CheckConstraint(
            name=f"{prefix}_quantity_positive", condition=Q(quantity__gte=1), violation_error_message="Une quantité vaut au moins 1."
        ),
    ]
