"""The sitting of a jury: what it is made of, who does what, and what it freezes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls.enums import CallState
from calls.models import Application
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.scenario import drop_scenario, retain_scenario, run_scenario
from scoring.actions.session import create_session, record_attendance
from scoring.enums import LineMotive, SessionState
from scoring.models import InterestDeclaration, Score, SelectionScenario, SelectionSession
from scoring.queries.conflicts import hidden_ids
from scoring.queries.scenario import input_digest, lines_of, replay
from scoring.queries.session import attendance_of, quota_groups
from scoring.selection.ranked_list import Motive
from tests.factories.accounts import person
from tests.factories.deliberation import close, deliberation, parameters, private_quota, sit
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import SelectionSessionFactory
from tests.factories.workflow import arrows

pytestmark = pytest.mark.django_db

# -- The workflow ---------------------------------------------------------------------------------------------------------------


def test_session_workflow_is_exactly_this():
    assert arrows(SelectionSession) == {
        ("prepared", "open", "open"),
        ("open", "close", "closed"),
        ("closed", "sign_minutes", "minutes_signed"),
    }


ALLOWED = {
    "open": {"chair", Role.CALL_MANAGER, Role.ADMIN},
    "close": {"chair"},
    "sign_minutes": {"chair"},
}


@pytest.mark.parametrize("transition", ALLOWED)
@pytest.mark.parametrize("role", ["chair", "juror", "other chair", "ex-chair", *Role])
def test_session_transition_is_carried_out_by_its_role_only(transition, role):
    made = deliberation()
    if transition == "open":
        made.session = SelectionSessionFactory(call=made.call)
        record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    else:
        (close if transition == "sign_minutes" else sit)(made)
    if role == "ex-chair":
        made.chair.role_grants.update(ended_at=timezone.now() - timedelta(days=1))
        made.chair = type(made.chair).objects.get(pk=made.chair.pk)
    known = {"chair": made.chair, "ex-chair": made.chair, "juror": made.juror, "other chair": person(Role.CHAIR)}
    actor = known.get(role) or person(role, at=made.files[0].establishment if role in (Role.MEMBER, Role.HEAD) else None)
    before = made.session.state

    if role in ALLOWED[transition]:
        perform(made.session, transition, actor=actor)
        assert SelectionSession.objects.get().state != before
    else:
        with pytest.raises(PermissionDenied):
            perform(made.session, transition, actor=actor)
        assert SelectionSession.objects.get().state == before


def test_motive_codes_of_lines_are_those_of_the_cut_and_of_the_optimiser():
    optimiser = {"rule_in", "rule_out", "overall_out", "outscored", "forced_in", "forced_out"}

    assert {choice.value for choice in LineMotive} == {motive.value for motive in Motive} | optimiser


# -- Preparing --------------------------------------------------------------------------------------------------------------------


def test_session_is_created_for_a_call_in_deliberation_only():
    made = deliberation()
    made.call = type(made.call).objects.get(pk=made.call.pk)
    type(made.call).objects.filter(pk=made.call.pk).update(state=CallState.ASSESSMENT)
    made.call = type(made.call).objects.get(pk=made.call.pk)

    with pytest.raises(TransitionRefused):
        create_session(call=made.call, held_at=timezone.now(), place="", actor=made.manager)

    assert SelectionSession.objects.count() == 0


def test_session_is_created_by_whoever_manages_the_jury():
    made = deliberation()

    with pytest.raises(PermissionDenied):
        create_session(call=made.call, held_at=timezone.now(), place="", actor=made.finance)
    created = create_session(call=made.call, held_at=timezone.now(), place="Salle des commissions", actor=made.manager)

    assert created.state == SessionState.PREPARED
    assert [entry.action for entry in JournalEntry.objects.filter(subject_id=str(created.pk))] == ["create_session"]


def test_session_opens_with_its_chair_only():
    made = deliberation()
    session = SelectionSessionFactory(call=made.call)

    with pytest.raises(TransitionRefused, match="feuille de présence est vide"):
        perform(session, "open", actor=made.manager)
    record_attendance(session=session, seats=[made.seats[1]], actor=made.manager)
    with pytest.raises(TransitionRefused, match="présidence du jury n’est pas présente"):
        perform(session, "open", actor=made.manager)
    record_attendance(session=session, seats=made.seats, actor=made.manager)
    opened = perform(session, "open", actor=made.manager)

    assert (opened.state, opened.opened_at is not None) == ("open", True)


def test_attendance_ignores_seats_of_another_panel():
    made, other = deliberation(), deliberation()
    session = SelectionSessionFactory(call=made.call)

    record_attendance(session=session, seats=[*made.seats, *other.seats], actor=made.manager)

    assert set(session.attendance.all()) == set(made.seats)


def test_attendance_is_told_by_body():
    made = deliberation()
    session = SelectionSessionFactory(call=made.call)
    record_attendance(session=session, seats=made.seats[:1], actor=made.manager)

    sheet = attendance_of(session)

    assert (sheet.present, sheet.total, sheet.chair_present, sheet.absent_bodies) == (1, 2, True, [])
    assert [(body.body.short_name, body.present, len(body.seats)) for body in sheet.bodies] == [("Région", 1, 2)]


# -- Scenarios ---------------------------------------------------------------------------------------------------------------------


def prepared(**kwargs):
    made = deliberation(**kwargs)
    made.session = SelectionSessionFactory(call=made.call)
    return made


def test_scenario_is_the_ranked_list_cut_by_the_envelope():
    made = prepared(marks=(90, 80, 70, None), amounts=(100, 200, 50, 10))

    scenario = run_scenario(session=made.session, name="Par rang", parameters=parameters(waiting_places=1), actor=made.chair)

    lines = [(x.application.reference, x.rank, x.score, x.is_selected, x.motive, x.waiting_rank, x.reason) for x in lines_of(scenario)]
    a, b, c, d = (file.reference for file in made.files)
    assert lines == [
        (a, 1, Decimal("90.00"), True, "merit", None, "Retenu par ordre de mérite, rang\u00a01."),
        (b, 2, Decimal("80.00"), False, "budget", 1, "Il manque 50\u00a0€ dans l’enveloppe au rang\u00a02."),
        (c, 3, Decimal("70.00"), True, "merit", None, "Retenu par ordre de mérite, rang\u00a03."),
        (d, None, None, False, "no_score", None, "Aucune note n’a été rendue sur ce dossier."),
    ]
    assert scenario.summary == {
        "files": 4,
        "selected": 2,
        "amount": "150.00",
        "remaining": "100.00",
        "group": 0,
        "cut_position": 2,
        "lowest_selected": "70.00",
        "highest_refused": "80.00",
    }


def test_scenario_says_who_took_a_reserved_place():
    private = EstablishmentFactory(private=True, name="Lycée Saint-Ruf")
    made = prepared(marks=(90, 80, 71.2), amounts=(100, 100, 100), schools=[None, None, private])

    scenario = run_scenario(
        session=made.session, name="Quota", parameters=parameters(200, quota=private_quota(minimum=1)), actor=made.chair
    )

    displaced, taker = lines_of(scenario)[1:]
    assert displaced.reason == (
        "Place réservée au quota «\u00a0Privé sous contrat, 1 au moins\u00a0», prise par Lycée Saint-Ruf (note\u00a071,20)."
    )
    assert (displaced.other_id, displaced.motive) == (made.files[2].pk, "quota_minimum")
    assert taker.reason == "Retenu au rang\u00a03 pour atteindre le minimum du quota «\u00a0Privé sous contrat, 1 au moins\u00a0»."


def test_scenario_is_refused_and_not_stored_when_rules_are_impossible():
    made = prepared()

    with pytest.raises(TransitionRefused, match="n’en compte aucun"):
        run_scenario(session=made.session, name="Quota", parameters=parameters(quota=private_quota(minimum=2)), actor=made.chair)

    assert SelectionScenario.objects.count() == 0
    assert not JournalEntry.objects.filter(action="run_scenario").exists()


def test_scenario_budget_is_within_the_envelopes():
    made = prepared(money=250)

    with pytest.raises(TransitionRefused, match="dépasse les enveloppes"):
        run_scenario(session=made.session, name="Trop", parameters=parameters("250.01"), actor=made.chair)

    assert SelectionScenario.objects.count() == 0


def test_scenario_name_is_taken_once():
    made = prepared()
    run_scenario(session=made.session, name="Par rang", parameters=parameters(), actor=made.chair)

    with pytest.raises(TransitionRefused, match="déjà un scénario"):
        run_scenario(session=made.session, name="Par rang", parameters=parameters(100), actor=made.chair)

    assert SelectionScenario.objects.count() == 1


def test_scenario_is_run_by_the_chair_or_the_manager():
    made = prepared()

    for stranger in (made.juror, made.finance, person(Role.AUDITOR), person(Role.CHAIR)):
        with pytest.raises(PermissionDenied):
            run_scenario(session=made.session, name="Par rang", parameters=parameters(), actor=stranger)

    assert SelectionScenario.objects.count() == 0


@pytest.mark.parametrize("overflow", ["skip", "stop"])
def test_replay_of_frozen_lines_gives_the_same_list_and_digest(overflow):
    schools = [None, EstablishmentFactory(private=True), None, EstablishmentFactory(private=True)]
    made = prepared(marks=(90, 80, 70, 60), amounts=(120, 90, 80, 70), schools=schools)
    rules = parameters(overflow=overflow, waiting_places=2, quota=private_quota(minimum=1, maximum=1))
    scenario = run_scenario(session=made.session, name="Quota", parameters=rules, actor=made.chair)
    scenario = SelectionScenario.objects.get(pk=scenario.pk)

    answer, digest = replay(scenario)

    frozen = [(x.application.reference, x.is_selected, x.motive, x.waiting_rank, x.gap_amount) for x in lines_of(scenario)]
    assert [(x.candidate.key, x.is_selected, x.motive.value, x.waiting_rank, x.gap) for x in answer.lines] == frozen
    assert digest == scenario.digest
    assert len(digest) == 64


def test_digest_changes_with_any_input():
    made = prepared()
    scenario = run_scenario(session=made.session, name="A", parameters=parameters(), actor=made.chair)
    other = run_scenario(session=made.session, name="B", parameters=parameters("249.99"), actor=made.chair)

    assert scenario.digest != other.digest
    assert input_digest("X", scenario.parameters, []) != input_digest("Y", scenario.parameters, [])


def test_quota_groups_count_the_files_of_the_call():
    made = prepared(schools=[EstablishmentFactory(private=True), EstablishmentFactory(agricultural=True), None, None])

    groups = quota_groups(made.call, made.manager)

    found = {(group.key, group.count) for row in groups.values() for group in row}
    assert {("category:private_contract", 1), ("category:public_agriculture", 1), ("density:rural", 1), ("density:urban", 3)} <= found
    assert ("pathway:agricultural", 1) in found


# -- Retaining and closing ------------------------------------------------------------------------------------------------------------


def test_one_scenario_is_retained_in_an_open_session():
    made = prepared()
    first = run_scenario(session=made.session, name="A", parameters=parameters(), actor=made.chair)
    second = run_scenario(session=made.session, name="B", parameters=parameters(100), actor=made.chair)
    with pytest.raises(TransitionRefused, match="en séance"):
        retain_scenario(scenario=first, actor=made.chair)
    record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    perform(made.session, "open", actor=made.chair)

    retain_scenario(scenario=first, actor=made.chair)
    retain_scenario(scenario=second, actor=made.chair)

    assert [s.name for s in SelectionScenario.objects.filter(retained_at__isnull=False)] == ["B"]


def test_stale_scenario_is_neither_retained_nor_closed_on():
    made = sit(deliberation())
    Score.objects.filter(assessment__application=made.files[3]).update(points=Decimal(99))

    with pytest.raises(TransitionRefused, match="classement a changé"):
        perform(made.session, "close", actor=made.chair)

    assert SelectionSession.objects.get().state == "open"
    assert set(Application.objects.values_list("state", flat=True)) == {"admissible"}


def test_closing_closes_the_scoring_of_every_file():
    made = close(deliberation(marks=(90, 80, None), amounts=(100, 100, 100)))

    assert made.session.closed_at is not None
    assert set(Application.objects.values_list("state", flat=True)) == {"assessed"}
    entries = JournalEntry.objects.filter(action="mark_assessed")
    assert [entry.actor_label for entry in entries] == ["Préau"] * 3


def test_session_closes_with_a_retained_scenario_only():
    made = deliberation()
    made.session = SelectionSessionFactory(call=made.call)
    record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    opened = perform(made.session, "open", actor=made.chair)

    with pytest.raises(TransitionRefused, match="Aucun scénario n’est retenu"):
        perform(opened, "close", actor=made.chair)


def test_second_session_of_a_call_does_not_close():
    made = close(deliberation())
    second = SelectionSessionFactory(call=made.call)
    record_attendance(session=second, seats=made.seats, actor=made.manager)
    opened = perform(second, "open", actor=made.chair)
    scenario = run_scenario(session=opened, name="Encore", parameters=parameters(), actor=made.chair)
    retain_scenario(scenario=scenario, actor=made.chair)

    with pytest.raises(TransitionRefused, match="déjà close"):
        perform(opened, "close", actor=made.chair)


def test_closed_session_no_longer_changes():
    made = close(deliberation())

    for attempt in (
        lambda: run_scenario(session=made.session, name="Tard", parameters=parameters(), actor=made.chair),
        lambda: retain_scenario(scenario=made.scenario, actor=made.chair),
        lambda: drop_scenario(scenario=made.scenario, actor=made.chair),
        lambda: record_attendance(session=made.session, seats=[], actor=made.chair),
    ):
        with pytest.raises(TransitionRefused, match="ne change plus"):
            attempt()

    assert made.session.attendance.count() == 2
    assert SelectionScenario.objects.filter(retained_at__isnull=False).count() == 1


def test_retained_scenario_is_not_dropped_another_is():
    made = sit(deliberation())
    other = run_scenario(session=made.session, name="Autre", parameters=parameters(100), actor=made.chair)

    with pytest.raises(TransitionRefused, match="est retenu"):
        drop_scenario(scenario=made.scenario, actor=made.chair)
    drop_scenario(scenario=other, actor=made.chair)

    assert [s.name for s in SelectionScenario.objects.all()] == ["Par rang"]


# -- Who sees what -------------------------------------------------------------------------------------------------------------------------


def test_session_is_seen_by_its_panel_and_the_staff_who_read_rankings():
    made = deliberation()
    SelectionSessionFactory(call=made.call)
    other_chair = deliberation().chair

    def sees(user):
        return SelectionSession.objects.visible_to(user).count()

    assert [sees(user) for user in (made.chair, made.juror, made.manager, made.finance, person(Role.AUDITOR), person(Role.ADMIN))] == [
        1
    ] * 6
    strangers = [
        other_chair,
        person(Role.JUROR),
        person(Role.OFFICER),
        person(Role.ORDERS),
        person(Role.HEAD, at=made.files[0].establishment),
    ]
    assert [sees(user) for user in strangers] == [0] * 5


def test_lines_leave_out_files_in_conflict_with_the_reader():
    made = sit(deliberation())
    InterestDeclaration.objects.create(user=made.juror, application=made.files[1], reason="Ancien poste")

    hidden = hidden_ids(made.call, made.juror)

    assert hidden == {made.files[1].pk}
    assert made.files[1].pk not in {line.application_id for line in lines_of(made.scenario, hidden)}
    assert hidden_ids(made.call, made.chair) == frozenset()
