from django.db import models
from django_fsm import FSMField, transition

from scoring import rules
from scoring.enums import SessionState as State


class SelectionSessionWorkflow(models.Model):
    """A sitting of the jury."""

    state = FSMField("état", default=State.PREPARED, choices=State.choices, protected=True, db_index=True)

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.PREPARED, target=State.OPEN, permission=rules.runs_session,
        conditions=[rules.somebody_attends], custom={"label": "Ouvrir la séance"},
    )  # fmt: skip
    def open(self):
        pass

    @transition(
        field=state, source=State.OPEN, target=State.CLOSED, permission=rules.chairs_session,
        conditions=[rules.a_scenario_is_retained], custom={"label": "Clore la séance", "confirm": True},
    )  # fmt: skip
    def close(self):
        pass

    @transition(
        field=state, source=State.CLOSED, target=State.MINUTES_SIGNED, permission=rules.chairs_session, custom={"label": "Signer le procès-verbal"},
    )  # fmt: skip
    def sign_minutes(self):
        pass
