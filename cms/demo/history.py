"""Wave 1 of Lycée 4.0, from the submission to orders at every stage; and the scoring of *Usages numériques*."""

import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from functools import partial
from random import Random

from django.db import transaction
from django.utils import timezone

from calls.actions.instruction import declare_inadmissible
from calls.actions.ticking import tick_points
from calls.conditioned.ticked_lines import ticked_in
from calls.enums import ApplicationState, Outcome, TickAnswer
from calls.models import Application, Call
from calls.reasons import worded
from cms.demo import texts
from cms.demo.advising import ask_for_opinions
from cms.demo.clock import clock_at, days_from_now, vote_day
from cms.demo.filing import approve_and_submit, fill_file, start_file
from cms.demo.people import teams_of
from cms.demo.setting import BOARDING, USAGES, USAGES_BEFORE, WAVE_1, Plan, demo_user, open_call
from cms.demo.sitting import compute, try_in_the_room, write_rules
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.actions.assessment import GivenMark, hand_in, save_marks
from scoring.actions.balance import set_frame
from scoring.actions.decision import propose_decisions, record_vote
from scoring.actions.panel import assign_readings
from scoring.actions.proposals import drop_proposals
from scoring.actions.release import release_call
from scoring.actions.scenario import retain_scenario
from scoring.actions.session import create_session, record_attendance
from scoring.enums import AssessmentState, Method
from scoring.models import Assessment, Criterion, SelectionSession
from scoring.queries.applying import left_out

PLACES = (
    48  # of wave 1, a few fewer than its envelope would fund: what its minimums are shares of. Bound by places, its proof can be published
)
FEW = 6  # acts that somebody does one after the other
When = Callable[[int, int], AbstractContextManager]  # the clock of the act of this rank, among so many
BATCH = 20  # files per transaction: quick to load, and nothing lost of the batch before if it is stopped


def load_wave_1(
    schools: Sequence[Establishment], rng: random.Random, tell: Callable[[str], None], retained: Sequence[Establishment] = ()
) -> Call:
    """Published, filed, checked, scored, decided, voted and released. Orders are then in drafts.

    `retained`: schools whose files are so good that every method retains them.
    """
    call = _file(WAVE_1, schools, rng, tell)
    _check(call, WAVE_1.closes + 6, WAVE_1.closes + 14, refused=4)
    tell("notation de la vague 1")
    _open_scoring(call, WAVE_1.closes + 15)
    score_files(call, _from(WAVE_1.closes + 18, WAVE_1.jury - 6), rng, share=1.0, best=retained)
    tell("séance, décisions, vote")
    _decide(call, tell)
    tell("notification : lettres, page de résultats, commandes")
    with clock_at(days_from_now(WAVE_1.results)):
        release_call(call=call, actor=demo_user(Role.CALL_MANAGER))
    return Call.objects.get(pk=call.pk)


def load_usages(schools: Sequence[Establishment], rng: random.Random, tell: Callable[[str], None]) -> Call:
    """Filed, admissible, and half scored."""
    call = _file(USAGES, schools, rng, tell)
    _check(call, USAGES.closes + 3, USAGES.closes + 9, refused=1)
    tell("notation d’Usages numériques, en cours")
    ask_for_opinions(call, USAGES.closes + 3)
    _open_scoring(call, USAGES.closes + 10)
    score_files(call, _from(USAGES.closes + 12, -2), rng, share=0.55)
    return call


def load_usages_before(schools: Sequence[Establishment], rng: random.Random, tell: Callable[[str], None]) -> Call:
    """The wave before, scored and deliberated now: its sitting is open, two numbers of files are compared, none is retained yet."""
    plan = USAGES_BEFORE
    call = _file(plan, schools, rng, tell)
    _check(call, plan.closes + 3, plan.closes + 9, refused=1)
    _open_scoring(call, plan.closes + 10)
    score_files(call, _from(plan.closes + 12, plan.jury - 3), rng, share=1.0)
    tell("séance d’Usages numériques 2025 : l’enveloppe partagée entre 5 ou 9 lycées")
    chair = demo_user(Role.CHAIR)
    with clock_at(days_from_now(plan.jury, 9)):
        session = open_sitting(call, chair)
    with clock_at(days_from_now(plan.jury, 10, 20)):
        for places in (5, 9):
            session = set_frame(session=session, places=places, waiting_places=3, partial_share=None, offers={}, actor=chair)
            compute(session, chair)
    return Call.objects.get(pk=call.pk)


def load_sealed(schools: Sequence[Establishment], rng: random.Random, tell: Callable[[str], None]) -> Call:
    """A sealed call that is over: its manager has asked for the opening, the administrator may open."""
    call = _file(BOARDING, schools, rng, tell)
    with clock_at(days_from_now(-1, 9)):
        return perform(call, "ask_opening", actor=demo_user(Role.CALL_MANAGER))


def open_sitting(call: Call, chair: User) -> SelectionSession:
    """The deliberation begins, everybody attends, the sitting is open."""
    manager = demo_user(Role.CALL_MANAGER)
    perform(Call.objects.get(pk=call.pk), "start_deliberation", actor=manager)
    session = create_session(call=Call.objects.get(pk=call.pk), held_at=timezone.now(), place="Hôtel de Région, salle 3", actor=manager)
    record_attendance(session=session, seats=call.panel.all(), actor=chair)
    return perform(session, "open", actor=chair)


def _file(plan: Plan, schools: Sequence[Establishment], rng: Random, tell: Callable[[str], None]) -> Call:
    with clock_at(days_from_now(plan.opens)):
        call = open_call(plan)
    teams = teams_of(schools, rng)
    tell(f"{plan.title} : {len(schools)} dossiers déposés")
    for start in range(0, len(schools), BATCH):
        with transaction.atomic():
            for index, school in enumerate(schools[start : start + BATCH], start=start):
                author, head = teams[school.pk]
                length = plan.closes - plan.opens
                with clock_at(days_from_now(plan.opens + 2 + (index * (length - 4)) // len(schools), 9 + index % 9)):
                    application = fill_file(start_file(call=call, school=school, author=author), author=author, rng=rng)
                    approve_and_submit(application, author=author, head=head)
    return call


def _check(call: Call, first: int, last: int, refused: int) -> None:
    """Admissibility, a few files at a time from the first day to the last one: all but the last few."""
    with clock_at(days_from_now(first, 8)):
        perform(call, "start_instruction", actor=demo_user(Role.CALL_MANAGER))
    check_files(call, _from(first, last), refused)


def check_files(call: Call, when: When, refused: int) -> None:
    """Every file received is admissible, but the last `refused`; a few at a time, at the hours that `when` gives."""
    officer = demo_user(Role.OFFICER)
    files = list(call.applications.filter(state=ApplicationState.SUBMITTED).order_by("pk"))
    for start in range(0, len(files), FEW):
        with when(start, len(files)), transaction.atomic():
            for rank, application in enumerate(files[start : start + FEW], start=start):
                if rank < len(files) - refused:
                    tick_all(application, officer)
                    perform(application, "declare_admissible", actor=officer)
                else:
                    declare_inadmissible(
                        application=application, wording=worded(call.reasons, ["sans-reponse"], texts.INADMISSIBLE), actor=officer
                    )


def tick_all(application: Application, officer: User) -> None:
    """An officer has looked at every point of a file, and finds nothing against it."""
    answers = {line.key: (TickAnswer.YES.value, "") for line in ticked_in(application.call.admissibility_lines)}
    if answers:
        tick_points(application=application, answers=answers, actor=officer)


def _spread(first: int, last: int, rank: int, of: int) -> AbstractContextManager[None]:
    """The clock of the act of this rank, when the acts are spread from the first day to the last one, at working hours."""
    return clock_at(days_from_now(first + rank * (last - first) // max(1, of - 1), 9 + rank % 8, rank * 7 % 60))


def _from(first: int, last: int) -> When:
    return partial(_spread, first, last)


def _open_scoring(call: Call, day: int) -> None:
    with clock_at(days_from_now(day)):
        open_scoring(call)


def open_scoring(call: Call) -> None:
    """The files are confided, each to two jurors."""
    manager = demo_user(Role.CALL_MANAGER)
    perform(Call.objects.get(pk=call.pk), "start_assessment", actor=manager)
    assign_readings(call=call, readings=2, cap=None, actor=manager)


def score_files(call: Call, when: When, rng: random.Random, share: float, best: Sequence[Establishment] = ()) -> None:
    """Each reading not handed in gets its marks; jurors differ in severity, files in quality. `share` below 1 leaves some to do."""
    fine = {school.pk for school in best}
    waiting = Assessment.objects.filter(application__call=call, state__in=(AssessmentState.ASSIGNED, *AssessmentState.STARTED))
    readings = list(waiting.select_related("juror", "application").order_by("pk"))
    criteria = list(call.grid.criteria.filter(kind="rated"))
    out = left_out(call, criteria)
    quality = {reading.application_id: rng.gauss(0.62, 0.2) for reading in readings}
    quality |= {reading.application_id: 1.1 for reading in readings if reading.application.establishment_id in fine}
    severity = {reading.juror_id: rng.gauss(0, 0.06) for reading in readings}
    done = readings[: round(len(readings) * share)]
    for start in range(0, len(done), FEW):
        with when(start, len(done)), transaction.atomic():
            for reading in done[start : start + FEW]:
                level = quality[reading.application_id] + severity[reading.juror_id]
                asked = [c for c in criteria if c.pk not in out.get(reading.application_id, ())]
                marks = {c: GivenMark(points=_points(c, level + (0 if c.is_conditional else rng.gauss(0, 0.08)))) for c in asked}
                saved = save_marks(assessment=reading, actor=reading.juror, marks=marks, comment=rng.choice(texts.COMMENTS))
                hand_in(assessment=saved, actor=reading.juror)


def _points(criterion: Criterion, level: float) -> Decimal:
    """The named level nearest to this quality, 0 to 1; a whole number of points where levels have no name."""
    wanted = Decimal(str(max(0.0, min(1.0, level)))) * criterion.max_points
    if not criterion.levels:
        return wanted.quantize(Decimal(1))
    return min((Decimal(str(step["points"])) for step in criterion.levels), key=lambda points: abs(points - wanted))


def _decide(call: Call, tell: Callable[[str], None]) -> None:
    """The jury sets its rules, compares the three methods, tries a file in, retains the order of merit under rules."""
    chair, finance = demo_user(Role.CHAIR), demo_user(Role.FINANCE)
    with clock_at(days_from_now(WAVE_1.jury, 9)):
        session = open_sitting(call, chair)
    with clock_at(days_from_now(WAVE_1.jury, 10, 20)):
        session = set_frame(session=session, places=PLACES, waiting_places=8, partial_share=None, offers={}, actor=chair)
        tell(f"{write_rules(session, chair, places=PLACES)} règles d’équilibre, trois méthodes")
        merit = compute(session, chair)[Method.MERIT]
        try_in_the_room(session, chair, merit)
    with clock_at(days_from_now(WAVE_1.jury, 16, 40)):
        retain_scenario(scenario=merit, actor=chair)
        session = perform(session, "close", actor=chair)
    with clock_at(days_from_now(WAVE_1.jury + 1, 11)):
        perform(session, "sign_minutes", actor=chair)
    with clock_at(days_from_now(WAVE_1.jury + 4, 15)):
        propose_decisions(session=session, actor=finance)
    with clock_at(days_from_now(WAVE_1.jury + 5, 9, 30)):  # too early: the legal service had not read the motives
        drop_proposals(call=Call.objects.get(pk=call.pk), reason=texts.TOO_EARLY, actor=finance)
    with clock_at(days_from_now(WAVE_1.jury + 7)):
        propose_decisions(session=session, actor=finance)
    with clock_at(days_from_now(WAVE_1.results - 1)):
        record_vote(call=call, number="26CP-0412", held_on=vote_day(days_from_now(WAVE_1.results).date()), actor=finance)


def accept_awards(call: Call, rng: random.Random) -> None:
    """Heads accept; one declines."""
    awarded = list(Application.objects.filter(call=call, outcome__in=Outcome.GRANTING).select_related("establishment").order_by("pk"))
    teams = teams_of([a.establishment for a in awarded], rng)
    for start in range(0, len(awarded) - 4, FEW):
        with _spread(WAVE_1.results + 2, WAVE_1.results + 12, start, len(awarded)), transaction.atomic():
            for application in awarded[start : min(start + FEW, len(awarded) - 4)]:
                perform(application, "accept_award", actor=teams[application.establishment_id][1])
    declined = awarded[-4]
    with clock_at(days_from_now(WAVE_1.results + 13, 14)), transaction.atomic():
        perform(declined, "decline_award", actor=teams[declined.establishment_id][1], reason="Travaux du bâtiment reportés d’un an.")
