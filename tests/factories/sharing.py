"""Sittings whose envelope is shared by quality and by the number retained."""

from portal.workflow.gate import perform
from scoring.actions.decision import propose_decisions
from scoring.actions.scenario import retain_scenario
from scoring.actions.session import record_attendance
from scoring.models import AmountPolicy, FundingDecision, SelectionScenario
from tests.factories.balance import places, sitting, solved

BANDS = [["80.00", 3], ["60.00", 1]]


def shared(count: int | None = 3, *, money=2400, marks=(90, 80, 70, 60), amounts=(1000, 1500, 1000, 1000), schools=None, **fields):
    """A sitting whose envelope is shared: needs of ten pieces each; the first two files weigh 3, the others 1."""
    made = sitting(marks, amounts, money=money, schools=schools)
    rule = {"way": "shared", "bands": BANDS, "step": 1000} | fields
    AmountPolicy.objects.create(call=made.call, **rule)
    made.call.refresh_from_db()
    return places(made, count) if count else made


def chosen(made, count: int = 3, **options) -> SelectionScenario:
    """The first files in order of merit, as the optimiser would choose them without rules."""
    return solved(made, made.files[:count], **options)


def decided(made, scenario, count: int = 3):
    """The sitting held and closed on this scenario, its decisions proposed."""
    record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    made.session = perform(made.session, "open", actor=made.chair)
    retain_scenario(scenario=scenario, actor=made.chair)
    made.session = perform(made.session, "close", actor=made.chair)
    propose_decisions(session=made.session, actor=made.finance)
    return [FundingDecision.objects.get(application=file) for file in made.files]
