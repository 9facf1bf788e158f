from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.accounts.enums import JoinOutcome
from portal.accounts.models.people import User

LINK_VALIDITY = timedelta(days=14)  # of an invitation, of a link to a school's mailbox
ASK_AGAIN_AFTER = timedelta(hours=24)  # after a request left, or was refused: nobody is written to again and again


class JoinRequestQuerySet(models.QuerySet):
    def pending(self) -> Self:
        return self.filter(outcome=JoinOutcome.PENDING, expires_at__gt=timezone.now())

    def just_refused(self) -> Self:
        """Refused less than a day ago: the school is not asked again by the same person meanwhile."""
        return self.filter(outcome=JoinOutcome.REFUSED, answered_at__gt=timezone.now() - ASK_AGAIN_AFTER)

    def visible_to(self, user: User) -> Self:
        """One's own requests, and those to a school whose requests one answers."""
        return self.filter(Q(user=user) | Q(establishment__in=user.answered_ids))


class JoinRequest(models.Model):
    """A person asks to join a school's team. Answered by its head, or by whoever opens the school's mailbox."""

    user = models.ForeignKey(User, verbose_name="personne", on_delete=models.CASCADE, related_name="join_requests")
    establishment = models.ForeignKey(
        "directory.Establishment", verbose_name="établissement", on_delete=models.PROTECT, related_name="join_requests"
    )
    note = models.CharField("précision", max_length=300, blank=True)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256; the link itself is only in the mail
    sent_at = models.DateTimeField("envoyée le", default=timezone.now)
    expires_at = models.DateTimeField("valable jusqu’au")
    outcome = models.CharField("réponse", max_length=10, choices=JoinOutcome.choices, default=JoinOutcome.PENDING)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    answered_by = models.ForeignKey(User, verbose_name="répondu par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by_mailbox = models.BooleanField("par la boîte de l’établissement", default=False)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de rattachement"
        verbose_name_plural = "demandes de rattachement"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="join_one_pending", fields=["user", "establishment"], condition=Q(outcome=JoinOutcome.PENDING)),
            models.CheckConstraint(
                name="join_answered_has_date",
                condition=Q(outcome=JoinOutcome.PENDING, answered_at=None)
                | (~Q(outcome=JoinOutcome.PENDING) & Q(answered_at__isnull=False)),
                violation_error_message="Une demande répondue porte sa date.",
            ),
        ]

    def __str__(self):
        return f"{self.user} → {self.establishment}"

    @property
    def is_open(self) -> bool:
        return self.outcome == JoinOutcome.PENDING and self.expires_at > timezone.now()

    @property
    def again_at(self) -> datetime:
        """When its person may ask this school again: a day after it left, or after its refusal."""
        return (self.answered_at or self.sent_at) + ASK_AGAIN_AFTER

    @property
    def is_approved(self) -> bool:
        return self.outcome == JoinOutcome.APPROVED

    @property
    def is_refused(self) -> bool:
        return self.outcome == JoinOutcome.REFUSED
