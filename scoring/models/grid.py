from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls.models import Call
from portal.addresses import address
from portal.text.dates import figures
from portal.text.french import of
from scoring.enums import CriterionKind


class Grid(models.Model):
    """The scoring grid of a call. Scores are published out of `scale` points, two decimals."""

    call = models.OneToOneField(Call, verbose_name="appel", on_delete=models.CASCADE, related_name="grid")
    scale = models.PositiveSmallIntegerField("barème", default=100)
    spread_alert = models.PositiveSmallIntegerField("écart à discuter (points)", default=25)
    frozen_at = models.DateTimeField("figée le", null=True, blank=True)
    computed_at = models.DateTimeField("points calculés le", null=True, blank=True)

    class Meta:
        verbose_name = "grille"
        verbose_name_plural = "grilles"

    def __str__(self):
        return f"Grille {of(self.call)}"

    def get_absolute_url(self) -> str:
        return address("scoring:grid", self.call.reference)

    @property
    def is_frozen(self) -> bool:
        """Whether its weights are public: from the publication of the call on, they change by an erratum alone."""
        return self.frozen_at is not None

    @property
    def is_conditional(self) -> bool:
        """Whether one of its criteria at least applies to some files only."""
        return any(criterion.is_conditional for criterion in self.criteria.all())

    @property
    def takes_errata(self) -> bool:
        """Frozen, and no mark refers to it yet."""
        return self.is_frozen and self.call.is_before_scoring


class Criterion(models.Model):
    """One criterion: rated by jurors on named levels, or computed from the directory with its reason."""

    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="criteria")
    key = models.SlugField("code", max_length=40)
    group = models.CharField("groupe", max_length=80)
    label = models.CharField("critère", max_length=120)
    help = models.TextField("ce qu’on regarde", blank=True)
    kind = models.CharField("nature", max_length=10, choices=CriterionKind.choices, default=CriterionKind.RATED)
    weight = models.PositiveSmallIntegerField("poids", default=1)
    max_points = models.PositiveSmallIntegerField("maximum", default=5)
    levels = models.JSONField("niveaux", default=list, blank=True)  # [{"points": 0, "label": "Absent", "description": "…"}]
    function = models.CharField("règle de calcul", max_length=60, blank=True)  # key in scoring.criteria
    parameters = models.JSONField("réglages de la règle", default=dict, blank=True)  # {"rural": "80"}: those that differ from their default
    question_keys = models.JSONField("questions liées", default=list, blank=True)
    applies_if = models.JSONField("s’applique si", null=True, blank=True)  # scoring.criteria.applying; none: to every file
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "critère"
        verbose_name_plural = "critères"
        ordering = ["grid", "position", "pk"]
        constraints = [
            models.UniqueConstraint(name="criterion_unique_key", fields=["grid", "key"]),
            models.CheckConstraint(
                name="criterion_computed_has_function",
                condition=Q(kind="rated", function="") | (Q(kind="computed") & ~Q(function="")),
                violation_error_message="Un critère calculé nomme sa règle.",
            ),
            models.CheckConstraint(
                name="criterion_maximum_positive",
                condition=Q(max_points__gte=1),
                violation_error_message="Le maximum d’un critère vaut au moins 1.",
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def is_rated(self) -> bool:
        return self.kind == CriterionKind.RATED

    @property
    def is_conditional(self) -> bool:
        """Whether it applies to some files only."""
        return self.applies_if is not None


class GridErratum(models.Model):
    """One correction of a grid already public: what was changed and why, read by everybody on the page of the call."""

    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="errata")
    text = models.CharField("erratum", max_length=500)
    changes = models.JSONField("ce qui change", default=list)  # French sentences: "Poids de « Équipe » : 2 devient 3."
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="publié par", on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField("publié le", default=timezone.now)

    class Meta:
        verbose_name = "erratum de la grille"
        verbose_name_plural = "errata de la grille"
        ordering = ["published_at", "pk"]

    def __str__(self):
        return f"Erratum du {figures(self.published_at)}, {self.grid}"
