from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from scoring.models import DecisionLine

PLACED = ("Ajouté à ", "Remis sur ")  # how the settlement of a need put on an order begins


class PendingNeed(models.Model):
    """A retained need that is on no order and no works: kept until the orders officer settles it."""

    decision_line = models.ForeignKey(DecisionLine, on_delete=models.PROTECT, related_name="pending_needs")
    quantity = models.PositiveIntegerField("quantité")
    cause = models.CharField("pourquoi", max_length=300)
    created_at = models.DateTimeField("depuis le", default=timezone.now)
    settled_at = models.DateTimeField("traité le", null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    settlement = models.CharField("suite donnée", max_length=300, blank=True)

    class Meta:
        verbose_name = "besoin à traiter"
        verbose_name_plural = "besoins à traiter"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="pending_need_once", fields=["decision_line"], condition=Q(settled_at=None)),
            models.CheckConstraint(name="pending_settled_says_how", condition=Q(settled_at=None) | ~Q(settlement="")),
        ]

    @property
    def is_dropped(self) -> bool:
        """Somebody has said that it would not be ordered; what settled it otherwise is an order, or the refusal of the aid, by itself."""
        return self.settled_by_id is not None and not self.settlement.startswith(PLACED)

    def __str__(self):
        return f"{self.quantity} × {self.decision_line.request_line.label}"
