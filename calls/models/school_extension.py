from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls import rules
from calls.models.application import Application
from calls.models.call import Call
from portal.accounts.models import User
from portal.addresses import address
from portal.directory.models import Establishment


class SchoolExtensionQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Those that nobody has taken back."""
        return self.filter(cancelled_at=None)

    def visible_to(self, user: User) -> Self:
        """The lycée's own, for its people; all of them for the staff who work on calls."""
        return self.all() if rules.works_on_calls(user) else self.filter(establishment__in=user.establishment_ids)


class SchoolExtension(models.Model):
    """A later closing of a call for one lycée (prolongation accordée à un lycée), by a reasoned act of the call manager.

    The latest that stands counts, and never before the closing of all. Read by `Call.closing_for`, and nowhere else.
    """

    call = models.ForeignKey(Call, verbose_name="appel", on_delete=models.CASCADE, related_name="extensions")
    establishment = models.ForeignKey(Establishment, verbose_name="lycée", on_delete=models.PROTECT, related_name="+")
    closes_at = models.DateTimeField("clôture pour ce lycée")
    reason = models.TextField("motif")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    granted_at = models.DateTimeField("accordée le", default=timezone.now)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    cancel_reason = models.TextField("motif de l’annulation", blank=True)

    objects = SchoolExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = "prolongation accordée à un lycée"
        verbose_name_plural = "prolongations accordées à un lycée"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="extension_cancelled_with_reason",
                condition=Q(cancelled_at=None, cancel_reason="") | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                violation_error_message="Une prolongation s’annule avec un motif.",
            ),
        ]

    def __str__(self):
        return f"{self.call.reference}, {self.establishment.name}"

    def get_absolute_url(self) -> str:
        return address("calls:extensions", self.call.reference)

    @property
    def is_standing(self) -> bool:
        return self.cancelled_at is None


def read_closings(files: Iterable[Application]) -> None:
    """Read at once the closings granted to single lycées that these files may look at; no query when their calls granted none."""
    calls = [file.call for file in files if file.call.has_extensions]
    found: dict[int, dict[int, datetime]] = {call.pk: {} for call in calls}
    if calls:
        rows = SchoolExtension.objects.standing().filter(call__in=list(found)).order_by("closes_at")
        for call, establishment, closes_at in rows.values_list("call", "establishment", "closes_at"):
            found[call][establishment] = closes_at
    for call in calls:
        call.granted_closings = found[call.pk]
