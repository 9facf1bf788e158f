"""Who sits in the jury, and who reads what."""

from django.db import IntegrityError, transaction

from calls.enums import CallState
from calls.models import Application, Call
from portal.accounts.models import User
from portal.directory.enums import AuthorityKind
from portal.directory.models import Authority
from portal.journal import recorder
from portal.notifications import outbox
from portal.text.french import count
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import refuse_unseen
from scoring import rules
from scoring.enums import AssessmentState
from scoring.marks.assignment import AssignmentPlan, FileToRead, Juror, plan_readings
from scoring.models import Assessment, PanelMember
from scoring.queries import conflicts as conflicts_queries
from scoring.queries import jury, panel


@transaction.atomic
def seat_member(*, call: Call, user: User, body: Authority, is_chair: bool, actor: User) -> PanelMember:
    """Give a person a seat for one body. Raises TransitionRefused for somebody without the role, who already sits, or once a sitting
    is closed."""
    _open_panel(call)
    if gaps := rules.seat_gaps(user, is_chair=is_chair):
        raise TransitionRefused(gaps)
    member, created = PanelMember.objects.get_or_create(call=call, user=user, defaults={"body": body, "is_chair": is_chair})
    if not created:
        raise TransitionRefused([f"{user} siège déjà dans ce jury, pour {member.body}."], wrong_state=True)
    recorder.record(call, "seat_member", actor=actor, data={"person": user, "body": body, "chair": is_chair})
    return member


@transaction.atomic
def unseat_member(*, member: PanelMember, actor: User, seen: str | None = None) -> None:
    """Take a person out of the jury with the readings not begun. Raises TransitionRefused once something is scored, or a sitting closed,
    or when other files were confided than the page, `seen`, had counted."""
    _open_panel(member.call)
    if panel.has_scored(member):
        raise TransitionRefused([f"{member.user} a déjà commencé à noter : son siège reste, pour mémoire."])
    readings = Assessment.objects.filter(juror_id=member.user_id, application__call_id=member.call_id)
    confided = count(readings.count(), "dossier lui est confié", "dossiers lui sont confiés")
    refuse_unseen(seen, panel.seat_with_readings(member), now=f"{confided}, pour {member.body}")
    removed = readings.delete()[0]
    kept = {"person": member.user, "body": member.body, "readings": removed, "row": member.pk}
    recorder.record(member.call, "unseat_member", actor=actor, data=kept)
    member.delete()


def _open_panel(call: Call) -> None:
    """The minutes name the panel as it was: it does not change any more once a sitting is closed."""
    if jury.is_decided_by_a_sitting(call):
        raise TransitionRefused(["La séance du jury est close : la composition du jury ne change plus."], wrong_state=True)


def plan_assignment(*, call: Call, readings: int, cap: int | None) -> AssignmentPlan:
    """What an automatic assignment would add, without writing anything."""
    seats = list(call.panel.select_related("body"))
    people = {seat.user_id for seat in seats}
    given = panel.readings_by_file(call)
    conflicts = conflicts_queries.conflict_pairs(call, people)
    regions = tuple(sorted({seat.body_id for seat in seats if seat.body.kind == AuthorityKind.REGION}))
    seated = {seat.body_id for seat in seats}
    barred = _barred(conflicts, given)
    rows = jury.files_before_jury(call).order_by("reference").values_list("pk", "reference", "establishment__authority_id")
    live = {pk: {juror for juror, state in given.get(pk, []) if state != AssessmentState.RECUSED} for pk, _, _ in rows}
    loads = {user: sum(user in readers for readers in live.values()) for user in people}
    files = [
        FileToRead(
            key=pk,
            reference=reference,
            must=tuple(dict.fromkeys((*regions, *((authority,) if authority in seated else ())))),
            readers=frozenset(live[pk]),
            barred=frozenset(barred.get(pk, ())),
        )
        for pk, reference, authority in rows
    ]
    jurors = [Juror(seat.user_id, seat.body_id, loads[seat.user_id]) for seat in seats]
    return plan_readings(jurors, files, readings=readings, cap=cap)


def _barred(conflicts: set[tuple[int, int]], given: dict) -> dict[int, set[int]]:
    """For each file, those who may not read it: in conflict, or already recused."""
    barred: dict[int, set[int]] = {}
    for user, file in conflicts:
        barred.setdefault(file, set()).add(user)
    for file, pairs in given.items():
        barred.setdefault(file, set()).update(juror for juror, state in pairs if state == AssessmentState.RECUSED)
    return barred


@transaction.atomic
def assign_readings(*, call: Call, readings: int, cap: int | None, actor: User) -> AssignmentPlan:
    """Carry out the automatic assignment. Idempotent: what exists is kept, a second run adds nothing. Notifies each juror once."""
    call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    _open_to_assignment(call)
    plan = plan_assignment(call=call, readings=readings, cap=cap)
    seats = {seat.user_id: seat for seat in call.panel.select_related("user", "body")}
    Assessment.objects.bulk_create(
        [Assessment(application_id=file, juror_id=juror, body_id=seats[juror].body_id) for file, juror in plan.added], batch_size=500
    )
    if plan.added:
        told = {"added": len(plan.added), "readings": readings, "cap": cap, "gaps": len(plan.gaps)}
        recorder.record(call, "assign_readings", actor=actor, data=told)
    for user in sorted({juror for _, juror in plan.added}):
        outbox.post("assessments_assigned", about=seats[user], actor=actor)
    return plan


@transaction.atomic
def assign_reader(*, application: Application, member: PanelMember, actor: User) -> Assessment:
    """Confide one file to one juror by hand. Raises TransitionRefused for a conflict, a recusal or a reading that exists."""
    _open_to_assignment(application.call)
    if (member.user_id, application.pk) in conflicts_queries.conflict_pairs(application.call, [member.user_id]):
        raise TransitionRefused([f"{member.user} a un lien d’intérêt avec ce lycée : ce dossier ne peut pas lui être confié."])
    try:
        with transaction.atomic():
            assessment = Assessment.objects.create(application=application, juror_id=member.user_id, body_id=member.body_id)
    except IntegrityError as error:
        raise TransitionRefused([f"{member.user} a déjà ce dossier, ou s’est déporté."]) from error
    recorder.record(assessment, "assign_reader", actor=actor)
    outbox.post("assessments_assigned", about=member, actor=actor)
    return assessment


@transaction.atomic
def withdraw_reading(*, assessment: Assessment, actor: User) -> None:
    """Take back a file that the juror has not begun. Raises TransitionRefused once something is written."""
    assessment = Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
    if assessment.state != AssessmentState.ASSIGNED or assessment.scores.exists():
        raise TransitionRefused(["La lecture de ce dossier est commencée : elle ne se retire plus."], wrong_state=True)
    kept = {"juror": assessment.juror, "call": assessment.application.call.reference}
    recorder.record(assessment, "withdraw_reading", actor=actor, data=kept)
    assessment.delete()


def _open_to_assignment(call: Call) -> None:
    if call.state not in CallState.OPEN_TO_PANEL:
        raise TransitionRefused(
            [f"Les dossiers se confient pendant l’instruction et la notation ; l’appel est « {call.get_state_display()} »."],
            wrong_state=True,
        )
