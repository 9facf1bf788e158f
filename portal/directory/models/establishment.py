"""The official directory: who supervises, where, and the lycées."""

from typing import Self

from django.db import models

from portal.addresses import address
from portal.directory import facts
from portal.directory.enums import (
    MINISTRY_LABELS,
    NATURE_LABELS,
    RURAL_LEVELS,
    AuthorityKind,
    Category,
    Contract,
    EstablishmentState,
    Fact,
    IpsDefinition,
    Pathway,
    PriorityEducation,
    Sector,
)
from portal.roles import Person
from portal.text.folding import fold


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
    """A lycée, as the official directory describes it. Imports write, people read; facts that it leaves empty may be declared."""

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
    # Who follows it on the spot: what the table of the agencies says of it, of its commune, or of its département.
    agency = models.ForeignKey(
        Territory, verbose_name="agence territoriale", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed"
    )
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
    pupils_year = models.CharField("année scolaire des élèves", max_length=9, blank=True)
    has_boarding = models.BooleanField("internat", null=True, blank=True)  # empty in some rows of the directory: not known
    priority_education = models.CharField("éducation prioritaire", max_length=10, choices=PriorityEducation.choices, blank=True)
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
        return facts.is_said(Fact.PATHWAYS, facts.values_of(Fact.PATHWAYS, self))

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
