"""The next step of a sitting, and whose it is: the one full button of its page, or who is awaited."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.accounts.models import User
from scoring import rules
from scoring.enums import SessionState
from scoring.models import SelectionScenario, SelectionSession
from scoring.queries import next_step as steps
from scoring.queries.session import Attendance

CHAIR = "La présidence du jury s’en charge."
FINANCES = "Les finances s’en chargent."


@dataclass(frozen=True)
class SittingStep:
    """`act`: what the reader presses next ("attendance", "compute", "retain", "propose", or the name of a transition); empty when it is for
    somebody else, which `told` then says in French, or when nothing is left to do here."""

    act: str = ""
    told: str = ""

    @property
    def css(self) -> dict[str, str]:
        """How each button of the head that is no transition looks: full for the next step alone."""
        return {act: "btn-primary" if act == self.act else "btn-outline-primary" for act in ("attendance", "compute", "retain")}


def step_of_sitting(
    session: SelectionSession, user: User, attendance: Attendance, scenarios: Sequence[SelectionScenario], *, shown_is_stale: bool
) -> SittingStep:
    """What comes next. `shown_is_stale`: the scenario on the page was computed with other data: it can be neither retained nor closed upon."""
    if session.is_over:
        return _once_over(session, user)
    if not rules.runs_session(session, user):
        return SittingStep()
    if session.is_prepared:
        return SittingStep("open" if attendance.chair_present else "attendance")
    if not scenarios or shown_is_stale:
        return SittingStep("compute")
    if not any(scenario.is_retained for scenario in scenarios):
        return SittingStep("retain")
    return SittingStep("close") if rules.chairs_session(session, user) else SittingStep(told=f"clore la séance. {CHAIR}")


def _once_over(session: SelectionSession, user: User) -> SittingStep:
    """The signature and the decisions, which may come in any order: each reader has its own."""
    if session.is_cancelled:
        return SittingStep()
    signs = session.state == SessionState.CLOSED
    if signs and rules.chairs_session(session, user):
        return SittingStep("sign_minutes")
    if not rules.reads_decisions(user):
        return SittingStep()
    proposes = steps.step_of(session.call) == steps.PROPOSE
    if proposes and rules.decides_funding(session.call, user):
        return SittingStep("propose")
    if signs:
        return SittingStep(told=f"signer le procès-verbal. {CHAIR}")
    return SittingStep(told=f"proposer les décisions. {FINANCES}") if proposes else SittingStep()
