from collections.abc import Mapping

from django.db import models
from django.utils import timezone
from django_fsm import transition

from portal.workflow.fields import StateField
from portal.workflow.ways_back import WayBack
from scoring import rules
from scoring.enums import AssessmentState


class AssessmentWorkflow(models.Model):
    """One juror's reading: taken up, handed in, reopened before the panel closes, or refused for a conflict."""

    State = AssessmentState
    state = StateField("état", default=State.ASSIGNED, choices=State.choices, protected=True, db_index=True)
    submitted_at = models.DateTimeField("rendue le", null=True, blank=True)

    ways_back = {
        State.ASSIGNED: (
            WayBack(
                "confided to the wrong juror",
                instead="« Retirer » on the page of readers (`withdraw_reading`)",
                who="`manages_jury`",
                until="the first mark",
            ),
        ),
        State.IN_PROGRESS: (WayBack("gave a wrong mark", instead="the mark is given again", who="`owns_assessment`", until="handing in"),),
        State.SUBMITTED: (WayBack("handed in too early", by="reopen", until="the deliberation"),),
        State.REOPENED: (WayBack("reopened for nothing", by="submit", until="the deliberation"),),
        State.RECUSED: (WayBack("declared an interest by mistake", instead="nothing: another juror reads the file", who="`manages_jury`"),),
    }

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.ASSIGNED, target=State.IN_PROGRESS, permission=rules.owns_assessment,
        conditions=[rules.call_is_scored, rules.file_is_before_jury], custom={"label": "Commencer", "hidden": True},
    )  # fmt: skip
    def begin(self) -> None:
        pass

    @transition(
        field=state, source=[State.ASSIGNED, State.IN_PROGRESS, State.REOPENED], target=State.SUBMITTED, permission=rules.owns_assessment,
        conditions=[rules.call_is_scored, rules.file_is_before_jury, rules.every_criterion_is_scored],
        custom={
            "label": "Rendre mon évaluation", "done": "Votre évaluation est rendue.",
            "effects": ("Vos notes entrent dans la moyenne de votre collège. Ensuite, seule la personne qui gère l’appel peut vous rendre l’évaluation.",),
        },
    )  # fmt: skip
    def submit(self, marks: Mapping[str, str] | None = None) -> None:
        """`marks` is what is handed in, criterion by criterion: the journal keeps it."""
        self.submitted_at = timezone.now()

    @transition(
        field=state, source=State.SUBMITTED, target=State.REOPENED, permission=rules.manages_jury,
        conditions=[rules.call_is_scored, rules.file_is_before_jury], custom={
            "label": "Rouvrir", "done": "L’évaluation est rouverte.", "needs_reason": True, "notify": ["assessment_reopened"],
            "effects": (
                "Ses notes redeviennent modifiables ; elles ne comptent plus tant que l’évaluation n’est pas rendue de nouveau.",
                "La personne qui a noté en est prévenue par courriel.",
            ),
        },
    )  # fmt: skip
    def reopen(self) -> None:
        pass

    @transition(
        field=state, source=[State.ASSIGNED, State.IN_PROGRESS, State.SUBMITTED, State.REOPENED], target=State.RECUSED,
        permission=rules.owns_assessment, conditions=[rules.reading_is_not_frozen],
        custom={"label": "Déclarer un intérêt", "danger": True, "hidden": True},
    )  # fmt: skip
    def recuse(self, motive: str = "") -> None:
        """`motive` is the link that the juror declares; the receiver keeps it. A mark already given leaves the average."""
