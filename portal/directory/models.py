from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import ConcurrentTransitionMixin

from portal.addresses import address
from portal.directory import rules
from portal.directory.enums import (
    DECLARABLE,
    MINISTRY_LABELS,
    NATURE_LABELS,
    RURAL_LEVELS,
    AuthorityKind,
    Category,
    ClosureState,
    Contract,
    DeclarationState,
    EstablishmentState,
    IpsDefinition,
    Pathway,
    Sector,
)
from portal.directory.workflow import PathwayDeclarationWorkflow, SchoolClosureWorkflow
from portal.roles import Person
from portal.text.french import of_school
from portal.text.search import fold


class Authority(models.Model):
    """Who sits in the jury and supervises lycées: the Région, an académie (rectorat), the DRAAF."""

    code = models.CharField("code", max_length=12, unique=True)  # "region-44", "academie-12", "draaf-44"
    kind = models.CharField("nature", max_length=10, choices=AuthorityKind.choices)
    name = models.CharField("nom", max_length=80)  # "Académie de Reims", "DRAAF Grand Est"
    short_name = models.CharField("nom court", max_length=30)  # "Reims", "DRAAF"

    class Meta:
        verbose_name = "autorité"
        verbose_name_plural = "autorités"
        ordering = ["kind", "name"]

    def __str__(self):
        return self.name


class Territory(models.Model):
    """A département or a territorial agency of the Région; a département belongs to one agency at most."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "Département"
        AGENCY = "agency", "Agence territoriale"

    kind = models.CharField("nature", max_length=12, choices=Kind.choices)
    code = models.CharField("code", max_length=12)  # INSEE code of a département: "54", "2A", "971"
    name = models.CharField("nom", max_length=80)
    parent = models.ForeignKey("self", verbose_name="agence", null=True, blank=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        verbose_name = "territoire"
        verbose_name_plural = "territoires"
        ordering = ["kind", "code"]
        constraints = [models.UniqueConstraint(name="territory_unique_code", fields=["kind", "code"])]

    def __str__(self):
        return f"{self.name} ({self.code})" if self.kind == self.Kind.DEPARTMENT else self.name


def comparison_keys(uai: str, name: str, commune_name: str) -> dict[str, str]:
    """The columns of an establishment that searches and sorts compare, by name of field."""
    return {
        "search_text": fold(f"{uai} {name} {commune_name}")[:300],
        "name_key": fold(name)[:160],
        "commune_key": fold(commune_name)[:80],
    }


class EstablishmentQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.exclude(state=EstablishmentState.CLOSED)

    def visible_to(self, user: Person) -> Self:
        """The directory is public information: every signed-in person reads it. Mail addresses are shown to staff only."""
        return self.all() if user.is_authenticated else self.none()


class Establishment(models.Model):
    """A lycée, as the official directory describes it. Imports write, people read; pathways that it leaves empty may be declared."""

    uai = models.CharField("UAI", max_length=8, unique=True)
    name = models.CharField("nom", max_length=160)
    sector = models.CharField("secteur", max_length=10, choices=Sector.choices)
    category = models.CharField("statut", max_length=24, choices=Category.choices, db_index=True)
    contract = models.CharField("contrat", max_length=2, choices=Contract.choices, default=Contract.NOT_APPLICABLE)
    ministry = models.CharField("ministère de tutelle", max_length=80)
    nature_code = models.CharField("nature", max_length=3, blank=True)
    nature_label = models.CharField("libellé de nature", max_length=80, blank=True)
    authority = models.ForeignKey(Authority, verbose_name="autorité", on_delete=models.PROTECT, related_name="establishments")
    department = models.ForeignKey(Territory, verbose_name="département", on_delete=models.PROTECT, related_name="establishments")
    region_code = models.CharField("région", max_length=3, db_index=True)
    has_general = models.BooleanField("voie générale", default=False)
    has_technological = models.BooleanField("voie technologique", default=False)
    has_vocational = models.BooleanField("voie professionnelle", default=False)
    has_agricultural = models.BooleanField("enseignement agricole", default=False)
    address = models.CharField("adresse", max_length=200, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    commune_code = models.CharField("code commune", max_length=5, db_index=True)
    commune_name = models.CharField("commune", max_length=80)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("adresse institutionnelle", blank=True)
    website = models.CharField("site", max_length=300, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    pupils = models.PositiveIntegerField("élèves", null=True, blank=True)
    has_boarding = models.BooleanField("internat", default=False)
    latitude = models.DecimalField("latitude", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("longitude", max_digits=9, decimal_places=6, null=True, blank=True)
    density_level = models.PositiveSmallIntegerField("niveau de densité", null=True, blank=True)  # INSEE 1 (dense) to 7
    ips = models.DecimalField("IPS", max_digits=5, decimal_places=1, null=True, blank=True)
    ips_year = models.CharField("rentrée de l’IPS", max_length=9, blank=True)
    parent_uai = models.CharField("établissement de rattachement", max_length=8, blank=True)
    opened_on = models.DateField("ouvert le", null=True, blank=True)
    state = models.CharField("état", max_length=10, choices=EstablishmentState.choices, default=EstablishmentState.OPEN)
    source_updated_on = models.DateField("mise à jour de la source", null=True, blank=True)
    # What searches and sorts compare, without accents nor capitals: the same order on SQLite and PostgreSQL.
    search_text = models.CharField(max_length=300, blank=True, editable=False, db_index=True)
    name_key = models.CharField(max_length=160, blank=True, editable=False, db_index=True)
    commune_key = models.CharField(max_length=80, blank=True, editable=False, db_index=True)

    objects = EstablishmentQuerySet.as_manager()

    class Meta:
        verbose_name = "établissement"
        verbose_name_plural = "établissements"
        ordering = ["department__code", "commune_key", "name_key"]

    def __str__(self):
        return f"{self.name}, {self.commune_name}"

    def save(self, *args, **kwargs) -> None:
        for name, value in comparison_keys(self.uai, self.name, self.commune_name).items():
            setattr(self, name, value)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address("directory:establishment", self.uai)

    @property
    def is_closed(self) -> bool:
        return self.state == EstablishmentState.CLOSED

    @property
    def is_closing(self) -> bool:
        return self.state == EstablishmentState.CLOSING

    @property
    def town(self) -> str:
        """« Metz (57) », as lists place a lycée; reads the department."""
        return f"{self.commune_name} ({self.department.code})"

    @property
    def pathways(self) -> list[Pathway]:
        return [pathway for pathway in Pathway if getattr(self, f"has_{pathway.value}")]

    @property
    def pathways_label(self) -> str:
        """« Générale, technologique »; empty when the annuaire says nothing."""
        return ", ".join(pathway.label for pathway in self.pathways).capitalize()

    @property
    def knows_pathways(self) -> bool:
        """Whether one of the three pathways of the annuaire is known, read there or declared and confirmed."""
        return any(getattr(self, f"has_{pathway.value}") for pathway in DECLARABLE)

    @property
    def ips_definition(self) -> IpsDefinition | None:
        """What its index counts; None without an index."""
        return IpsDefinition.of(self.ips_year) if self.ips is not None else None

    @property
    def ministry_label(self) -> str:
        return MINISTRY_LABELS.get(self.ministry, self.ministry.capitalize())

    @property
    def nature_text(self) -> str:
        return NATURE_LABELS.get(self.nature_code, self.nature_label.capitalize())

    @property
    def is_rural(self) -> bool | None:
        """Rural in the sense of INSEE's density grid; None when the commune's level is not known."""
        return None if self.density_level is None else self.density_level in RURAL_LEVELS


class PathwayDeclarationQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """To be confirmed, or confirmed."""
        return self.filter(state__in=DeclarationState.STANDING)

    def to_answer(self) -> Self:
        return self.filter(state=DeclarationState.DECLARED)

    def visible_to(self, user: Person) -> Self:
        """Those of one's own lycée; all of them for who keeps the directory or audits."""
        if not user.is_authenticated:
            return self.none()
        return self if rules.reads_declarations(user) else self.filter(establishment__in=user.establishment_ids)


class PathwayDeclaration(ConcurrentTransitionMixin, PathwayDeclarationWorkflow):
    """The pathways of a lycée, as its head declares them where the official directory has none."""

    establishment = models.ForeignKey(
        Establishment, verbose_name="établissement", on_delete=models.PROTECT, related_name="pathway_declarations"
    )
    has_general = models.BooleanField("voie générale", default=False)
    has_technological = models.BooleanField("voie technologique", default=False)
    has_vocational = models.BooleanField("voie professionnelle", default=False)
    note = models.CharField("précision", max_length=300, blank=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="déclaré par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    declared_at = models.DateTimeField("déclaré le", default=timezone.now)

    objects = PathwayDeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = "déclaration de voies"
        verbose_name_plural = "déclarations de voies"
        ordering = ["-declared_at"]
        constraints = [
            models.UniqueConstraint(
                name="declaration_one_standing", fields=["establishment"], condition=Q(state__in=DeclarationState.STANDING)
            ),
            models.CheckConstraint(
                name="declaration_says_a_pathway",
                condition=Q(has_general=True) | Q(has_technological=True) | Q(has_vocational=True),
                violation_error_message="Une déclaration dit au moins une voie.",
            ),
        ]

    def __str__(self):
        return f"Voies {of_school(self.establishment)}"

    def get_absolute_url(self) -> str:
        return address("directory:declaration", self.pk)

    @property
    def fields(self) -> dict[str, bool]:
        """What it makes of the three columns of its establishment."""
        return {f"has_{pathway.value}": getattr(self, f"has_{pathway.value}") for pathway in DECLARABLE}

    @property
    def label(self) -> str:
        """« professionnelle », « générale, technologique »."""
        return ", ".join(pathway.label.lower() for pathway in DECLARABLE if getattr(self, f"has_{pathway.value}"))

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
