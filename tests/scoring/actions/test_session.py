"""The sitting of a jury: what it is made of, who does what, and what it freezes."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls.enums import CallState
from calls.models import Application
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.balance import set_frame
from scoring.actions.run import freeze_run, store_run
from scoring.actions.scenario import drop_scenario, retain_scenario
from scoring.actions.session import create_session, record_attendance
from scoring.enums import Motive, SessionState
from scoring.models import BalanceRule, Score, SelectionScenario, SelectionSession
from scoring.optimiser.ranked import MOTIVES, is_same_list, list_digest
from scoring.queries.balance import frame_of
from scoring.queries.scenario import lines_of
from scoring.queries.session import attendance_of
from tests.factories.accounts import person
from tests.factories.balance import answer, rule, sitting, solved
from tests.factories.cast import MANAGERS, assert_matrix, cast_around, states_of
from tests.factories.deliberation import close, deliberation, sit
from tests.factories.directory import EstablishmentFactory
from tests.factories.runs import ranked
from tests.factories.scoring import SelectionSessionFactory
from tests.factories.workflow import arrows

pytestmark = pytest.mark.django_db

# -- The workflow ---------------------------------------------------------------------------------------------------------------


ARROWS = {
    ("prepared", "open", "open"): {"seated_chair"} | MANAGERS,
    ("open", "close", "closed"): {"seated_chair"},
    ("closed", "sign_minutes", "minutes_signed"): {"seated_chair"},
    ("open", "take_back_opening", "prepared"): {"seated_chair"} | MANAGERS,
    ("prepared", "cancel", "cancelled"): {"seated_chair"} | MANAGERS,
    ("open", "cancel", "cancelled"): {"seated_chair"} | MANAGERS,
    ("closed", "reopen", "open"): MANAGERS,
    ("minutes_signed", "withdraw_signature", "closed"): {"seated_chair"},
}


def sitting_in(state: str, name: str) -> SelectionSession:
    """A sitting in a state, everybody present."""
    made = deliberation()
    if state == SessionState.CANCELLED:
        return SelectionSessionFactory(call=made.call, state=state)
    if state == SessionState.PREPARED:
        made.session = SelectionSessionFactory(call=made.call)
        record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    else:
        (sit if state == SessionState.OPEN else close)(made)
    if state == SessionState.MINUTES_SIGNED:
        perform(made.session, "sign_minutes", actor=made.chair)
    return SelectionSession.objects.select_related("call").get(pk=made.session.pk)  # as a request reads it: who presides is read once


def around(session: SelectionSession) -> dict:
    return cast_around(session.call, session.call.applications.order_by("pk")[0].establishment)


def test_session_workflow_is_exactly_this():
    assert arrows(SelectionSession) == set(ARROWS)


@pytest.mark.parametrize("state", states_of(SelectionSession))
def test_each_transition_is_open_to_these_people_alone(state):
    assert_matrix(state, ARROWS, make=sitting_in, cast=around)


def test_motive_codes_of_lines_are_those_of_the_list_of_the_optimiser_and_of_earlier_versions():
    optimiser = {"rule_in", "rule_out", "overall_out", "outscored", "forced_in", "forced_out"}
    earlier = {"reserved", "list_stopped", "quota_minimum", "quota_maximum"}

    shared = {"too_little"}  # by the rule of amounts of the call
    assert {choice.value for choice in Motive} == {motive.value for motive in MOTIVES.values()} | optimiser | earlier | shared


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


def test_no_sitting_is_prepared_once_one_is_closed():
    made = close(deliberation())

    with pytest.raises(TransitionRefused, match="est close : les décisions viennent d’elle"):
        create_session(call=made.call, held_at=timezone.now(), place="", actor=made.manager)

    assert list(SelectionSession.objects.values_list("pk", flat=True)) == [made.session.pk]


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

    scenario = ranked(made.session, made.chair, waiting_places=1)

    lines = [(x.application.reference, x.rank, x.score, x.is_selected, x.motive, x.waiting_rank, x.reason) for x in lines_of(scenario)]
    a, b, c, d = (file.reference for file in made.files)
    assert lines == [
        (a, 1, Decimal("90.00"), True, "merit", None, "Retenu par ordre de mérite, rang\u00a01."),
        (b, 2, Decimal("80.00"), False, "budget", 1, "Il manque 50\u00a0€ dans l’enveloppe au rang\u00a02."),
        (c, 3, Decimal("70.00"), True, "merit", None, "Retenu par ordre de mérite, rang\u00a03."),
        (d, None, None, False, "no_score", None, "Aucune note n’a été rendue sur ce dossier."),
    ]
    assert [line.gap_amount for line in lines_of(scenario)] == [None, Decimal("50.00"), None, None]
    assert scenario.parameters == {"budget": "250.00", "places": None, "waiting_places": 1}
    figures = {name: scenario.summary[name] for name in ("files", "selected", "partial", "amount", "lowest_selected", "highest_refused")}
    assert figures == {
        "files": 4,
        "selected": 2,
        "partial": 0,
        "amount": "150.00",
        "lowest_selected": "70.00",
        "highest_refused": "80.00",
    }


def test_scenario_says_which_rule_brought_a_file_in():
    private = EstablishmentFactory(private=True, name="Lycée Saint-Ruf")
    made = prepared(marks=(90, 80, 71.2), amounts=(100, 100, 100), schools=[None, None, private], money=200)
    kept = rule(made, minimum=1)
    told = {
        made.files[1].reference: {"rules": [kept.code], "sentence": "Écarté par «\u00a0Au moins 1 dossier privé\u00a0»."},
        made.files[2].reference: {
            "selected": True,
            "rules": [kept.code],
            "sentence": "Retenu pour «\u00a0Au moins 1 dossier privé\u00a0».",
        },
    }

    scenario = solved(made, [made.files[0], made.files[2]], files=told)

    displaced, taker = lines_of(scenario)[1:]
    assert (displaced.reason, displaced.motive) == ("Écarté par «\u00a0Au moins 1 dossier privé\u00a0».", "rule_out")
    assert (taker.reason, taker.motive) == ("Retenu pour «\u00a0Au moins 1 dossier privé\u00a0».", "rule_in")


def test_rule_that_no_file_can_hold_is_refused_and_not_stored():
    made = prepared()

    with pytest.raises(TransitionRefused, match="aucun dossier dans cet appel"):
        rule(made, minimum=2)

    assert BalanceRule.objects.count() == 0
    assert not JournalEntry.objects.filter(action="save_rule").exists()


def test_offer_of_the_sitting_is_within_the_envelopes():
    made = prepared(money=250)

    with pytest.raises(TransitionRefused, match="n’offre que 250"):
        set_frame(
            session=made.session,
            places=None,
            waiting_places=0,
            partial_share=None,
            offers={made.envelope.pk: (Decimal("250.01"), "")},
            actor=made.chair,
        )

    assert not made.session.money.exists()


def test_scenario_name_is_taken_once():
    made = sit(deliberation())

    again = ranked(made.session, made.chair, budget=100)

    assert [scenario.name for scenario in SelectionScenario.objects.order_by("pk")] == ["Par rang", "Par rang (2)"]
    assert (again.name, made.scenario.is_retained) == ("Par rang (2)", True)


def test_scenario_is_run_by_the_chair_or_the_manager():
    made = prepared()

    for stranger in (made.juror, made.finance, person(Role.AUDITOR), person(Role.CHAIR)):
        with pytest.raises(PermissionDenied):
            freeze_run(session=made.session, actor=stranger)
    run = freeze_run(session=made.session, actor=made.manager)
    with pytest.raises(PermissionDenied):
        store_run(run=run, answers={"merit": answer(run, [])}, actor=made.juror)

    assert SelectionScenario.objects.count() == 0


@pytest.mark.parametrize("places", [None, 1, 2])
def test_list_made_again_from_its_frozen_lines_is_the_same(places):
    made = prepared(marks=(90, 80, 70, None), amounts=(120, 140, 80, 70))
    scenario = ranked(made.session, made.chair, places=places, waiting_places=2)
    scenario = SelectionScenario.objects.get(pk=scenario.pk)

    assert is_same_list(scenario)
    assert len(scenario.digest) == 64


@pytest.mark.parametrize("spoil", [{"score": 89}, {"requested_amount": 119}, {"motive": "merit"}, {"waiting_rank": 2}, {"gap_amount": 9}])
def test_list_whose_frozen_lines_were_touched_is_not_the_same(spoil):
    made = prepared(marks=(90, 80, 70, None), amounts=(120, 140, 80, 70))
    scenario = ranked(made.session, made.chair, waiting_places=2)

    scenario.lines.filter(position=2).update(**spoil)

    assert not is_same_list(scenario)


def test_digest_changes_with_any_input():
    made = sit(deliberation())
    other = ranked(made.session, made.chair, budget="249.99")
    longer = ranked(made.session, made.chair, budget="249.99", waiting_places=1)

    assert len({made.scenario.digest, other.digest, longer.digest}) == 3
    assert list_digest("X", other.parameters, []) != list_digest("Y", other.parameters, [])


def test_groups_offered_to_rules_count_the_files_of_the_call():
    made = prepared(schools=[EstablishmentFactory(private=True), EstablishmentFactory(agricultural=True), None, None])

    _, groups = frame_of(made.session, made.manager)

    found = {(group.key, group.count) for row in groups.values() for group in row}
    assert {("category:private_contract", 1), ("category:public_agriculture", 1), ("density:rural", 1), ("density:urban", 3)} <= found
    assert ("pathway:agricultural", 1) in found


# -- Retaining and closing ------------------------------------------------------------------------------------------------------------


def test_one_scenario_is_retained_in_an_open_session():
    made = sitting()
    second = solved(made, [made.files[0]])
    first = second.run.scenarios.get(doctrine="ranked")
    with pytest.raises(TransitionRefused, match="en séance"):
        retain_scenario(scenario=first, actor=made.chair)
    record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    perform(made.session, "open", actor=made.chair)

    retain_scenario(scenario=first, actor=made.chair)
    retain_scenario(scenario=second, actor=made.chair)

    assert [s.name for s in SelectionScenario.objects.filter(retained_at__isnull=False)] == ["Ordre de mérite"]


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
    retain_scenario(scenario=ranked(opened, made.chair), actor=made.chair)

    with pytest.raises(TransitionRefused, match="déjà close"):
        perform(opened, "close", actor=made.chair)


def test_closed_session_no_longer_changes():
    made = close(deliberation())

    for attempt in (
        lambda: freeze_run(session=made.session, actor=made.chair),
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
    other = ranked(made.session, made.chair, budget=100)

    with pytest.raises(TransitionRefused, match="est retenu"):
        drop_scenario(scenario=made.scenario, actor=made.chair)
    drop_scenario(scenario=other, actor=made.chair)

    assert [s.name for s in SelectionScenario.objects.all()] == ["Par rang"]
