"""Calls whose vote followed a computed and proved scenario, up to their release."""

from django.utils import timezone

from calls.models import Call
from portal.workflow.gate import perform
from scoring.actions.decision import propose_decisions, record_vote
from scoring.actions.release import ask_release
from scoring.actions.run import store_run
from scoring.actions.scenario import retain_scenario
from scoring.actions.session import record_attendance
from scoring.hooks import jobs
from scoring.models import SelectionScenario
from scoring.selection.instance import Instance
from scoring.selection.proof.proving import Budget, best
from scoring.selection.result import Doctrine
from tests.factories.balance import ask, rule, sitting
from tests.factories.deliberation import Deliberation, quiet

MARKS, AMOUNTS = (90, 80, 70, 60, 58, 55, 52), (100, 100, 100, 120, 130, 110, 100)


def voted(marks=MARKS, amounts=AMOUNTS, *, money=320, doctrine=Doctrine.MERIT, **rules) -> Deliberation:
    """A call voted as its proved scenario says. `rules`: a rule of balance on the only private lycée, the last one."""
    made = sitting(marks, amounts, money=money)
    if rules:
        rule(made, **rules)
    record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    made.session = perform(made.session, "open", actor=made.chair)
    run = ask(made)
    result = best(Instance.from_dict(run.instance), doctrine, budget=Budget())
    answer = result.to_dict() | {"warnings": [], "figures": {}, "gauges": [], "explanations": {}}
    store_run(run=run, answers={doctrine.value: answer}, actor=made.chair)
    made.scenario = SelectionScenario.objects.get(doctrine=doctrine.value)
    retain_scenario(scenario=made.scenario, actor=made.chair)
    made.session = perform(made.session, "close", actor=made.chair)
    propose_decisions(session=made.session, actor=made.finance)
    record_vote(call=made.call, number="26CP-1542", held_on=timezone.localdate(), actor=made.finance)
    made.call = Call.objects.get(pk=made.call.pk)
    return made


def released(made: Deliberation) -> Deliberation:
    """The same, released as the worker does it."""
    jobs.release(ask_release(call=made.call, actor=made.manager), quiet)
    made.call = Call.objects.get(pk=made.call.pk)
    return made
