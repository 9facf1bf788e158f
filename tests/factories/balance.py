"""Sittings with rules of balance, and a solver that answers without solving."""

from decimal import Decimal

from portal.jobs.models import Job
from scoring.actions.balance import save_rule, set_frame
from scoring.actions.run import ask_run, store_run
from scoring.models import BalanceRule, SelectionRun, SelectionScenario
from scoring.wording.drafts import RuleDraft
from tests.factories.deliberation import Deliberation, deliberation
from tests.factories.directory import EstablishmentFactory
from tests.factories.runs import answer
from tests.factories.scoring import SelectionSessionFactory

PRIVATE = "sector:private"


def sitting(marks=(90, 80, 70, 60), amounts=(100, 100, 100, 100), *, money=250, schools=None, **fields) -> Deliberation:
    """A prepared sitting on these files; the last one is private unless schools are given."""
    schools = schools or [EstablishmentFactory() for _ in marks[1:]] + [EstablishmentFactory(private=True)]
    made = deliberation(marks, amounts, money=money, schools=schools)
    made.session = SelectionSessionFactory(call=made.call, **fields)
    return made


def draft(groups=(PRIVATE,), *, measure="count", minimum=None, maximum=None, **fields) -> RuleDraft:
    low, high = (None if value is None else Decimal(value) for value in (minimum, maximum))
    return RuleDraft(measure=measure, groups=tuple(groups), minimum=low, maximum=high, **fields)


def rule(made: Deliberation, groups=(PRIVATE,), **fields) -> BalanceRule:
    """One stored rule of this sitting."""
    return save_rule(session=made.session, draft=draft(groups, **fields), actor=made.chair)


def places(made: Deliberation, count: int | None, *, waiting_places: int = 0, partial_share: int | None = None) -> Deliberation:
    made.session = set_frame(
        session=made.session, places=count, waiting_places=waiting_places, partial_share=partial_share, offers={}, actor=made.chair
    )
    return made


def ask(made: Deliberation, doctrine: str = "") -> SelectionRun:
    """A run asked for by the chair, not solved: the job waits for a commit that a test never makes."""
    ask_run(session=made.session, actor=made.chair, doctrine=doctrine)
    return SelectionRun.objects.order_by("-pk").first()


def taken(run: SelectionRun) -> SelectionRun:
    """The run, its job taken by the test, which solves it: a proof waits behind a computation that stays queued for seconds."""
    Job.objects.filter(kind="scoring.select", params__run=run.pk).update(state=Job.State.DONE)
    return run


def solved(made: Deliberation, chosen, *, doctrine="merit", composed=False, **explanations) -> SelectionScenario:
    """An optimised scenario that selects these files, stored as the worker would."""
    run = ask(made, doctrine if composed else "")
    references = [getattr(one, "reference", one) for one in chosen]
    answers = {doctrine: answer(run, references, doctrine=doctrine, **explanations)}
    made_scenarios = store_run(run=run, answers=answers, actor=made.chair)
    return next(scenario for scenario in made_scenarios if scenario.is_optimised)
