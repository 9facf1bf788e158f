"""How a call sets the amount of each file retained."""

from decimal import Decimal

from django.db import models

from calls.models import Call
from portal.addresses import address
from portal.text.french import of
from scoring.enums import AmountFloor, AmountStep, AmountWay, WeightBy


class AmountPolicy(models.Model):
    """The rule of amounts of a call (règle des montants). A call without a row gives each file what it asks for.

    `bands` are [mark from which, weight or per cent], the highest first: marks as decimal strings, whole weights when the envelope is
    shared, whole hundredths of the request when a rate follows the mark.
    """

    call = models.OneToOneField(Call, verbose_name="appel", on_delete=models.CASCADE, related_name="amount_policy")
    way = models.CharField("façon de fixer les montants", max_length=10, choices=AmountWay.choices, default=AmountWay.ASKED)
    step = models.PositiveIntegerField("arrondi (centimes)", choices=AmountStep.choices, default=AmountStep.TEN_EUROS)
    ceiling_amount = models.DecimalField("au plus par dossier", max_digits=12, decimal_places=2, null=True, blank=True)
    floor = models.CharField("minimum", max_length=10, choices=AmountFloor.choices, default=AmountFloor.NONE)
    floor_amount = models.DecimalField("montant minimum", max_digits=12, decimal_places=2, null=True, blank=True)
    floor_percent = models.PositiveSmallIntegerField("part minimum de la demande (%)", null=True, blank=True)
    weight_by = models.CharField("ce que pèse une note", max_length=10, choices=WeightBy.choices, default=WeightBy.BANDS)
    threshold = models.DecimalField("seuil", max_digits=6, decimal_places=2, null=True, blank=True)
    bands = models.JSONField("paliers", default=list, blank=True)
    counts_pupils = models.BooleanField("le nombre d’élèves compte", default=False)

    class Meta:
        verbose_name = "règle des montants"
        verbose_name_plural = "règles des montants"
        ordering = ["call"]

    def __str__(self):
        return f"Règle des montants {of(self.call)}"

    def get_absolute_url(self) -> str:
        return address("scoring:amounts", self.call.reference)

    @property
    def is_shared(self) -> bool:
        """Whether one envelope is shared: the amounts depend on how many files are retained."""
        return self.way == AmountWay.SHARED

    @property
    def cap_amount(self) -> Decimal | None:
        """Euros that it gives a file at most; None where it says no such thing, whatever is typed beside another way."""
        return self.ceiling_amount if self.way in AmountWay.WEIGHED else None

    @property
    def is_as_asked(self) -> bool:
        """Whether each file gets what it asks for."""
        return self.way == AmountWay.ASKED
