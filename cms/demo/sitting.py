"""A sitting that the optimiser prepares: rules of balance in proportion to the files, and its scenarios, solved at once."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone

from calls.models import Call
from cms.demo.setting import demo_user
from portal.accounts.models import User
from portal.directory.enums import AuthorityKind
from portal.directory.models import Authority
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.actions.balance import save_rule, set_frame
from scoring.actions.envelope import EnvelopeTerms, create_envelope
from scoring.actions.lock import lock_file
from scoring.actions.panel import seat_member
from scoring.actions.proof import record_proof
from scoring.actions.run import freeze_run, store_run
from scoring.actions.session import create_session, record_attendance
from scoring.actions.verification import record_confirmation
from scoring.enums import Density, GroupDimension, Method, RuleMeasure
from scoring.models import SelectionScenario, SelectionSession
from scoring.optimiser.process import Proving, Solve, has_second_solver, solve_all
from scoring.queries.balance import frame_of
from scoring.queries.scenario import with_proof
from scoring.selection.result import EXPLAINED_AND_PROVED
from scoring.wording.drafts import RuleDraft

# Dimension, and how much of its proportional share each group is promised: rural lycées more than their share.
PROMISES = (
    (GroupDimension.AUTHORITY, Fraction(4, 5)),
    (GroupDimension.SECTOR, Fraction(1)),
    (GroupDimension.DENSITY, Fraction(3, 2)),
    (GroupDimension.PATHWAY, Fraction(3, 4)),
)
PROMISED_TO_RURAL_ONLY = f"{GroupDimension.DENSITY}:{Density.RURAL}"
PLACES = 50
PROVED_WITHIN = 60  # seconds of processor


def write_rules(session: SelectionSession, actor: User, *, places: int) -> int:
    """Minimums by authority, sector, rural lycées and pathway, for a selection of about `places` files. Returns how many."""
    frame, groups = frame_of(session, actor)
    written = 0
    for dimension, promise in PROMISES:
        for group in groups.get(dimension.label, []):
            least = min(group.count, int(promise * places * group.count / max(1, len(frame.files))))
            if least < 1 or (dimension == GroupDimension.DENSITY and group.key != PROMISED_TO_RURAL_ONLY):
                continue
            draft = RuleDraft(RuleMeasure.COUNT, (group.key,), minimum=Decimal(least), lowest_minimum=Decimal(least // 2))
            save_rule(session=session, draft=draft, actor=actor)
            written += 1
    return written


def compute(session: SelectionSession, actor: User, doctrine: str = "") -> dict[str, SelectionScenario]:
    """What the worker does after a press, at once: the scenarios by method, confirmed where a second solver is installed."""
    run = freeze_run(session=session, actor=actor, doctrine=doctrine)
    wanted = [doctrine] if doctrine else [Method.MERIT.value, Method.SUM.value]
    answers = solve_all(run.instance, [Solve(one) for one in wanted])
    stored = store_run(run=run, answers=dict(zip(wanted, answers, strict=True)), actor=actor)
    optimised = [scenario for scenario in stored if scenario.is_optimised]
    if has_second_solver() and optimised:
        again = solve_all(run.instance, [Solve(scenario.doctrine, "cpsat", explain=False) for scenario in optimised])
        for scenario, answer in zip(optimised, again, strict=True):
            record_confirmation(scenario=scenario, answer=answer, actor=actor)
    _prove(optimised, actor)
    return {scenario.doctrine: scenario for scenario in stored}


def _prove(scenarios: Sequence[SelectionScenario], actor: User) -> None:
    """What goes on behind a computation: the proofs of the explanations."""
    for scenario in scenarios:
        given = {
            "instance": scenario.run.instance,
            "result": with_proof(scenario),
            "seconds": PROVED_WITHIN,
            "explain": EXPLAINED_AND_PROVED,
        }
        answer = solve_all(scenario.run.instance, [Proving(scenario.doctrine, given=given, gently=False)])[0]
        record_proof(scenario=scenario, answer=answer, actor=actor)
        scenario.refresh_from_db()


def try_in_the_room(session: SelectionSession, actor: User, merit: SelectionScenario) -> SelectionScenario | None:
    """The jury lets the best refused file in and sees what it costs."""
    refused = merit.lines.filter(is_selected=False, score__isnull=False).select_related("application").order_by("position").first()
    if refused is None:
        return None
    lock_file(session=session, application=refused.application, side="in", reason="Projet porté avec le réseau voisin.", actor=actor)
    return compute(session, actor, Method.MERIT.value).get(Method.MERIT)


def prepare_load_sitting(call: Call, tell: Callable[[str], None]) -> SelectionSession:
    """For measuring: the call of a load in deliberation, its sitting open with fifty places and its rules, nothing computed yet."""
    manager, chair = demo_user(Role.CALL_MANAGER), demo_user(Role.CHAIR)
    region = Authority.objects.filter(kind=AuthorityKind.REGION).order_by("pk").first()
    seat_member(call=call, user=chair, body=region, is_chair=True, actor=manager)
    create_envelope(call=call, terms=EnvelopeTerms("Équipement des lycées", call.budget_amount), actor=demo_user(Role.FINANCE))
    perform(call, "start_deliberation", actor=manager)
    fresh = Call.objects.get(pk=call.pk)
    session = create_session(call=fresh, held_at=timezone.now(), place="Hôtel de Région", actor=manager)
    record_attendance(session=session, seats=fresh.panel.all(), actor=manager)
    session = perform(session, "open", actor=chair)
    session = set_frame(session=session, places=PLACES, waiting_places=8, partial_share=None, offers={}, actor=chair)
    tell(f"séance ouverte : {PLACES} places, {write_rules(session, chair, places=PLACES)} règles")
    return session
