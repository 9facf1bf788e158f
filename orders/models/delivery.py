from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.models.order import OrderLine, PurchaseOrder
from orders.models.work import CablingWork

LONGEST_SERIAL = 200
PHOTO = "reserve_photo"  # purpose of the files kept with a reserve


class Delivery(models.Model):
    """One delivery note (bon de livraison), whole or partial."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="deliveries")
    delivered_on = models.DateField("livré le")
    note_number = models.CharField("bon de livraison", max_length=60)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="reçu par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    remarks = models.TextField("observations", blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "livraison"
        verbose_name_plural = "livraisons"
        ordering = ["order", "delivered_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="delivery_note_once",
                fields=["order", "note_number"],
                violation_error_message="Ce bon de livraison est déjà enregistré pour cette commande.",
            )
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


class Reserve(models.Model):
    """A reserve written at acceptance of an order or of works: what is wrong, until when, lifted or not."""

    order = models.ForeignKey(PurchaseOrder, null=True, blank=True, on_delete=models.CASCADE, related_name="reserves")
    work = models.ForeignKey(CablingWork, null=True, blank=True, on_delete=models.CASCADE, related_name="reserves")
    text = models.TextField("réserve")
    due_on = models.DateField("à lever le", null=True, blank=True)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    raised_at = models.DateTimeField("émise le", default=timezone.now)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField("levée le", null=True, blank=True)
    lifting_note = models.TextField("constat de levée", blank=True)

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
        ]

    def __str__(self):
        return self.text[:80]

    @property
    def document(self) -> PurchaseOrder | CablingWork:
        """What the reserve is about."""
        return self.order if self.order_id else self.work
