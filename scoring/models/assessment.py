from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django_fsm import ConcurrentTransitionMixin

from calls.models import Application
from calls.models.application import before_jury_at
from portal.accounts.models import User
from portal.addresses import address
from portal.directory.models import Authority
from scoring import rules
from scoring.enums import Applies, AssessmentState
from scoring.models.grid import Criterion
from scoring.models.interest import in_conflict_with, juror_in_conflict
from scoring.workflows.assessment import AssessmentWorkflow


class AssessmentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """A juror's own readings, all of them for whoever runs or audits the jury; never a file in conflict with the reader."""
        if rules.follows_jury(user):
            mine = self.exclude(state=AssessmentState.RECUSED, juror_id=user.pk)
        else:
            mine = self.filter(juror_id=user.pk).exclude(state=AssessmentState.RECUSED) if rules.sits_in_jury(user) else self.none()
        return mine.exclude(in_conflict_with(user, "application__"))

    def of(self, user: User) -> Self:
        """The assessments a juror may open: their own, without recusals nor conflicts."""
        return self.visible_to(user).filter(juror_id=user.pk) if rules.sits_in_jury(user) else self.none()

    def with_conflicts(self) -> Self:
        """Each with `in_conflict`: whether its juror has a conflict with its file."""
        return self.annotate(in_conflict=juror_in_conflict())

    def live(self) -> Self:
        """Those that somebody is reading or has read: everything but recusals, and but files that are no longer before the jury."""
        return self.exclude(state=AssessmentState.RECUSED).filter(before_jury_at("application__"))

    def counted(self) -> Self:
        """Those that enter the score: said once and for all when the sitting closes, found in states and conflicts until then."""
        live = before_jury_at("application__") & Q(is_counted=None, state=AssessmentState.SUBMITTED, in_conflict=False)
        return self.with_conflicts().filter(Q(is_counted=True) | live)


class Assessment(ConcurrentTransitionMixin, AssessmentWorkflow):
    """One juror's reading of one file."""

    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.PROTECT, related_name="assessments")
    juror = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="juré", on_delete=models.PROTECT, related_name="assessments")
    body = models.ForeignKey(Authority, verbose_name="collège", on_delete=models.PROTECT, related_name="+")
    comment = models.TextField("appréciation", blank=True)
    comment_version = models.PositiveIntegerField("version de l’appréciation", default=0)
    is_flagged = models.BooleanField("à relire", default=False)
    assigned_at = models.DateTimeField("confié le", default=timezone.now)
    saved_at = models.DateTimeField("enregistrée le", null=True, blank=True)
    is_counted = models.BooleanField("compte dans la note, une fois la séance close", null=True, editable=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = "évaluation"
        verbose_name_plural = "évaluations"
        ordering = ["application__reference", "pk"]
        constraints = [
            models.UniqueConstraint(name="assessment_once_per_juror", fields=["application", "juror"]),
            models.CheckConstraint(
                name="assessment_submitted_has_date",
                condition=~Q(state=AssessmentState.SUBMITTED) | Q(submitted_at__isnull=False),
                violation_error_message="Une évaluation rendue porte une date.",
            ),
        ]

    def __str__(self):
        return f"{self.application.reference} par {self.juror}"

    def get_absolute_url(self) -> str:
        return address("scoring:assessment", self.pk)

    @cached_property
    def applicabilities(self) -> "dict[int, Applicability]":
        """What was decided for its file of each criterion with a condition, by criterion (id). Empty, and no query, in a grid without conditions."""
        grid = getattr(self.application.call, "grid", None)
        return {each.criterion_id: each for each in self.application.applicabilities.all()} if grid and grid.is_conditional else {}

    @property
    def left_out(self) -> frozenset[int]:
        """The criteria (ids) that do not apply to its file: nobody marks them."""
        return frozenset(key for key, each in self.applicabilities.items() if each.is_out)

    @property
    def is_untouched(self) -> bool:
        """Confided, and not begun: it may still be taken back."""
        return self.state == AssessmentState.ASSIGNED

    @property
    def is_frozen(self) -> bool:
        """Whether the sitting of its call is closed: the reading counts or does not, whatever is learnt afterwards."""
        return self.is_counted is not None

    @property
    def is_handed_in(self) -> bool:
        return self.state == AssessmentState.SUBMITTED

    @property
    def is_open(self) -> bool:
        """Whether its juror may still write in it, as far as the reading itself is concerned."""
        return self.state in (AssessmentState.ASSIGNED, AssessmentState.IN_PROGRESS, AssessmentState.REOPENED)


class Score(models.Model):
    """Points of one juror on one rated criterion. Not applicable is said so with a remark, and is null, never 0."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    points = models.DecimalField("points", max_digits=5, decimal_places=2, null=True, blank=True)
    is_applicable = models.BooleanField("s’applique", default=True)
    remark = models.CharField("remarque", max_length=500, blank=True)
    version = models.PositiveIntegerField("version", default=0)

    class Meta:
        verbose_name = "note"
        verbose_name_plural = "notes"
        constraints = [
            models.UniqueConstraint(name="score_once_per_criterion", fields=["assessment", "criterion"]),
            models.CheckConstraint(
                name="score_not_negative",
                condition=Q(points=None) | Q(points__gte=0),
                violation_error_message="Une note n’est pas négative.",
            ),
            models.CheckConstraint(
                name="score_not_applicable_is_null_with_remark",
                condition=Q(is_applicable=True) | (Q(points=None) & ~Q(remark="")),
                violation_error_message="Un critère qui ne s’applique pas n’a pas de points, et une remarque dit pourquoi.",
            ),
        ]

    def __str__(self):
        return f"{self.criterion} : {self.points}"

    @property
    def is_given(self) -> bool:
        """Points, or a reasoned "not applicable"; a remark alone is not a mark."""
        return self.points is not None or not self.is_applicable


class Applicability(models.Model):
    """Whether one criterion with a condition applies to one file, with the facts that decide. Decided when marks are computed, for every file at once."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="applicabilities")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="applicabilities")
    applies = models.CharField("s’applique", max_length=10, choices=Applies.choices)
    facts = models.TextField("ce qui en décide")  # "Le lycée n’a pas d’internat."

    class Meta:
        verbose_name = "application d’un critère"
        verbose_name_plural = "applications de critères"
        constraints = [models.UniqueConstraint(name="applicability_once_per_criterion", fields=["application", "criterion"])]

    def __str__(self):
        return f"{self.criterion} : {self.get_applies_display().lower()}"

    @property
    def is_out(self) -> bool:
        """Whether the criterion is known not to apply."""
        return self.applies == Applies.NO

    @property
    def is_doubtful(self) -> bool:
        return self.applies == Applies.UNKNOWN


class ComputedMark(models.Model):
    """Points of one computed criterion for one file, with the sentence that explains them."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="computed_marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="computed_marks")
    points = models.DecimalField("points", max_digits=5, decimal_places=2, null=True, blank=True)
    reason = models.CharField("explication", max_length=300)

    class Meta:
        verbose_name = "point calculé"
        verbose_name_plural = "points calculés"
        constraints = [
            models.UniqueConstraint(name="computed_once_per_criterion", fields=["application", "criterion"]),
            models.CheckConstraint(
                name="computed_not_negative",
                condition=Q(points=None) | Q(points__gte=0),
                violation_error_message="Un point calculé n’est pas négatif.",
            ),
        ]

    def __str__(self):
        return f"{self.criterion} : {self.points}"
