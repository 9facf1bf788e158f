from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from portal.accounts.models.people import RoleGrant, User
from portal.prepared import prepared
from portal.roles import WRITING_ROLES, Role
from portal.signing import SignedAct, SignedSubject
from portal.text.dates import day
from portal.text.french import enumeration, of


def _holds(person: str, *roles: str, at: datetime) -> Exists:
    """The person of a delegation has one of these roles then, in its school, with an open account."""
    held = RoleGrant.objects.in_force(at).filter(role__in=roles, user__is_active=True)
    return Exists(held.filter(user=OuterRef(person), establishment=OuterRef("establishment")))


@prepared
def _held_by(delegate: int, today: date, now: datetime) -> models.QuerySet["Delegation"]:
    """The query of nearly every page of a file."""
    return Delegation.objects.in_force(today, now).filter(delegate=delegate).select_related("establishment")


class DelegationQuerySet(models.QuerySet):
    def in_force(self, day: date | None = None, at: datetime | None = None) -> Self:
        """Those by which somebody may sign today: within their dates, not ended, between a head in function and a person of the team.

        Where the head has no account (given on paper), the dates alone say how long.
        """
        today, now = day or timezone.localdate(), at or timezone.now()
        dated = self.filter(ended_at=None, starts_on__lte=today, ends_on__gte=today)
        return dated.filter(Q(head=None) | _holds("head", Role.HEAD, at=now)).filter(_holds("delegate", *WRITING_ROLES, at=now))

    def visible_to(self, user: User) -> Self:
        """Those of one's schools, and those that one holds or gave; all of them for whoever manages people."""
        if user.is_superuser or user.holds(Role.ADMIN, Role.CALL_MANAGER):
            return self
        return self.filter(Q(establishment__in=user.establishment_ids) | Q(delegate=user) | Q(head=user))

    def read_for(self, delegate: User) -> list["Delegation"]:
        """Those in force that a person has been given, with their schools."""
        return _held_by(delegate.pk, timezone.localdate(), timezone.now())

    def to_come_or_running(self) -> Self:
        return self.filter(ended_at=None, ends_on__gte=timezone.localdate())


class Delegation(models.Model):
    """The head of a school has a person of its team sign certain acts, for certain calls or all, between two days.

    Ended or past, never deleted: the acts signed by it name it.
    """

    establishment = models.ForeignKey(
        "directory.Establishment", verbose_name="établissement", on_delete=models.PROTECT, related_name="delegations"
    )
    delegate = models.ForeignKey(User, verbose_name="personne", on_delete=models.CASCADE, related_name="delegations_held")
    head = models.ForeignKey(
        User, verbose_name="chef d’établissement", null=True, blank=True, on_delete=models.CASCADE, related_name="delegations_given"
    )
    head_name = models.CharField("donnée par", max_length=200)  # as it was that day; typed where the head has no account
    acts = models.JSONField("actes", default=list)  # values of SignedAct
    calls = models.JSONField("appels", default=dict, blank=True)  # title by key; empty: every call
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    signed_on = models.DateField("signée le")
    deed = models.CharField("délibération ou arrêté", max_length=200, blank=True)
    on_paper = models.BooleanField("donnée sur papier", default=False)
    given_at = models.DateTimeField("enregistrée le", default=timezone.now)
    given_by = models.ForeignKey(User, verbose_name="enregistrée par", null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)
    ended_by = models.ForeignKey(User, verbose_name="terminée par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    end_reason = models.CharField("motif de la fin", max_length=500, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = "délégation de signature"
        verbose_name_plural = "délégations de signature"
        ordering = [F("ended_at").desc(nulls_first=True), "-ends_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="delegation_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="Une délégation finit après avoir commencé.",
            ),
        ]

    def __str__(self):
        return f"Délégation {of(self.head_name)} à {self.delegate}"

    def covers(self, act: SignedAct, about: SignedSubject | None = None) -> bool:
        """Whether it gives this act; one that names calls gives nothing that belongs to no call."""
        if act not in self.acts:
            return False
        return not self.calls or (about is not None and str(about.signed_call_id) in self.calls)

    def limit(self, act: SignedAct, about: SignedSubject | None = None) -> str:
        """What of it keeps this act from being signed: its acts, its calls, its days, or an end before them. Empty when none of these does."""
        yours = f"Votre délégation {of(self.head_name)} du {day(self.signed_on)}"
        if self.ended_at:
            return f"{yours} est terminée depuis le {day(self.ended_at)}."
        if self.is_over:
            return f"{yours} s’est arrêtée le {day(self.ends_on)}."
        if act not in self.acts:
            return f"{yours} vaut pour d’autres actes : {' ; '.join(self.act_labels)}."
        if not self.covers(act, about):
            return f"{yours} ne vaut que pour {enumeration(self.call_labels)}."
        if self.is_to_come:
            return f"{yours} commence le {day(self.starts_on)}."
        return ""

    @property
    def mention(self) -> str:
        """What a signature says: « par délégation de Sylvie Aubert du 2 septembre 2026 »."""
        return f"par délégation {of(self.head_name)} du {day(self.signed_on)}"

    @property
    def act_labels(self) -> list[str]:
        return [act.label for act in SignedAct if act in self.acts]

    @property
    def call_labels(self) -> list[str]:
        return list(self.calls.values())

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.ends_on < timezone.localdate()

    @property
    def is_to_come(self) -> bool:
        return not self.is_over and self.starts_on > timezone.localdate()
