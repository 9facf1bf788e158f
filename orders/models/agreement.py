from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.enums import ItemCategory
from portal.addresses import address
from portal.directory.models import Territory

NEARLY_FULL = Decimal("0.90")  # share of the maximum from which a lot is shown as nearly used up


class Supplier(models.Model):
    """A company that holds a lot (titulaire)."""

    name = models.CharField("raison sociale", max_length=160)
    siret = models.CharField("SIRET", max_length=14, unique=True)
    address = models.TextField("adresse")
    email = models.EmailField("adresse électronique des commandes")
    phone = models.CharField("téléphone", max_length=30, blank=True)

    class Meta:
        verbose_name = "titulaire"
        verbose_name_plural = "titulaires"
        ordering = ["name"]

    def __str__(self):
        return self.name


class FrameworkAgreementQuerySet(models.QuerySet):
    def running(self) -> Self:
        today = timezone.localdate()
        return self.filter(starts_on__lte=today, ends_on__gte=today)


class FrameworkAgreement(models.Model):
    """Accord-cadre (code de la commande publique, R2162-1 and following)."""

    reference = models.CharField("référence", max_length=40, unique=True)
    title = models.CharField("objet", max_length=200)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")

    objects = FrameworkAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "accord-cadre"
        verbose_name_plural = "accords-cadres"
        ordering = ["reference"]
        constraints = [
            models.CheckConstraint(
                name="agreement_dates_in_order",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message="La fin vient après le début.",
            )
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"

    @property
    def is_running(self) -> bool:
        """Orders may be issued today (R2162-5)."""
        return self.starts_on <= timezone.localdate() <= self.ends_on


class LotQuerySet(models.QuerySet):
    def running(self) -> Self:
        """Lots of agreements that run today."""
        return self.filter(agreement__in=FrameworkAgreement.objects.running())

    def nearly_full(self) -> Self:
        return self.filter(ordered_amount__gte=F("maximum_amount") * NEARLY_FULL)


class Lot(models.Model):
    """A lot of an agreement: one holder, one maximum (R2162-4), perhaps one territory. The database refuses to order beyond the maximum."""

    agreement = models.ForeignKey(FrameworkAgreement, verbose_name="accord-cadre", on_delete=models.PROTECT, related_name="lots")
    number = models.CharField("numéro", max_length=10)
    title = models.CharField("objet", max_length=200)
    category = models.CharField("nature", max_length=10, choices=ItemCategory.choices)
    supplier = models.ForeignKey(Supplier, verbose_name="titulaire", on_delete=models.PROTECT, related_name="lots")
    departments = models.ManyToManyField(Territory, verbose_name="territoires", blank=True, related_name="+")  # empty: everywhere
    # An agency is smaller than some départements: beginnings of postal codes, separated by commas; empty: the whole territory.
    postal_prefixes = models.CharField("débuts de codes postaux", max_length=200, blank=True)
    maximum_amount = models.DecimalField("maximum HT", max_digits=12, decimal_places=2)
    ordered_amount = models.DecimalField("commandé HT", max_digits=12, decimal_places=2, default=0)
    delivery_days = models.PositiveSmallIntegerField("délai de livraison (jours)", default=30)

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = "lot"
        verbose_name_plural = "lots"
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(
                name="lot_unique_number",
                fields=["agreement", "number"],
                violation_error_message="Cet accord-cadre a déjà un lot de ce numéro.",
            ),
            models.CheckConstraint(
                name="lot_maximum_respected",
                condition=Q(ordered_amount__lte=F("maximum_amount")),
                violation_error_message="Le maximum du lot serait dépassé.",
            ),
            models.CheckConstraint(
                name="lot_ordered_not_negative",
                condition=Q(ordered_amount__gte=0),
                violation_error_message="Le montant commandé d’un lot n’est pas négatif.",
            ),
        ]

    def __str__(self):
        return f"Lot {self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return address("orders:lot", self.pk)

    @property
    def remaining_amount(self) -> Decimal:
        """What may still be ordered, excl. VAT, in euros."""
        return self.maximum_amount - self.ordered_amount

    @property
    def is_nearly_full(self) -> bool:
        return self.ordered_amount >= self.maximum_amount * NEARLY_FULL

    @property
    def prefixes(self) -> list[str]:
        return [prefix.strip() for prefix in self.postal_prefixes.split(",") if prefix.strip()]


class CatalogueItem(models.Model):
    """One line of the price schedule (BPU) of a lot. `item_code` is the code that needs of applications carry."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="items")
    reference = models.CharField("référence BPU", max_length=40)
    item_code = models.CharField("code du besoin", max_length=40, db_index=True)
    label = models.CharField("désignation", max_length=200)
    unit = models.CharField("unité", max_length=20, default="unité")
    unit_price_amount = models.DecimalField("prix unitaire HT", max_digits=10, decimal_places=2)
    vat_rate = models.DecimalField("TVA (%)", max_digits=4, decimal_places=1, default=20)
    cpv_code = models.CharField("code CPV", max_length=10)
    is_active = models.BooleanField("au catalogue", default=True)

    class Meta:
        verbose_name = "article"
        verbose_name_plural = "catalogue"
        ordering = ["lot", "reference"]
        constraints = [
            models.UniqueConstraint(
                name="catalogue_unique_reference",
                fields=["lot", "reference"],
                violation_error_message="Ce lot a déjà un article de cette référence.",
            ),
            models.CheckConstraint(
                name="catalogue_price_not_negative",
                condition=Q(unit_price_amount__gte=0),
                violation_error_message="Un prix n’est pas négatif.",
            ),
            models.CheckConstraint(
                name="catalogue_vat_between_0_and_20",
                condition=Q(vat_rate__gte=0, vat_rate__lte=20),
                violation_error_message="La TVA va de 0 à 20 %.",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.label}"
