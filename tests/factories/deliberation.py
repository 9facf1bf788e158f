"""A call that its jury deliberates on: ranked files, panel, envelope, sitting, decisions.

Up to its vote it is kept for the process (tests.kept_rows), step by step, by what was asked: each test has rows and objects of its own.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import UserSettingsHolder, settings
from django.db import connection
from django.utils import timezone

from calls.enums import CallState
from calls.models import Application, Call
from calls.queries.content import asked_amounts, requested_amount
from calls.reasons import NOTHING_SAID, Wording
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.rehearsal.places import current
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
from tests.kept_rows import once


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
    kept_as: str = ""  # what was asked for it up to now; nothing for what is built in truth


def deliberation(
    marks=(90, 80, 70, 60), amounts=(100, 100, 100, 100), *, money=250, schools=None, asked: dict | None = None
) -> Deliberation:
    """A call in deliberation whose files have these scores (out of 100, None for no mark) and requests (euros, one need of 10;
    none for 0). `asked`: amounts that they ask for beside, file by file: {"cout": ("120.00", …), "stage": (…)}.
    """
    marks, amounts = tuple(marks), tuple(amounts)
    if schools or not _may_be_kept():
        return _deliberation(marks, amounts, money, schools, asked)
    name = f"{timezone.localdate()} {(marks, amounts, money, asked)!r}"
    made = pickle.loads(once(lambda: pickle.dumps(_deliberation(marks, amounts, money, None, asked)), named=name, reads_all=True))  # noqa: S301 - ours
    made.kept_as = name
    return made


def _may_be_kept() -> bool:
    """On a ground where nothing is, in a test that commits nothing, under the settings of all tests, outside rehearsals."""
    plain = connection.in_atomic_block and not isinstance(settings._wrapped, UserSettingsHolder) and current() is None
    return plain and not any(model.objects.exists() for model in (User, Establishment, Call))


def _go_on(made: Deliberation, act: Callable[..., dict[str, Any]], **frame) -> Deliberation:
    """One step more; `act` gives what it changes of `made`."""
    if not made.kept_as or not connection.in_atomic_block or isinstance(settings._wrapped, UserSettingsHolder):
        made.kept_as = ""
        vars(made).update(act(made, **frame))
        return made
    people = (made.manager, made.finance, made.chair, *made.seats, made.call, made.session)
    made.kept_as += f" {act.__name__} {frame!r} {[each and each.pk for each in people]}"
    vars(made).update(pickle.loads(once(lambda: pickle.dumps(act(made, **frame)), named=made.kept_as, reads_all=True)))  # noqa: S301 - ours
    return made


def _deliberation(marks: tuple, amounts: tuple, money, schools, asked: dict | None) -> Deliberation:
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
    return _go_on(made, _sit, **frame)


def close(made: Deliberation, **frame) -> Deliberation:
    """The same, closed."""
    return _go_on(sit(made, **frame), _close)


def propose(made: Deliberation, **frame) -> Deliberation:
    """The same, with its decisions proposed by finance."""
    return _go_on(close(made, **frame), _propose)


def vote(made: Deliberation, **frame) -> Deliberation:
    """The same, voted today."""
    return _go_on(propose(made, **frame), _vote)


def _sit(made: Deliberation, **frame) -> dict[str, Any]:
    session = SelectionSessionFactory(call=made.call)
    record_attendance(session=session, seats=made.seats, actor=made.manager)
    session = perform(session, "open", actor=made.chair)
    scenario = ranked(session, made.chair, **frame)
    return {"session": session, "scenario": retain_scenario(scenario=scenario, actor=made.chair)}


def _close(made: Deliberation) -> dict[str, Any]:
    return {"session": perform(made.session, "close", actor=made.chair)}


def _propose(made: Deliberation) -> dict[str, Any]:
    propose_decisions(session=made.session, actor=made.finance)
    return {}


def _vote(made: Deliberation) -> dict[str, Any]:
    record_vote(call=made.call, number="26CP-1542", held_on=timezone.localdate(), actor=made.finance)
    return {"call": Call.objects.get(pk=made.call.pk)}


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
        "cuts": AnyCut(),
        "actor": made.finance,
    }
    return revise_decision(decision=decision, **(arguments | changes))


class AnyCut(dict):
    """A reason for whatever line is cut."""

    def get(self, key: str, default: Wording = NOTHING_SAID) -> Wording:
        return Wording(precision="La Région ne finance pas toute cette ligne.")


def quiet(done, total, note=""):
    """A progress that nobody looks at."""
