"""Conflicts of interest: the one place where the rule is written.

A person has a conflict with a file when they have declared an interest in it, or hold or have held a role at its lycée. In the work of a
jury the file then does not exist for them, and what they marked before does not enter its score.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from calls.models import Application
from portal.accounts.models import RoleGrant, User


class InterestDeclaration(models.Model):
    """A conflict of interest of a juror with an establishment: its files no longer exist for that person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="interests")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="interests")
    reason = models.CharField("lien", max_length=300)
    declared_at = models.DateTimeField("déclaré le", default=timezone.now)

    class Meta:
        verbose_name = "lien d’intérêt"
        verbose_name_plural = "liens d’intérêts"
        constraints = [models.UniqueConstraint(name="interest_once", fields=["user", "application"])]

    def __str__(self):
        return f"{self.user} : {self.application.reference}"


def links(people: Iterable[int]) -> models.QuerySet[RoleGrant]:
    """Roles held in a lycée, now or before, by these people (ids)."""
    return RoleGrant.objects.in_schools().filter(user_id__in=people).order_by()


def in_conflict_with(user: User, file: str = "") -> Q:
    """The files that a person has a conflict with, as a condition on applications; `file` leads to the application ("application__")."""
    declared = InterestDeclaration.objects.filter(user_id=user.pk).order_by().values("application_id")
    return Q(**{f"{file}pk__in": declared}) | Q(**{f"{file}establishment__in": links([user.pk]).values("establishment_id")})


def juror_in_conflict() -> Q:
    """The same rule on each reading of a queryset: its own juror, its own file."""
    declared = InterestDeclaration.objects.filter(user=OuterRef("juror"), application=OuterRef("application"))
    linked = RoleGrant.objects.in_schools().filter(user=OuterRef("juror"), establishment=OuterRef("application__establishment"))
    return Exists(declared) | Exists(linked)
