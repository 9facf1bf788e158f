from datetime import date

from django.db import models
from django_fsm import FSMField, transition

from calls import rules
from calls.enums import CallState


class CallWorkflow(models.Model):
    """Life of a call for projects. Open and closed are not states: they are read on the clock."""

    State = CallState
    state = FSMField("état", default=State.DRAFT, choices=State.choices, protected=True, db_index=True)

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.DRAFT, target=State.PUBLISHED, permission=rules.manages_call,
        conditions=[rules.call_is_publishable], custom={"label": "Publier l’appel"},
    )  # fmt: skip
    def publish(self) -> None:
        """The questionnaire is frozen by the receiver of this transition."""

    @transition(
        field=state, source=State.PUBLISHED, target=State.INSTRUCTION, permission=rules.manages_call,
        conditions=[rules.call_is_over], custom={"label": "Ouvrir l’instruction"},
    )  # fmt: skip
    def start_instruction(self) -> None:
        pass

    @transition(
        field=state, source=State.INSTRUCTION, target=State.ASSESSMENT, permission=rules.manages_call,
        conditions=[rules.every_file_is_checked], custom={"label": "Ouvrir la notation"},
    )  # fmt: skip
    def start_assessment(self) -> None:
        pass

    @transition(
        field=state, source=State.ASSESSMENT, target=State.DELIBERATION, permission=rules.manages_call,
        custom={"label": "Ouvrir la délibération"},
    )  # fmt: skip
    def start_deliberation(self) -> None:
        pass

    @transition(
        field=state, source=State.DELIBERATION, target=State.VOTED, permission=rules.records_votes,
        custom={"label": "Enregistrer le vote", "hidden": True},
    )  # fmt: skip
    def record_vote(self, number: str | None = None, held_on: date | None = None) -> None:
        pass

    @transition(
        field=state, source=State.VOTED, target=State.RELEASED, permission=rules.manages_call,
        custom={"label": "Publier les résultats", "hidden": True},
    )  # fmt: skip
    def release(self) -> None:
        pass

    @transition(
        field=state, source=State.RELEASED, target=State.ARCHIVED, permission=rules.manages_call, custom={"label": "Archiver"},
    )  # fmt: skip
    def archive(self) -> None:
        pass

    @transition(
        field=state, source=[State.DRAFT, State.PUBLISHED], target=State.WITHDRAWN, permission=rules.manages_call,
        conditions=[rules.no_file_is_filed], custom={"label": "Retirer l’appel", "danger": True, "needs_reason": True},
    )  # fmt: skip
    def withdraw(self) -> None:
        pass
