from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import ConcurrentTransitionMixin

from calls.models import Application
from portal.accounts.models import User
from portal.addresses import address
from portal.threads.models import Post
from scoring import rules
from scoring.enums import JuryQuestionState
from scoring.models.assessment import Assessment
from scoring.models.grid import Criterion
from scoring.models.interest import in_conflict_with
from scoring.workflows.question import JuryQuestionWorkflow


class JuryQuestionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """All of them for who follows the jury; for a juror, one's own and those that were sent, on the files of one's pile. Never in conflict."""
        if not user.is_authenticated:
            return self.none()
        apart = self.exclude(in_conflict_with(user, "application__"))
        if rules.follows_jury(user):
            return apart
        if not rules.sits_in_jury(user):
            return self.none()
        pile = Assessment.objects.of(user).order_by().values("application_id")
        return apart.filter(Q(asked_by=user) | Q(state__in=JuryQuestionState.KNOWN), application__in=pile)


class JuryQuestion(ConcurrentTransitionMixin, JuryQuestionWorkflow):
    """What a juror asks a lycée about one criterion of its file. The lycée never reads who asked."""

    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.PROTECT, related_name="jury_questions")
    criterion = models.ForeignKey(Criterion, verbose_name="critère", on_delete=models.PROTECT, related_name="questions")
    text = models.TextField("question")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="posée par", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("posée le", default=timezone.now)
    post = models.OneToOneField(Post, null=True, on_delete=models.PROTECT, related_name="jury_question")  # the last by which it was sent

    objects = JuryQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "question du jury"
        verbose_name_plural = "questions du jury"
        ordering = ["application__reference", "criterion__position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="jury_question_sent_has_date",
                condition=~Q(state__in=JuryQuestionState.KNOWN) | Q(sent_at__isnull=False, due_on__isnull=False),
                violation_error_message="Une question envoyée porte sa date et celle de la réponse.",
            )
        ]

    def __str__(self):
        return f"Question du jury, {self.application.reference}, {self.criterion}"

    def get_absolute_url(self) -> str:
        return address("scoring:jury_question", self.pk)

    @property
    def is_known(self) -> bool:
        """Whether the lycée has it."""
        return self.state in JuryQuestionState.KNOWN

    @property
    def awaits_answer(self) -> bool:
        return self.state == JuryQuestionState.SENT

    @property
    def is_proposed(self) -> bool:
        return self.state == JuryQuestionState.PROPOSED

    @property
    def is_late(self) -> bool:
        """Nothing came by the last day, or what came, came after it."""
        if self.due_on is None or self.state == JuryQuestionState.UNANSWERED:
            return False
        return timezone.localdate(self.answered_at) > self.due_on if self.answered_at else timezone.localdate() > self.due_on

    def is_hidden_from(self, user: User) -> bool:
        """Whether this person has a conflict with the file."""
        return Application.objects.filter(in_conflict_with(user), pk=self.application_id).exists()
