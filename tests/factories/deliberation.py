"""A call that its jury deliberates on: ranked files, panel, envelope, sitting, decisions."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from calls.enums import CallState
from calls.models import Application, Call
from calls.queries.content import asked_amounts, requested_amount
from portal.accounts.models import User
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.actions.decision import propose_decisions, record_vote, revise_decision
from scoring.actions.release import ask_release
from scoring.actions.scenario import retain_scenario
from scoring.actions.session import record_attendance
from scoring.enums import AssessmentState
from scoring.hooks import jobs
from scoring.models import Envelope, FundingDecision, Grid, PanelMember, Score, SelectionScenario, SelectionSession, Waiver
from tests.factories.accounts import person
from tests.factories.calls import ASKED_IN_EUROS, AnswerFactory, ApplicationFactory, CallFactory, RequestLineFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.factories.runs import ranked
from tests.factories.scoring import (
    AssessmentFactory,
    CriterionFactory,
    EnvelopeFactory,
    GridFactory,
    PanelMemberFactory,
    SelectionSessionFactory,
)


@dataclass
class Deliberation:
    """The people and the objects of one call, from its ranking on."""

    call: Call
    grid: Grid
    envelope: Envelope
    manager: User
    finance: User
    chair: User
    juror: User
    seats: list[PanelMember]
    files: list[Application] = field(default_factory=list)
    session: SelectionSession | None = None
    scenario: SelectionScenario | None = None


def deliberation(
    marks=(90, 80, 70, 60), amounts=(100, 100, 100, 100), *, money=250, schools=None, asked: dict | None = None
) -> Deliberation:
    """A call in deliberation whose files have these scores (out of 100, None for no mark) and requests (euros, one need of 10;
    none for 0). `asked`: amounts that they ask for beside, file by file: {"cout": ("120.00", …), "stage": (…)}.
    """
    call = CallFactory(state=CallState.DELIBERATION, closed=True, with_questionnaire=ASKED_IN_EUROS if asked else None)
    grid = GridFactory(call=call, frozen_at=timezone.now())
    criterion = CriterionFactory(grid=grid, label="Qualité du projet", max_points=100)
    region = AuthorityFactory(region=True)
    chair, juror = person(Role.CHAIR, authority=region), person(Role.JUROR, authority=region)
    seats = [PanelMemberFactory(call=call, user=chair, body=region, is_chair=True), PanelMemberFactory(call=call, user=juror, body=region)]
    made = Deliberation(
        call=call,
        grid=grid,
        envelope=EnvelopeFactory(call=call, amount=Decimal(money)),
        manager=person(Role.CALL_MANAGER),
        finance=person(Role.FINANCE),
        chair=chair,
        juror=juror,
        seats=seats,
    )
    for index, (mark, amount) in enumerate(zip(marks, amounts, strict=True)):
        school = (schools[index] if schools else None) or EstablishmentFactory()
        made.files.append(scored_file(call, criterion, juror, region, school, mark, Decimal(amount)))
        if mark is None:
            waive(made, index)
        ask_in_euros(made.files[-1], {key: values[index] for key, values in (asked or {}).items()})
    return made


def ask_in_euros(application: Application, amounts: dict[str, str]) -> None:
    """Have a file ask for these amounts (question → euros) beside its needs."""
    for key, value in amounts.items():
        AnswerFactory(application=application, question_key=key, value=value)
    if amounts:
        application.requested_amount = requested_amount(application)
        application.save(update_fields=["requested_amount"])


def waive(made: Deliberation, index: int, reason: str = "Juré empêché.") -> Waiver:
    """The jury goes on without all the evaluations of a file, and somebody says why."""
    return Waiver.objects.create(application=made.files[index], reason=reason, granted_by=made.manager)


def scored_file(call, criterion, juror, body, school, mark, amount) -> Application:
    """One admissible file with one need of ten pieces (none for no amount) and one mark handed in (none when `mark` is None)."""
    application = ApplicationFactory(call=call, establishment=school, admissible=True, requested_amount=amount)
    if amount:
        RequestLineFactory(application=application, quantity=10, unit_price_amount=amount / 10, vat_rate=Decimal(0))
    if mark is not None:
        reading = AssessmentFactory(
            application=application, juror=juror, body=body, state=AssessmentState.SUBMITTED, submitted_at=timezone.now()
        )
        Score.objects.create(assessment=reading, criterion=criterion, points=Decimal(mark))
    return application


def sit(made: Deliberation, **frame) -> Deliberation:
    """Open a sitting with everybody present and one scenario, retained: the ranked list (`frame`: see `ranked`)."""
    made.session = SelectionSessionFactory(call=made.call)
    record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    made.session = perform(made.session, "open", actor=made.chair)
    made.scenario = ranked(made.session, made.chair, **frame)
    made.scenario = retain_scenario(scenario=made.scenario, actor=made.chair)
    return made


def close(made: Deliberation, **frame) -> Deliberation:
    """The same, closed."""
    sit(made, **frame)
    made.session = perform(made.session, "close", actor=made.chair)
    return made


def propose(made: Deliberation, **frame) -> Deliberation:
    """The same, with its decisions proposed by finance."""
    close(made, **frame)
    propose_decisions(session=made.session, actor=made.finance)
    return made


def vote(made: Deliberation, **frame) -> Deliberation:
    """The same, voted today."""
    propose(made, **frame)
    record_vote(call=made.call, number="26CP-1542", held_on=timezone.localdate(), actor=made.finance)
    made.call = Call.objects.get(pk=made.call.pk)
    return made


def release(made: Deliberation, **frame) -> Deliberation:
    """The same, released, as the worker does it."""
    vote(made, **frame)
    jobs.release(ask_release(call=made.call, actor=made.manager), quiet)
    return made


def revise(made: Deliberation, index: int, **changes) -> FundingDecision:
    """The decision on one file, changed by finance; without changes, written again as it is."""
    decision = FundingDecision.objects.get(application=made.files[index])
    arguments = {
        "version": decision.version,
        "outcome": decision.outcome,
        "envelope": made.envelope,
        "quantities": {need.pk: need.quantity for need in made.files[index].lines.all()},
        "amounts": {asked.key: asked.amount for asked in asked_amounts(made.files[index])},
        "motive": "Projet solide.",
        "actor": made.finance,
    }
    return revise_decision(decision=decision, **(arguments | changes))


def quiet(done, total, note=""):
    """A progress that nobody looks at."""
