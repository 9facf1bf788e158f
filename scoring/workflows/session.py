from django.db import models
from django.utils import timezone
from django_fsm import FSMField, transition

from portal.workflow.ways_back import WayBack
from scoring import rules
from scoring.enums import SessionState


class SelectionSessionWorkflow(models.Model):
    """A sitting of the jury."""

    State = SessionState
    state = FSMField("état", default=State.PREPARED, choices=State.choices, protected=True, db_index=True)
    opened_at = models.DateTimeField("ouverte le", null=True, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    signed_at = models.DateTimeField("procès-verbal signé le", null=True, blank=True)

    ways_back = {
        State.PREPARED: (
            WayBack(
                "prepared a sitting wrongly",
                instead="day, place (`reschedule_session`), attendance, places, envelopes and rules are changed on its pages",
                who="`runs_session`",
                until="its opening",
            ),
        ),
        State.OPEN: (WayBack("opened too early"),),
        State.CLOSED: (WayBack("closed too early"),),
        State.MINUTES_SIGNED: (WayBack("signed minutes that are wrong"),),
    }

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.PREPARED, target=State.OPEN, permission=rules.runs_session,
        conditions=[rules.call_is_deliberated, rules.chair_attends], custom={"label": "Ouvrir la séance", "effects": rules.opening},
    )  # fmt: skip
    def open(self) -> None:
        self.opened_at = timezone.now()

    @transition(
        field=state, source=State.OPEN, target=State.CLOSED, permission=rules.chairs_session,
        conditions=[rules.call_is_deliberated, rules.ready_to_close, rules.no_other_session_is_closed],
        custom={"label": "Clore la séance", "effects": rules.closing},
    )  # fmt: skip
    def close(self) -> None:
        """From here on the retained scenario is frozen; a receiver closes the scoring of its files."""
        self.closed_at = timezone.now()

    @transition(
        field=state, source=State.CLOSED, target=State.MINUTES_SIGNED, permission=rules.chairs_session,
        conditions=[rules.ready_to_sign], custom={"label": "Signer le procès-verbal", "effects": rules.signing},
    )  # fmt: skip
    def sign_minutes(self) -> None:
        self.signed_at = timezone.now()
