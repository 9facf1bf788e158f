from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from calls.enums import NeedKind, Priority
from calls.models.application import Application


class RequestLine(models.Model):
    """One need of the file: some equipment or some cabling. Prices are those of the call's list, excl. VAT."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="lines")
    question_key = models.CharField(max_length=60)
    kind = models.CharField("nature", max_length=10, choices=NeedKind.choices)
    item_code = models.CharField("article", max_length=40)  # code in the call's price list, and in the catalogue of orders
    label = models.CharField("besoin", max_length=160)
    detail = models.CharField("précision", max_length=200, blank=True)
    quantity = models.PositiveIntegerField("quantité")
    unit_price_amount = models.DecimalField("prix unitaire HT", max_digits=10, decimal_places=2)
    vat_rate = models.DecimalField("TVA (%)", max_digits=4, decimal_places=1, default=20)
    priority = models.PositiveSmallIntegerField("priorité", choices=Priority.choices, default=Priority.FIRST)
    is_essential = models.BooleanField("indispensable", default=False)
    is_asked = models.BooleanField(default=True, editable=False)  # its question is: kept by calls.actions.writing, as `requested_amount` is
    form_token = models.UUIDField(null=True, blank=True, editable=False)  # of the printed form that added it: sent twice, it adds one line
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "besoin"
        verbose_name_plural = "besoins"
        ordering = ["application", "kind", "position", "pk"]
        constraints = [
            models.UniqueConstraint(name="request_line_once_per_form", fields=["application", "form_token"]),
            models.CheckConstraint(
                name="request_line_quantity_positive", condition=Q(quantity__gte=1), violation_error_message="Une quantité vaut au moins 1."
            ),
            models.CheckConstraint(
                name="request_line_price_not_negative",
                condition=Q(unit_price_amount__gte=0),
                violation_error_message="Un prix n’est pas négatif.",
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.label}"

    @property
    def net_amount(self) -> Decimal:
        """Total excl. VAT, in euros."""
        return self.quantity * self.unit_price_amount

    @property
    def gross_amount(self) -> Decimal:
        """Total incl. VAT, in euros, rounded to the cent."""
        return (self.net_amount * (100 + self.vat_rate) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
