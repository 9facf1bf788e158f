from datetime import date

from django.db import models
from django.utils import timezone
from django_fsm import transition

from portal.workflow.fields import StateField
from portal.workflow.ways_back import WayBack
from scoring import rules
from scoring.enums import JuryQuestionState


class JuryQuestionWorkflow(models.Model):
    """A juror asks, whoever manages the jury sends, the lycée answers in the thread of the criterion; the file stays frozen."""

    State = JuryQuestionState
    state = StateField("état", default=State.PROPOSED, choices=State.choices, protected=True, db_index=True)
    due_on = models.DateField("réponse attendue jusqu’au", null=True, blank=True)
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True)
    answered_at = models.DateTimeField("répondue le", null=True, blank=True)

    ways_back = {
        State.PROPOSED: (WayBack("asked by mistake", by="withdraw", until="its sending"),),
        State.SENT: (
            WayBack("sent by mistake", instead="its message is withdrawn in the thread", who="who sent it", until="ten minutes"),
            WayBack("no answer is needed any more", by="end"),
        ),
        State.ANSWERED: (
            WayBack("answered by mistake", instead="the message is withdrawn in the thread", who="its author", until="ten minutes"),
        ),
        State.UNANSWERED: (WayBack("the lycée had something to answer", instead="a message in the thread", who="the team of the lycée"),),
        State.ENDED: (WayBack("ended too early", instead="a late answer still comes, and is marked late", who="the team of the lycée"),),
        State.WITHDRAWN: (WayBack("withdrawn by mistake", instead="the question is asked again", who="a juror, on their reading"),),
    }

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.PROPOSED, target=State.SENT, permission=rules.sends_questions,
        conditions=[rules.sitting_is_to_come, rules.question_is_before_jury], custom={"label": "Envoyer au lycée", "hidden": True},
    )  # fmt: skip
    def send(self, due_on: date | None = None) -> None:
        """`due_on` is the last day of the answer; the message of the thread is written by the same act."""
        self.due_on, self.sent_at = due_on or self.due_on, timezone.now()

    @transition(
        field=state, source=State.PROPOSED, target=State.WITHDRAWN, permission=rules.asks_or_manages,
        custom={
            "label": "Retirer la question", "done": "La question est retirée.", "danger": True, "confirm": True,
            "effects": ("Le lycée ne l’a pas lue et ne la lira pas ; elle reste à l’historique.", "Pour la poser de nouveau, il faut la réécrire."),
        },
    )  # fmt: skip
    def withdraw(self) -> None:
        pass

    @transition(
        field=state, source=State.SENT, target=State.ENDED, permission=rules.sends_questions,
        custom={
            "label": "Ne plus attendre la réponse", "done": "La réponse n’est plus attendue.", "confirm": True,
            "effects": (
                "Le jury lit que la réponse n’est plus attendue, et note sans elle ; aucun courriel ne part.",
                "Si le lycée répond tout de même, sa réponse est montrée au jury, marquée hors délai.",
            ),
        },
    )  # fmt: skip
    def end(self) -> None:
        pass

    @transition(
        field=state, source=[State.SENT, State.ENDED, State.UNANSWERED], target=State.ANSWERED, permission=rules.nobody,
        custom={"label": "Répondre", "hidden": True},
    )  # fmt: skip
    def answer(self) -> None:
        """The lycée has written in the thread."""
        self.answered_at = timezone.now()

    @transition(
        field=state, source=State.SENT, target=State.UNANSWERED, permission=rules.nobody, custom={"label": "Rien à répondre", "hidden": True},
    )  # fmt: skip
    def leave_unanswered(self) -> None:
        """The lycée has closed the thread: nothing to answer."""

    @transition(
        field=state, source=State.ANSWERED, target=State.SENT, permission=rules.nobody, custom={"label": "Réponse retirée", "hidden": True},
    )  # fmt: skip
    def await_again(self) -> None:
        """The lycée has withdrawn its answer."""
        self.answered_at = None

    @transition(
        field=state, source=State.SENT, target=State.PROPOSED, permission=rules.nobody, custom={"label": "Envoi retiré", "hidden": True},
    )  # fmt: skip
    def take_back(self) -> None:
        """Its message was withdrawn before the lycée read it."""
        self.due_on, self.sent_at = None, None
