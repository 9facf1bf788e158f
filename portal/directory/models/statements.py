"""What people say of a lycée before the official directory does, or where it does not."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import ConcurrentTransitionMixin

from portal.addresses import address
from portal.directory import facts, rules
from portal.directory.enums import ClosureState, DeclarationState, EstablishmentState, Fact, PriorityEducation
from portal.directory.models.establishment import Establishment
from portal.directory.workflow import FactDeclarationWorkflow, SchoolClosureWorkflow
from portal.roles import Person


class FactDeclarationQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """To be confirmed, or confirmed."""
        return self.filter(state__in=DeclarationState.STANDING)

    def confirmed(self) -> Self:
        return self.filter(state=DeclarationState.CONFIRMED)

    def to_answer(self) -> Self:
        return self.filter(state=DeclarationState.DECLARED)

    def visible_to(self, user: Person) -> Self:
        """Those of one's own lycée; all of them for who keeps the directory or audits."""
        if not user.is_authenticated:
            return self.none()
        return self if rules.reads_declarations(user) else self.filter(establishment__in=user.establishment_ids)


class FactDeclaration(ConcurrentTransitionMixin, FactDeclarationWorkflow):
    """One fact of a lycée as its people declare it, where the official directory does not say it. Its columns are those of the lycée."""

    establishment = models.ForeignKey(
        Establishment, verbose_name="établissement", on_delete=models.PROTECT, related_name="fact_declarations"
    )
    fact = models.CharField("fait", max_length=10, choices=Fact.choices)
    has_general = models.BooleanField("voie générale", default=False)
    has_technological = models.BooleanField("voie technologique", default=False)
    has_vocational = models.BooleanField("voie professionnelle", default=False)
    pupils = models.PositiveIntegerField("élèves", null=True, blank=True)
    pupils_year = models.CharField("année scolaire des élèves", max_length=9, blank=True)
    has_boarding = models.BooleanField("internat", null=True, blank=True)
    priority_education = models.CharField("éducation prioritaire", max_length=10, choices=PriorityEducation.choices, blank=True)
    note = models.CharField("précision", max_length=300, blank=True)
    # What the directory says meanwhile, by column: what the lycée has again once a confirmation is cancelled.
    directory_values = models.JSONField("ce que dit l’annuaire", default=dict)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="déclaré par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    declared_at = models.DateTimeField("déclaré le", default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="réponse donnée par", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = FactDeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = "déclaration du lycée"
        verbose_name_plural = "déclarations des lycées"
        ordering = ["-declared_at"]
        constraints = [
            models.UniqueConstraint(
                name="declaration_one_to_answer", fields=["establishment", "fact"], condition=Q(state=DeclarationState.DECLARED)
            ),
            models.CheckConstraint(
                name="declaration_says_its_fact",
                condition=(
                    Q(fact=Fact.PATHWAYS) & (Q(has_general=True) | Q(has_technological=True) | Q(has_vocational=True))
                    | Q(fact=Fact.PUPILS, pupils__isnull=False) & ~Q(pupils_year="")
                    | Q(fact=Fact.BOARDING, has_boarding__isnull=False)
                    | Q(fact=Fact.PRIORITY) & ~Q(priority_education="")
                ),
                violation_error_message="Une déclaration dit ce qu’elle déclare.",
            ),
        ]

    def __str__(self):
        return f"{self.get_fact_display()} : {self.establishment}"

    def get_absolute_url(self) -> str:
        return address("directory:declaration", self.pk)

    @property
    def values(self) -> dict[str, object]:
        """What it makes of the columns of its establishment."""
        return facts.values_of(self.fact, self)

    @property
    def label(self) -> str:
        """« générale, technologique », « 820 élèves, année scolaire 2026-2027 »."""
        return facts.worded(self.fact, self.values)

    @property
    def said_now(self) -> str:
        """What its establishment has by now, from whoever said it."""
        return facts.worded(self.fact, facts.values_of(self.fact, self.establishment))

    @property
    def is_outdated(self) -> bool:
        """The directory says it by now. One query where the lycée has the fact: it may have it from an earlier declaration."""
        said = facts.values_of(self.fact, self.establishment)
        if not facts.outdates(self.fact, said, self.values):
            return False
        before = self.establishment.fact_declarations.confirmed().filter(fact=self.fact).first()
        return before is None or facts.outdates(self.fact, before.directory_values, self.values)

    @property
    def is_confirmed(self) -> bool:
        return self.state == DeclarationState.CONFIRMED

    @property
    def awaits_answer(self) -> bool:
        return self.state == DeclarationState.DECLARED


class SchoolClosureQuerySet(models.QuerySet):
    def standing(self) -> Self:
        return self.filter(state=ClosureState.STANDING)

    def holding(self) -> Self:
        """Those that say why a lycée is closed: in force, or taken over by the directory."""
        return self.exclude(state=ClosureState.LIFTED)

    def visible_to(self, user: Person) -> Self:
        """The Région's staff; the lycée that closes, and the one that follows it."""
        if not user.is_authenticated:
            return self.none()
        if rules.closes_lycees(user) or user.is_region_staff:
            return self
        return self.filter(Q(establishment__in=user.establishment_ids) | Q(successor__in=user.establishment_ids))


class SchoolClosure(ConcurrentTransitionMixin, SchoolClosureWorkflow):
    """A lycée that the administration says closed while the official directory does not, or not yet."""

    establishment = models.ForeignKey(Establishment, verbose_name="établissement", on_delete=models.PROTECT, related_name="closures")
    closed_on = models.DateField("fermé le")
    reason = models.TextField("motif")
    successor = models.ForeignKey(
        Establishment, verbose_name="lycée qui lui succède", null=True, blank=True, on_delete=models.PROTECT, related_name="succeeded"
    )
    # What the directory says meanwhile: what the lycée is again once the closure is taken back.
    directory_state = models.CharField(
        "état dans l’annuaire", max_length=10, choices=EstablishmentState.choices, default=EstablishmentState.OPEN
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="notée par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    noted_at = models.DateTimeField("notée le", default=timezone.now)

    objects = SchoolClosureQuerySet.as_manager()

    class Meta:
        verbose_name = "fermeture de lycée"
        verbose_name_plural = "fermetures de lycées"
        ordering = ["-noted_at"]
        constraints = [
            models.UniqueConstraint(name="closure_one_standing", fields=["establishment"], condition=Q(state=ClosureState.STANDING)),
            models.CheckConstraint(
                name="closure_successor_is_another",
                condition=Q(successor=None) | ~Q(successor=models.F("establishment")),
                violation_error_message="Un lycée ne se succède pas à lui-même.",
            ),
        ]

    def __str__(self):
        return f"Fermeture : {self.establishment}"

    def get_absolute_url(self) -> str:
        return address("directory:closure", self.pk)

    @property
    def is_standing(self) -> bool:
        return self.state == ClosureState.STANDING

    @property
    def is_lifted(self) -> bool:
        return self.state == ClosureState.LIFTED
