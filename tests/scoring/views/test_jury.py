"""The call manager's screens: grid, panel, assignment, progress, ranking."""

from decimal import Decimal

import pytest
from django.urls import reverse

from calls.enums import CallState
from calls.models import Call
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.actions.assessment import compute_marks, declare_interest
from scoring.hooks.panels import criteria_of_call
from scoring.hooks.todo import of_jury
from scoring.models import Assessment, Criterion, Grid, PanelMember
from scoring.queries.jury import jury_calls_with_progress
from scoring.queries.ranking import Panel, ranking, standings
from scoring.queries.ranking_pages import places
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.factories.jury import admissible_file, juror, jury_call, reading, staff
from tests.factories.scoring import SelectionSessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = staff(Role.CALL_MANAGER)
    client.force_login(user)
    return user


def page(name, call, *more):
    return reverse(f"scoring:{name}", args=[call.reference, *more])


CRITERION = {
    "label": "Ambition", "group": "Projet", "help": "", "kind": "rated", "weight": "3", "max_points": "5", "function": "",
    "level-0-points": "0", "level-0-label": "Absente", "level-1-points": "2,5", "level-1-label": "Moyenne", "level-2-points": "5",
    "level-2-label": "Forte", "level-2-description": "Au-delà de l’attendu", "question_keys": ["resume"],
}  # fmt: skip


def test_grid_is_created_then_filled_from_the_browser(client, manager):
    call = CallFactory()

    client.post(page("grid_create", call), {"source": ""})
    client.post(page("criterion_add", call), CRITERION)

    criterion = Criterion.objects.get(grid__call=call)
    assert (criterion.key, criterion.weight, criterion.question_keys) == ("ambition", 3, ["resume"])
    assert criterion.levels == [
        {"points": 0, "label": "Absente", "description": ""},
        {"points": 2.5, "label": "Moyenne", "description": ""},
        {"points": 5, "label": "Forte", "description": "Au-delà de l’attendu"},
    ]


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"level-2-points": "6"}, "level-2-points", "Ce niveau dépasse le maximum du critère, 5."),
        ({"level-1-label": ""}, "level-1-label", "Un niveau a des points et un nom."),
        ({"level-1-points": "5"}, "level-0-points", "Deux niveaux ont les mêmes points."),
        ({"kind": "computed"}, "function", "Choisissez la règle qui calcule ce critère."),
        ({"weight": "-1"}, "weight", "Donnez un nombre d’au moins 0."),
        ({"max_points": "0"}, "max_points", "Donnez un nombre d’au moins 1."),
    ],
)
def test_wrong_criterion_is_told_and_what_was_typed_is_kept(client, manager, change, field, sentence):
    call = CallFactory()
    client.post(page("grid_create", call), {"source": ""})

    response = client.post(page("criterion_add", call), {**CRITERION, **change})

    assert response.status_code == 422
    assert response.context["form"].errors[field] == [sentence]
    assert response.context["form"]["label"].value() == "Ambition"
    assert Criterion.objects.count() == 0


def test_frozen_grid_answers_409(client, manager):
    call = jury_call()

    answers = [
        client.post(page("criterion_add", call), CRITERION),
        client.post(page("grid_settings", call), {"scale": "20", "spread_alert": "5"}),
        client.post(page("criterion_move", call, call.grid.criteria.first().pk, "descendre")),
        client.get(page("criterion_remove", call, call.grid.criteria.first().pk)),
        client.post(page("criterion_remove", call, call.grid.criteria.first().pk)),
    ]

    assert [answer.status_code for answer in answers] == [409] * 5
    assert (Criterion.objects.count(), Grid.objects.get().scale) == (2, 100)


def test_shipped_grid_comes_in_one_press(client, manager):
    call = CallFactory()

    client.post(page("grid_create", call), {"source": "modele-lycee-40"})

    assert call.grid.criteria.count() == 6


def test_panel_seats_a_person_and_lets_them_go(client, manager):
    call, region = jury_call("instruction"), AuthorityFactory(region=True)
    user = person(Role.CHAIR)

    client.post(page("panel", call), {"user": user.pk, "body": region.pk, "is_chair": "on"})
    member = PanelMember.objects.get()
    asked = client.get(page("panel_remove", call, member.pk))
    client.post(page("panel_remove", call, member.pk))

    assert (member.user, member.body, member.is_chair, asked.status_code) == (user, region, True, 200)
    assert PanelMember.objects.count() == 0


def test_panel_offers_only_people_with_the_role(client, manager):
    call = jury_call("instruction")
    allowed, stranger = person(Role.JUROR), person(Role.OFFICER)

    response = client.post(page("panel", call), {"user": stranger.pk, "body": AuthorityFactory(region=True).pk})

    assert list(response.context["form"].fields["user"].queryset) == [allowed]
    assert (response.status_code, PanelMember.objects.count()) == (422, 0)


def test_assignment_is_shown_then_carried_out(client, manager):
    call = jury_call("instruction")
    juror(call)
    admissible_file(call)

    shown = client.get(page("assignment", call), {"readings": "1"})
    before = Assessment.objects.count()
    client.post(page("assignment", call), {"readings": "1", "cap": ""})

    assert [(seat.user_id, b, added, after) for seat, b, added, after in shown.context["rows"]] == [(call.panel.get().user_id, 0, 1, 1)]
    assert (before, Assessment.objects.count()) == (0, 1)


@pytest.mark.parametrize("readings", ["", "0", "11", "deux"])
def test_assignment_refuses_a_number_that_makes_no_sense(client, manager, readings):
    call = jury_call("instruction")

    response = client.post(page("assignment", call), {"readings": readings})

    assert (response.status_code, Assessment.objects.count()) == (422, 0)


def test_file_is_confided_and_taken_back_by_hand(client, manager):
    call = jury_call()
    juror(call)
    application = admissible_file(call)
    address = page("file_readers", call, application.reference)

    client.post(address, {"member": call.panel.get().pk})
    twice = client.post(address, {"member": call.panel.get().pk})
    client.force_login(person(Role.CALL_MANAGER))
    by_another = client.post(address, {"member": call.panel.get().pk})
    reading_given = Assessment.objects.get()
    client.post(reverse("scoring:withdraw_reading", args=[reading_given.pk]))

    assert (twice.status_code, by_another.status_code) == (302, 422)
    assert Assessment.objects.count() == 0


def test_reopening_asks_for_a_reason(client, manager):
    call = jury_call()
    done = reading(admissible_file(call), juror(call), 4, 2)
    address = reverse("scoring:assessment_action", args=[done.pk, "reopen"])

    without = client.post(address, {"reason": ""})
    client.post(address, {"reason": "Il manque une remarque."})

    assert without.status_code == 422
    assert Assessment.objects.get().state == "reopened"


def test_recusal_has_no_generic_button(client):
    call = jury_call()
    own = reading(admissible_file(call), juror(call), 4, 2)
    client.force_login(own.juror)

    assert client.post(reverse("scoring:assessment_action", args=[own.pk, "recuse"]), {"reason": "x"}).status_code == 404


def test_ranking_page_matches_the_marks(client, manager):
    call = jury_call()
    nancy = AuthorityFactory()
    first, second = admissible_file(call), admissible_file(call, establishment=EstablishmentFactory(authority=nancy))
    a, b = juror(call), juror(call, body=nancy)
    reading(first, a, 2, 2)
    reading(second, a, 4, 2)
    reading(second, b, 0, 0)

    response = client.get(page("ranking", call))

    rows = [
        (row.application.reference, row.rank, row.score, row.spread, row.is_disputed) for row, _ in response.context["page_obj"].object_list
    ]
    # first: 2/5 everywhere = 40; second: (3 × 4/5 + 2 × 2/5) / 5 = 64 for the Région, 0 for Nancy-Metz, hence 32.
    assert rows == [
        (first.reference, 1, Decimal("40.00"), None, False),
        (second.reference, 2, Decimal("32.00"), Decimal("64.00"), True),
    ]
    assert (response.context["disputed"], response.context["scored"]) == (1, 2)
    assert sum(band["value"] for band in response.context["bands"]) == 2


def test_ranking_filters_never_change_a_rank(client, manager):
    call = jury_call()
    user = juror(call)
    files = [admissible_file(call, establishment=EstablishmentFactory(name=name)) for name in ("Alpha", "Bêta")]
    reading(files[0], user, 5, 5)
    reading(files[1], user, 2, 2)

    response = client.get(page("ranking", call), {"q": "beta"})

    assert [(row.application, row.rank) for row, _ in response.context["page_obj"].object_list] == [(files[1], 2)]


LISTS = {"jury": 6, "call_jury": 9, "progress_by_file": 8, "ranking": 11, "panel": 9, "grid": 7}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", LISTS)
def test_list_takes_the_same_queries_for_any_number_of_rows(client, manager, name, count, django_assert_num_queries):
    call = jury_call(computed=[("rurality", 1)])
    for _ in range(count):
        reading(admissible_file(call), juror(call), 4, 2)
    address = reverse("scoring:jury") if name == "jury" else page(name, call)
    client.get(address)

    with django_assert_num_queries(LISTS[name]):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_ranking_query_count_is_constant(count, django_assert_num_queries):
    call = Call.objects.select_related("grid").get(pk=jury_call(computed=[("rurality", 1)]).pk)
    for _ in range(count):
        reading(admissible_file(call), juror(call), 4, 2)

    with django_assert_num_queries(7):
        assert len(ranking(call)) == count


def test_places_are_those_of_the_standings_and_follow_every_change(manager):
    call = jury_call(computed=[("rurality", 1)])
    a, b = juror(call), juror(call, body=AuthorityFactory())
    files = [admissible_file(call) for _ in range(4)]
    for application, marks in zip(files, [(5, 5), (2, 2), (4, 4), (4, 4)], strict=True):
        reading(application, a, *marks)

    def seen():
        fresh = Call.objects.select_related("grid").get(pk=call.pk)
        cached = [(p.key, p.rank, p.score, p.spread, p.is_tied) for p in places(fresh, Panel(fresh))]
        assert cached == [(s.key, s.rank, s.score, s.spread, s.tied) for s in standings(fresh)]
        assert seen_again(fresh) == cached
        return cached

    def seen_again(fresh):
        return [(p.key, p.rank, p.score, p.spread, p.is_tied) for p in places(fresh, Panel(fresh))]

    first = seen()
    extra = reading(files[1], b, 5, 5)
    second = seen()
    compute_marks(call=call, actor=manager)
    third = seen()
    perform(extra, "reopen", actor=manager, reason="À revoir.")
    fourth = seen()
    RoleGrantFactory(user=a, role=Role.MEMBER, establishment=files[0].establishment)
    fifth = seen()
    declare_interest(application=files[2], actor=a, reason="Famille.")
    sixth = seen()

    assert len({repr(x) for x in (first, second, third, fourth, fifth, sixth)}) == 6


def test_a_reading_that_changes_hands_changes_the_body_that_is_missing(client, manager):
    call = jury_call()
    nancy, metz = juror(call, body=AuthorityFactory()), juror(call, body=AuthorityFactory())
    application = admissible_file(call)
    reading(application, juror(call), 4, 2)
    confided = reading(application, nancy, state="assigned")

    def missing():
        response = client.get(page("ranking", call))
        return [body for row, _ in response.context["page_obj"].object_list for body in row.missing]

    before = missing()
    confided.delete()
    taken = reading(application, metz, state="assigned")

    assert (before, missing()) == ([confided.body], [taken.body])


def test_public_panel_lists_criteria_and_their_share(rf):
    call = jury_call(weights=(3, 1))
    empty = CallFactory()

    request = rf.get("/")
    request.user = person(Role.MEMBER, at=EstablishmentFactory())

    html = criteria_of_call(request, call)

    assert "Critère 1" in html
    assert ["75\u00a0%" in html, "25\u00a0%" in html] == [True, True]
    assert criteria_of_call(request, empty) == ""


def test_todo_tells_the_juror_how_many_are_left_and_the_manager_what_to_prepare():
    call = jury_call()
    user = juror(call)
    reading(admissible_file(call), user, 4, 2)
    reading(admissible_file(call), user, state="assigned")
    bare = CallFactory(title="Lycée 4.0, sans grille")

    assert [(item.title, item.url) for item in of_jury(user)] == [("Noter 1\u00a0dossier", "/jury/mes-dossiers/")]
    assert [(item.title, item.detail) for item in of_jury(person(Role.CALL_MANAGER))] == [("Préparer la grille du jury", bare.title)]


@pytest.mark.parametrize(("role", "sitting"), [(Role.FINANCE, "closed"), (Role.AUDITOR, "open")])
def test_staff_who_only_read_find_their_way(client, role, sitting):
    call = jury_call(CallState.DELIBERATION)
    SelectionSessionFactory(call=call, state=sitting)
    client.force_login(staff(role))

    index = client.get(reverse("scoring:jury"))

    assert index.status_code == 200
    assert page("ranking", call) in index.content.decode()


def test_the_files_of_a_jury_are_still_counted_once_decided(manager):
    scored = ApplicationFactory(admissible=True, state="decided", outcome="rejected")
    ApplicationFactory(call=scored.call, submitted=True, state="inadmissible")

    assert [call.n_files for call in jury_calls_with_progress(manager)] == [1]
