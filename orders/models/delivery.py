from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.models.order import OrderLine, PurchaseOrder
from orders.models.work import CablingWork

LONGEST_SERIAL = 200
PHOTO = "reserve_photo"  # purpose of the files kept with a reserve


class MoveQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Those that count: a delivery or a return typed wrongly stays readable, and counts no more."""
        return self.filter(cancelled_at=None)


class Delivery(models.Model):
    """One delivery note (bon de livraison), whole or partial. Typed wrongly, it is cancelled with a reason, and kept."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="deliveries")
    delivered_on = models.DateField("livré le")
    note_number = models.CharField("bon de livraison", max_length=60)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="reçu par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    remarks = models.TextField("observations", blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    cancel_reason = models.TextField("motif de l’annulation", blank=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = "livraison"
        verbose_name_plural = "livraisons"
        ordering = ["order", "delivered_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="delivery_note_once",
                fields=["order", "note_number"],
                condition=Q(cancelled_at=None),
                violation_error_message="Ce bon de livraison est déjà enregistré pour cette commande.",
            ),
            models.CheckConstraint(
                name="delivery_cancelled_says_why",
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""),
                violation_error_message="Une livraison annulée dit pourquoi.",
            ),
        ]

    def __str__(self):
        return f"Livraison {self.note_number}"


class DeliveryLine(models.Model):
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="delivery_lines")
    quantity = models.PositiveIntegerField("quantité")
    serial_numbers = models.TextField("numéros de série", blank=True)

    class Meta:
        verbose_name = "ligne de livraison"
        verbose_name_plural = "lignes de livraison"
        ordering = ["delivery", "pk"]
        constraints = [models.CheckConstraint(name="delivery_line_quantity_positive", condition=Q(quantity__gte=1))]

    def __str__(self):
        return f"{self.quantity} × {self.order_line.label}"

    @property
    def serials(self) -> list[str]:
        return self.serial_numbers.split()


class SerialNumber(models.Model):
    """One thing that arrived. The database refuses to receive it twice, whatever the order, the lycée or how it was typed."""

    delivery_line = models.ForeignKey(DeliveryLine, on_delete=models.CASCADE, related_name="received")
    number = models.CharField("numéro de série", max_length=LONGEST_SERIAL)
    compared = models.CharField(max_length=LONGEST_SERIAL, unique=True, editable=False)

    class Meta:
        verbose_name = "numéro de série"
        verbose_name_plural = "numéros de série"
        ordering = ["delivery_line", "pk"]

    def __str__(self):
        return self.number


class GoodsReturn(models.Model):
    """Goods that the holder takes back: what had arrived counts no more as delivered, and is awaited again.

    Typed wrongly, it is cancelled with a reason, and kept.
    """

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="returns")
    returned_on = models.DateField("repris le")
    reference = models.CharField("référence du retour", max_length=60)
    reason = models.TextField("motif")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    cancel_reason = models.TextField("motif de l’annulation", blank=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = "retour"
        verbose_name_plural = "retours"
        ordering = ["order", "returned_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="goods_return_once",
                fields=["order", "reference"],
                condition=Q(cancelled_at=None),
                violation_error_message="Ce retour est déjà enregistré pour cette commande.",
            ),
            models.CheckConstraint(
                name="goods_return_cancelled_says_why",
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""),
                violation_error_message="Un retour annulé dit pourquoi.",
            ),
        ]

    def __str__(self):
        return f"Retour {self.reference}"


class ReturnLine(models.Model):
    goods_return = models.ForeignKey(GoodsReturn, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="return_lines")
    quantity = models.PositiveIntegerField("quantité")
    serial_numbers = models.TextField("numéros de série", blank=True)

    class Meta:
        verbose_name = "ligne de retour"
        verbose_name_plural = "lignes de retour"
        ordering = ["goods_return", "pk"]
        constraints = [models.CheckConstraint(name="return_line_quantity_positive", condition=Q(quantity__gte=1))]

    def __str__(self):
        return f"{self.quantity} × {self.order_line.label}"

    @property
    def serials(self) -> list[str]:
        return self.serial_numbers.split()


class Reserve(models.Model):
    """A reserve written at acceptance of an order or of works: what is wrong, until when, lifted or not.

    `is_void`: the acceptance that it was written at has been taken back. It is to lift no more, and stays readable.
    """

    order = models.ForeignKey(PurchaseOrder, null=True, blank=True, on_delete=models.CASCADE, related_name="reserves")
    work = models.ForeignKey(CablingWork, null=True, blank=True, on_delete=models.CASCADE, related_name="reserves")
    text = models.TextField("réserve")
    due_on = models.DateField("à lever le", null=True, blank=True)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    raised_at = models.DateTimeField("émise le", default=timezone.now)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField("levée le", null=True, blank=True)
    lifting_note = models.TextField("constat de levée", blank=True)
    is_void = models.BooleanField("sans objet", default=False)

    class Meta:
        verbose_name = "réserve"
        verbose_name_plural = "réserves"
        ordering = ["raised_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="reserve_about_one_thing",
                condition=Q(order__isnull=False, work__isnull=True) | Q(order__isnull=True, work__isnull=False),
            ),
            models.CheckConstraint(
                name="reserve_lifted_says_how",
                condition=Q(lifted_at=None) | ~Q(lifting_note=""),
                violation_error_message="Une réserve levée dit comment.",
            ),
            models.CheckConstraint(name="reserve_void_is_not_open", condition=Q(is_void=False) | Q(lifted_at__isnull=False)),
        ]

    def __str__(self):
        return self.text[:80]

    @property
    def document(self) -> PurchaseOrder | CablingWork:
        """What the reserve is about."""
        return self.order if self.order_id else self.work
