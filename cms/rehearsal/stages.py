"""How far the life of a rehearsed call is taken, and what takes it further: the same acts as in reality, by the personas."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from django.db import models, transaction
from django.utils import timezone

from calls.enums import ApplicationState, CallState
from calls.models import Call
from cms.demo import history, sitting
from cms.demo.setting import demo_user
from portal.accounts.models import User
from portal.directory.demo import SEED
from portal.rehearsal import building
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.balance import set_frame
from scoring.actions.decision import propose_decisions, record_vote
from scoring.actions.scenario import retain_scenario
from scoring.enums import Method, SessionState
from scoring.models import FundingDecision, SelectionSession

READ_BY_THE_OTHERS = 0.8  # of the evaluations: the last are left to play


class RehearsalStage(models.TextChoices):
    """Where one may begin to play; each holds what came before."""

    WRITING = "writing", "Le dépôt"
    CLOSED = "closed", "La clôture"
    READING = "reading", "La lecture"
    SITTING = "sitting", "La séance"
    DECISION = "decision", "La décision"


@dataclass(frozen=True)
class RehearsalStep:
    """What the staff's page says of a stage: what one finds there, what the press does."""

    stage: RehearsalStage
    found: str
    done: str
    take: Callable[[Call], None]


def take_to(call_key: int, wanted: RehearsalStage, tell: Callable[[int, int, str], None]) -> None:
    """Inside: carry out what is left up to `wanted`. What somebody has already played is found done and is left as they played it.

    Raises TransitionRefused, with the sentences of the act that is not possible.
    """
    ahead = [step for step in STEPS if list(RehearsalStage).index(step.stage) <= list(RehearsalStage).index(wanted)]
    for done, step in enumerate(ahead):
        tell(done, len(ahead), step.stage.label)
        step.take(Call.objects.get(pk=call_key))
    building.finish(wanted)


def _close(call: Call) -> None:
    """The closing comes now."""
    if call.accepts_submissions:
        call.closes_at, call.grace_minutes, call.latest_closing = timezone.now(), 0, None
        call.save(update_fields=["closes_at", "grace_minutes", "latest_closing"])


def _read(call: Call) -> None:
    """Every file admissible, confided to two readers each; most evaluations handed in."""
    if call.state == CallState.PUBLISHED:
        perform(call, "start_instruction", actor=demo_user(Role.CALL_MANAGER))
        call = Call.objects.get(pk=call.pk)
    if call.state == CallState.INSTRUCTION:
        history.check_files(call, _now, refused=0)
        history.open_scoring(call)
        history.score_files(Call.objects.get(pk=call.pk), _now, random.Random(SEED), share=READ_BY_THE_OTHERS)  # noqa: S311


def _sit(call: Call) -> None:
    """The last evaluations handed in, the sitting open, its rules written, a selection computed."""
    chair = demo_user(Role.CHAIR)
    if call.is_scored:
        history.score_files(call, _now, random.Random(SEED), share=1.0)  # noqa: S311 -- made-up marks
        history.open_sitting(call, chair)
    session = call.sessions.order_by("-pk").first()
    if session is None:
        raise TransitionRefused(["La délibération est ouverte sans séance : créez-la avec Hélène Vautrin, ou recommencez la répétition."])
    if session.state == SessionState.OPEN and not session.scenarios.exists():
        files = call.applications.filter(state=ApplicationState.ADMISSIBLE).count()
        places = max(1, files // 2)
        session = set_frame(session=session, places=places, waiting_places=2, partial_share=None, offers={}, actor=chair)
        if not session.balance_rules.exists():  # the call has published none
            sitting.write_rules(session, chair, places=places)
        sitting.compute(session, chair)


def _decide(call: Call) -> None:
    """The selection by merit retained, the minutes signed, the decisions proposed and voted: what is left is to make them known."""
    if not call.is_deliberated:
        return
    chair, finance = demo_user(Role.CHAIR), demo_user(Role.FINANCE)
    session = SelectionSession.objects.filter(call=call).latest("pk")
    if session.state == SessionState.OPEN:
        if not session.scenarios.filter(retained_at__isnull=False).exists():
            _retain(session, chair)
        session = perform(session, "close", actor=chair)
    if session.state == SessionState.CLOSED:
        session = perform(session, "sign_minutes", actor=chair)
    if not FundingDecision.objects.filter(application__call=call).exists():
        propose_decisions(session=session, actor=finance)
    with transaction.atomic():
        record_vote(call=call, number="REP-0001", held_on=timezone.localdate(), actor=finance)


def _retain(session: SelectionSession, chair: User) -> None:
    """The selection by merit under rules; where the published rules cannot hold with so few files, another one that the sitting has."""
    refusal = TransitionRefused(["Aucune sélection n’est calculée dans cette séance."])
    for scenario in sorted(session.scenarios.order_by("-pk"), key=lambda one: one.doctrine != Method.MERIT):
        try:
            with transaction.atomic():
                retain_scenario(scenario=scenario, actor=chair)
                return
        except TransitionRefused as refused:
            refusal = refused
    raise refusal


def _now(rank: int, of: int) -> AbstractContextManager:
    return nullcontext()


STEPS = (
    RehearsalStep(RehearsalStage.CLOSED, "L’appel clos, des dossiers reçus, l’instruction à ouvrir.", "Clore l’appel", _close),
    RehearsalStep(
        RehearsalStage.READING,
        "Les dossiers recevables, confiés à deux lecteurs chacun ; il reste des évaluations à rendre.",
        "Aller à la lecture",
        _read,
    ),
    RehearsalStep(
        RehearsalStage.SITTING, "La séance ouverte, toutes les notes rendues, une sélection calculée.", "Aller à la séance", _sit
    ),
    RehearsalStep(
        RehearsalStage.DECISION,
        "Le procès-verbal signé, les décisions votées : il reste à publier les résultats.",
        "Aller à la décision",
        _decide,
    ),
)
