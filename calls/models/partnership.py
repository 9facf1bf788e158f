from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import ConcurrentTransitionMixin

from calls.enums import ApplicationState, PartnershipState, Rewriting
from calls.models.application import Application
from calls.workflows.partnership import PartnershipWorkflow
from portal.accounts.models import User
from portal.addresses import address
from portal.directory.models import Establishment
from portal.signing import SignedAct, signed_by


class PartnershipQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Named in their file."""
        return self.filter(state__in=PartnershipState.CURRENT)

    def visible_to(self, user: User) -> Self:
        """Those of the files that one reads, and those asked of one's own lycée, whose people read nothing more of the file."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(application__in=Application.objects.visible_to(user)) | Q(establishment__in=user.establishment_ids))

    def to_answer(self, user: User) -> Self:
        """Those that wait for what this person signs."""
        signed = signed_by(user, SignedAct.PARTNERSHIP, call="application__call")
        written = Q(application__state=ApplicationState.DRAFT) | Q(application__rewriting=Rewriting.WRITING)
        return self.filter(signed, written, state=PartnershipState.ASKED)


class PartnershipManager(models.Manager.from_queryset(PartnershipQuerySet)):
    def get_queryset(self) -> PartnershipQuerySet:
        return super().get_queryset().select_related("establishment")  # a partnership is never told without its lycée


class Partnership(ConcurrentTransitionMixin, PartnershipWorkflow):
    """A lycée named as partner in answer to a question of a file."""

    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.CASCADE, related_name="partnerships")
    question_key = models.CharField("question", max_length=60)
    establishment = models.ForeignKey(Establishment, verbose_name="lycée", on_delete=models.PROTECT, related_name="partnerships")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="demandé par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    answered_by = models.CharField("réponse donnée par", max_length=200, blank=True)  # a signature: it stays when the account goes

    objects = PartnershipManager()

    class Meta:
        verbose_name = "partenariat"
        verbose_name_plural = "partenariats"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="partnership_once",
                fields=["application", "question_key", "establishment"],
                condition=Q(state__in=PartnershipState.CURRENT),
                violation_error_message="Ce lycée est déjà nommé.",
            )
        ]

    def __str__(self):
        return f"{self.establishment}, partenaire du dossier {self.application.reference}"

    def get_absolute_url(self) -> str:
        return address("calls:partnership", self.pk)

    @property
    def signed_call_id(self) -> int:
        """The call for which an act about it is signed (portal.signing)."""
        return self.application.call_id

    @property
    def is_current(self) -> bool:
        return self.state in PartnershipState.CURRENT

    @property
    def awaits_answer(self) -> bool:
        return self.state == PartnershipState.ASKED

    @property
    def is_agreed(self) -> bool:
        return self.state == PartnershipState.AGREED

    @property
    def as_value(self) -> dict[str, Any]:
        """What the file answers with it. Keys are those of frozen versions."""
        lycee, on = self.establishment, self.answered_at
        return {
            "uai": lycee.uai,
            "name": lycee.name,
            "commune": lycee.commune_name,
            "state": self.state,
            "on": timezone.localdate(on).isoformat() if on else "",
            "by": self.answered_by,
        }
