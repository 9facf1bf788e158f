"""Grid, panel, assignment, computed marks: what they write, what they refuse."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from calls.enums import VersionReason
from calls.models import ApplicationVersion
from portal.accounts.models import User
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.assessment import compute_marks, declare_interest
from scoring.actions.grid import add_criterion, create_grid, edit_criterion, edit_grid, move_criterion, remove_criterion
from scoring.actions.panel import assign_reader, assign_readings, plan_assignment, seat_member, unseat_member, withdraw_reading
from scoring.actions.waiver import remind_jurors
from scoring.models import Assessment, ComputedMark, Criterion, Grid, PanelMember
from scoring.shipped import GRIDS
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.calls import CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.factories.jury import admissible_file, juror, jury_call, reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return person(Role.CALL_MANAGER)


def rated(**values):
    return {"label": "Ambition", "group": "Projet", "kind": "rated", "weight": 2, "max_points": 5, "levels": [], **values}


# -- Grid -------------------------------------------------------------------------------------------------------------------


def test_shipped_grid_links_criteria_to_questions(manager):
    call = CallFactory()

    grid = create_grid(call=call, actor=manager, shipped=GRIDS["lycee-40"])

    assert [(c.key, c.kind, c.weight, c.function, len(c.levels)) for c in grid.criteria.all()] == [
        ("projet-etablissement", "rated", 3, "", 4),
        ("implication", "rated", 3, "", 4),
        ("evaluation", "rated", 2, "", 4),
        ("territoire", "computed", 1, "territory", 0),
        ("secteur", "computed", 1, "sector", 0),
        ("voie", "computed", 1, "pathway", 0),
    ]


def test_grid_is_copied_from_another_call_once(manager):
    source = jury_call()
    call = CallFactory()

    grid = create_grid(call=call, actor=manager, source=source.grid)
    again = create_grid(call=call, actor=manager)

    assert again == grid
    assert list(grid.criteria.values_list("key", flat=True)) == ["c1", "c2"]
    assert grid.frozen_at is None


def test_criterion_key_comes_from_the_label_and_is_unique(manager):
    grid = create_grid(call=CallFactory(), actor=manager)

    added = [add_criterion(grid=grid, actor=manager, **rated()) for _ in range(3)]

    assert [(c.key, c.position) for c in added] == [("ambition", 0), ("ambition-2", 1), ("ambition-3", 2)]


def test_criterion_moves_one_place_and_stays_at_the_ends(manager):
    grid = create_grid(call=CallFactory(), actor=manager)
    first, second = (add_criterion(grid=grid, actor=manager, **rated(label=label)) for label in ("Un", "Deux"))

    move_criterion(criterion=second, up=True, actor=manager)
    move_criterion(criterion=Criterion.objects.get(pk=second.pk), up=True, actor=manager)

    assert list(grid.criteria.values_list("label", flat=True)) == ["Deux", "Un"]


def test_frozen_grid_refuses_every_change(manager):
    grid = jury_call().grid
    criterion = grid.criteria.first()
    changes = [
        lambda: edit_grid(grid=grid, actor=manager, scale=20, spread_alert=5),
        lambda: add_criterion(grid=grid, actor=manager, **rated()),
        lambda: edit_criterion(criterion=criterion, actor=manager, weight=9),
        lambda: move_criterion(criterion=criterion, up=False, actor=manager),
        lambda: remove_criterion(criterion=criterion, actor=manager),
    ]

    for change in changes:
        with pytest.raises(TransitionRefused) as refusal:
            change()
        assert refusal.value.wrong_state is True

    assert list(Criterion.objects.values_list("key", "weight", "position")) == [("c1", 3, 0), ("c2", 2, 1)]


def test_scoring_starts_by_freezing_the_grid_and_computing(manager):
    call = jury_call("instruction", computed=[("rurality", 1)])
    application = admissible_file(call, establishment=EstablishmentFactory(density_level=6))

    perform(call, "start_assessment", actor=manager)

    assert Grid.objects.get(call=call).frozen_at is not None
    assert list(ComputedMark.objects.values_list("application", "points", "reason")) == [
        (application.pk, Decimal("5.00"), "Toul est classée « rural à habitat dispersé » dans la grille de densité de l’Insee.")
    ]


@pytest.mark.parametrize("weights", [(), (0,)])
def test_scoring_does_not_start_without_a_criterion_to_mark(manager, weights):
    call = jury_call("instruction", weights=weights)
    admissible_file(call)

    with pytest.raises(TransitionRefused) as refusal:
        perform(call, "start_assessment", actor=manager)

    call.refresh_from_db()
    assert call.state == "instruction"
    assert refusal.value.reasons == ["La grille n’a pas encore de critère noté par le jury : la notation ne peut pas commencer."]


def test_computing_again_changes_nothing(manager):
    call = jury_call(computed=[("rurality", 1), ("ips", 1), ("territory", 1), ("sector", 1), ("pathway", 1)])
    admissible_file(call)
    compute_marks(call=call, actor=manager)
    first = list(ComputedMark.objects.order_by("criterion").values("pk", "points", "reason"))

    compute_marks(call=call, actor=manager)

    assert list(ComputedMark.objects.order_by("criterion").values("pk", "points", "reason")) == first
    assert [row["points"] for row in first].count(None) == 1  # the IPS, which is not known


@pytest.mark.parametrize("count", [1, 3])
def test_computing_takes_the_same_queries_for_any_number_of_files(manager, count, django_assert_num_queries):
    call = jury_call(computed=[("rurality", 1), ("ips", 1)])
    for _ in range(count):
        admissible_file(call)

    with django_assert_num_queries(9):
        compute_marks(call=call, actor=manager)


@pytest.mark.parametrize("count", [1, 3])
def test_a_criterion_on_the_vote_of_the_board_reads_what_was_sent_in_one_query_more(manager, count, django_assert_num_queries):
    call = jury_call(computed=[("board_vote", 1)])
    opening = timezone.localdate(call.opens_at)
    vote = {"held_on": opening.isoformat(), "for": 12, "against": 1, "abstentions": 0}
    for _ in range(count):
        file = admissible_file(call)
        entry = {"key": "vote", "kind": "board_vote", "label": "Vote", "value": vote, "text": "", "lines": [], "files": []}
        content = {"sections": [{"key": "s", "title": "S", "entries": [entry]}]}
        ApplicationVersion.objects.create(application=file, number=9, reason=VersionReason.SUBMISSION, content=content, sha256="0" * 64)

    with django_assert_num_queries(10):
        compute_marks(call=call, actor=manager)

    marks = ComputedMark.objects.filter(criterion__function="board_vote")
    assert {mark.points for mark in marks} == {Decimal(marks[0].criterion.max_points)}


# -- Panel ------------------------------------------------------------------------------------------------------------------


def test_seat_is_given_once_to_somebody_with_the_role(manager):
    call, region = jury_call(), AuthorityFactory(region=True)
    user = person(Role.JUROR)

    member = seat_member(call=call, user=user, body=region, is_chair=False, actor=manager)

    assert (member.call, member.user, member.body) == (call, user, region)
    with pytest.raises(TransitionRefused):
        seat_member(call=call, user=user, body=AuthorityFactory(), is_chair=False, actor=manager)


@pytest.mark.parametrize(("role", "is_chair"), [(Role.MEMBER, False), (Role.OFFICER, False), (Role.JUROR, True)])
def test_seat_is_refused_without_the_role(manager, role, is_chair):
    call = jury_call()
    user = person(role, at=EstablishmentFactory() if role == Role.MEMBER else None)

    with pytest.raises(TransitionRefused):
        seat_member(call=call, user=user, body=AuthorityFactory(region=True), is_chair=is_chair, actor=manager)

    assert PanelMember.objects.count() == 0


def test_member_leaves_with_the_readings_not_begun(manager):
    call = jury_call()
    user = juror(call)
    reading(admissible_file(call), user, state="assigned")

    unseat_member(member=call.panel.get(), actor=manager)

    assert (PanelMember.objects.count(), Assessment.objects.count()) == (0, 0)


def test_member_who_has_scored_stays(manager):
    call = jury_call()
    reading(admissible_file(call), juror(call), 4, state="in_progress")

    with pytest.raises(TransitionRefused):
        unseat_member(member=call.panel.get(), actor=manager)

    assert (PanelMember.objects.count(), Assessment.objects.count()) == (1, 1)


# -- Assignment -------------------------------------------------------------------------------------------------------------


def test_assignment_gives_each_file_its_bodies_and_never_a_conflict(manager):
    call = jury_call()
    nancy, draaf = AuthorityFactory(), AuthorityFactory(draaf=True)
    region_juror, linked, nancy_juror, draaf_juror = juror(call), juror(call), juror(call, body=nancy), juror(call, body=draaf)
    application = admissible_file(call, establishment=EstablishmentFactory(authority=nancy))
    farm = admissible_file(call, establishment=EstablishmentFactory(agricultural=True))
    past = timezone.now() - timedelta(days=900)
    RoleGrantFactory(user=linked, role=Role.MEMBER, establishment=application.establishment, started_at=past, ended_at=past)

    assign_readings(call=call, readings=2, cap=None, actor=manager)

    assert set(Assessment.objects.values_list("application", "juror", "body__kind")) == {
        (application.pk, region_juror.pk, "region"),
        (application.pk, nancy_juror.pk, "academy"),
        (farm.pk, linked.pk, "region"),
        (farm.pk, draaf_juror.pk, "draaf"),
    }


def test_assignment_run_twice_adds_nothing_and_tells_once(manager):
    call = jury_call()
    user = juror(call)
    admissible_file(call)

    first = assign_readings(call=call, readings=1, cap=None, actor=manager)
    second = assign_readings(call=call, readings=1, cap=None, actor=manager)

    assert (len(first.added), len(second.added)) == (1, 0)
    assert list(Message.objects.values_list("code", "to_email")) == [("assessments_assigned", user.email)]


def test_assignment_keeps_what_exists_and_never_gives_back_to_a_recused_juror(manager):
    call = jury_call()
    application = admissible_file(call)
    kept, leaving = juror(call), juror(call)
    reading(application, kept, 4, 2)
    reading(application, leaving, state="assigned")
    declare_interest(application=application, actor=leaving, reason="Famille.")

    plan = plan_assignment(call=call, readings=2, cap=None)

    assert plan.added == ()
    assert [gap.why for gap in plan.gaps] == ["Personne d’autre ne peut le lire sans conflit d’intérêts."]


def test_plan_writes_nothing():
    call = jury_call()
    juror(call)
    admissible_file(call)

    assert len(plan_assignment(call=call, readings=1, cap=None).added) == 1
    assert Assessment.objects.count() == 0


@pytest.mark.parametrize("state", ["published", "deliberation", "released"])
def test_assignment_waits_for_instruction_and_stops_after_scoring(manager, state):
    call = jury_call(state)

    with pytest.raises(TransitionRefused):
        assign_readings(call=call, readings=1, cap=None, actor=manager)


def test_reader_in_conflict_is_refused_by_hand_too(manager):
    call = jury_call()
    user = juror(call)
    application = admissible_file(call)
    RoleGrantFactory(user=user, role=Role.HEAD, establishment=application.establishment)

    with pytest.raises(TransitionRefused):
        assign_reader(application=application, member=call.panel.get(), actor=manager)

    assert Assessment.objects.count() == 0


def test_reading_begun_is_not_taken_back(manager):
    call = jury_call()
    begun = reading(admissible_file(call), juror(call), 4, state="in_progress")
    untouched = reading(admissible_file(call), juror(call), state="assigned")

    withdraw_reading(assessment=untouched, actor=manager)
    with pytest.raises(TransitionRefused):
        withdraw_reading(assessment=begun, actor=manager)

    assert list(Assessment.objects.all()) == [begun]


def test_interest_is_for_members_of_the_panel(manager):
    call = jury_call()
    application = admissible_file(call)
    stranger = User.objects.get(pk=person(Role.JUROR).pk)

    with pytest.raises(TransitionRefused):
        declare_interest(application=application, actor=stranger, reason="Aucun siège.")


# -- Who is told ------------------------------------------------------------------------------------------------------------


def test_a_juror_whose_role_has_ended_is_neither_reminded_nor_told_that_the_call_ends(manager):
    call = jury_call()
    file, gone = admissible_file(call), juror(call)
    reading(file, gone, state="assigned")
    gone.role_grants.update(ended_at=timezone.now())

    with pytest.raises(TransitionRefused, match="personnes qui ne sont plus du jury"):
        remind_jurors(call=call, actor=manager)
    perform(file, "withdraw_filed", actor=manager, reason="Projet abandonné.")
    perform(call, "declare_unsuccessful", actor=manager, reason="Aucun dossier.", because="Aucun dossier.")

    assert not Message.objects.filter(to_email=gone.email).exists()
