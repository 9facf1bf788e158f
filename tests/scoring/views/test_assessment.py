"""The juror's screens: what is typed, what is kept, what is refused, and in which words."""

from decimal import Decimal

import pytest
from django.urls import reverse

from calls.enums import CallState
from calls.models import Call
from portal.roles import Role
from scoring.enums import AssessmentState as State
from scoring.models import Assessment, InterestDeclaration, Score
from tests.factories.jury import admissible_file, juror, jury_call, reading, staff
from tests.factories.scoring import CriterionFactory
from tests.reading import elements_of, the, values_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    """A grid of one criterion out of 20 in half points, and one with named levels out of 5."""
    call = jury_call(weights=())
    CriterionFactory(grid=call.grid, label="Ensemble", key="ensemble", max_points=20, levels=[], position=0, weight=1)
    CriterionFactory(grid=call.grid, label="Ambition", key="ambition", position=1, weight=1)
    return call


@pytest.fixture
def own(call):
    return reading(admissible_file(call), juror(call), state=State.ASSIGNED)


@pytest.fixture
def criteria(call):
    return call.grid.criteria.get(key="ensemble"), call.grid.criteria.get(key="ambition")


def url(assessment):
    return reverse("scoring:assessment", args=[assessment.pk])


def points(criterion):
    return f"points-{criterion.pk}"


def remark(criterion):
    return f"remarque-{criterion.pk}"


def kept(assessment):
    return {s.criterion.key: s.points for s in Score.objects.filter(assessment=assessment).select_related("criterion")}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", "0"),
        ("20", "20"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        (" 7 ", "7"),
        ("3,50", "3.5"),
        ("007", "7"),
        ("19\u200b,5\u202c", "19.5"),
    ],
)
def test_score_is_kept_as_french_people_write_it(client, own, criteria, typed, value):
    client.force_login(own.juror)

    response = client.post(url(own), {points(criteria[0]): typed, "action": "save"})

    assert response.status_code == 302
    assert kept(own) == {"ensemble": Decimal(value)}
    assert Assessment.objects.get().state == State.IN_PROGRESS


REFUSED = {
    "-1": "« -1 » n’est pas une note : donnez un nombre de 0 à 20, par exemple 19,5.",
    "NaN": "« NaN » n’est pas une note : donnez un nombre de 0 à 20, par exemple 19,5.",
    "1e309": "« 1e309 » n’est pas une note : donnez un nombre de 0 à 20, par exemple 19,5.",
    "Infinity": "« Infinity » n’est pas une note : donnez un nombre de 0 à 20, par exemple 19,5.",
    "１２": "« １２ » n’est pas une note : donnez un nombre de 0 à 20, par exemple 19,5.",
    "١٢": "« ١٢ » n’est pas une note : donnez un nombre de 0 à 20, par exemple 19,5.",
    "+5": "« +5 » n’est pas une note : donnez un nombre de 0 à 20, par exemple 19,5.",
    "12,5,0": "« 12,5,0 » n’est pas une note : donnez un nombre de 0 à 20, par exemple 19,5.",
    "20.01": "20.01 dépasse le maximum : la note va de 0 à 20.",
    "21": "21 dépasse le maximum : la note va de 0 à 20.",
    "12,3": "12,3 n’est pas possible : les notes vont par demi-points, par exemple 19,5.",
    "<script>": "« <script> » n’est pas une note : donnez un nombre de 0 à 20, par exemple 19,5.",
}


@pytest.mark.parametrize("typed", REFUSED)
def test_score_refused_is_told_in_french_and_what_was_typed_is_kept(client, own, criteria, typed):
    client.force_login(own.juror)

    response = client.post(
        url(own), {points(criteria[0]): typed, points(criteria[1]): "4", remark(criteria[0]): "À revoir", "action": "save"}
    )

    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {points(criteria[0]): [REFUSED[typed]]}
    assert form[points(criteria[0])].value() == typed
    assert form[remark(criteria[0])].value() == "À revoir"
    assert kept(own) == {"ambition": Decimal("4.00")}
    assert values_of(response, points(criteria[0])) == [typed]


def test_ten_thousand_characters_are_refused_shortly(client, own, criteria):
    client.force_login(own.juror)

    response = client.post(url(own), {points(criteria[0]): "9" * 100_000})

    assert response.status_code == 422
    assert len(response.context["form"].errors[points(criteria[0])][0]) < 120


def test_levels_stand_below_the_name_of_their_criterion(client, own):
    """The name floats, and what comes next clears it: a field that nobody sees clears nothing, and the levels were drawn out of the page."""
    client.force_login(own.juror)

    page = client.get(url(own))

    assert len(elements_of(page, ".pr-crit > legend + .pr-levels")) == 1
    assert not elements_of(page, ".pr-crit > legend + [type=hidden]") and len(elements_of(page, ".pr-crit [name^=version-]")) == 2


def test_levels_are_the_only_points_of_a_criterion_that_names_them(client, own, criteria):
    client.force_login(own.juror)

    response = client.post(url(own), {points(criteria[1]): "3"})

    assert response.context["form"].errors == {points(criteria[1]): ["3 ne correspond à aucun niveau : choisissez 0 ou 2 ou 4 ou 5."]}
    assert kept(own) == {}


def test_not_applicable_needs_a_remark(client, own, criteria):
    client.force_login(own.juror)

    refused = client.post(url(own), {points(criteria[0]): "sans-objet"})
    accepted = client.post(url(own), {points(criteria[0]): "sans-objet", remark(criteria[0]): "Le projet ne s’y prête pas."})

    assert refused.context["form"].errors == {remark(criteria[0]): ["Dites pourquoi ce critère ne s’applique pas : une phrase suffit."]}
    assert accepted.status_code == 302
    assert list(Score.objects.values_list("points", "is_applicable", "remark")) == [(None, False, "Le projet ne s’y prête pas.")]


def test_autosave_keeps_one_criterion_and_answers_with_the_provisional_mark(client, own, criteria):
    client.force_login(own.juror)
    address = reverse("scoring:save_criterion", args=[own.pk, criteria[0].pk])

    response = client.post(address, {points(criteria[0]): "15", points(criteria[1]): "5"}, headers={"HX-Request": "true"})

    assert response.status_code == 200
    assert kept(own) == {"ensemble": Decimal("15.00")}
    assert response.context["provisional"].score == Decimal("75.00")


def test_autosave_of_a_wrong_score_keeps_nothing_and_says_why(client, own, criteria):
    client.force_login(own.juror)

    response = client.post(reverse("scoring:save_criterion", args=[own.pk, criteria[0].pk]), {points(criteria[0]): "20,5"})

    assert response.status_code == 422
    assert "20,5 dépasse le maximum" in response.content.decode()
    assert kept(own) == {}


def test_a_comment_and_a_remark_count_each_line_break_once(client, own, criteria):
    client.force_login(own.juror)
    comment = "\r\n".join(["x" * 39] * 100) + "x"
    line = "\r\n".join(["y" * 9] * 50) + "y"

    response = client.post(url(own), {"comment": comment, points(criteria[0]): "12", remark(criteria[0]): line, "action": "save"})

    own.refresh_from_db()
    score = own.scores.get(criterion=criteria[0])
    assert response.status_code == 302
    assert (len(own.comment), len(score.remark)) == (4000, 500)
    assert "\r" not in own.comment + score.remark


def test_a_comment_too_long_says_by_how_much(client, own):
    client.force_login(own.juror)

    response = client.post(url(own), {"comment": "x" * 4010})

    assert response.status_code == 422
    assert "retirez-en 10." in response.content.decode()


def test_a_comment_keeps_nothing_that_nobody_sees(client, own):
    client.force_login(own.juror)

    response = client.post(url(own), {"comment": "Premier\x0bdeuxième\x07\u202e e\u0301crit", "action": "save"}, follow=True)

    own.refresh_from_db()
    assert own.comment == "Premier\ndeuxième écrit"
    assert (
        "2\xa0caractères invisibles, venus d’un copier-coller, ont été retirés de «\xa0Appréciation générale\xa0»."
        in response.content.decode()
    )


def test_an_interest_counts_each_line_break_once(client, own):
    client.force_login(own.juror)
    reason = "\r\n".join(["x" * 9] * 30) + "x"

    response = client.post(reverse("scoring:assessment_interest", args=[own.pk]), {"reason": reason})

    assert response.status_code == 302
    assert len(InterestDeclaration.objects.get().reason) == 300


def test_autosave_of_the_comment(client, own):
    client.force_login(own.juror)

    response = client.post(reverse("scoring:save_criterion", args=[own.pk, 0]), {"comment": "Un projet porté."})

    assert response.status_code == 200
    assert Assessment.objects.get().comment == "Un projet porté."


def test_autosave_of_a_criterion_of_another_call_is_404(client, own):
    client.force_login(own.juror)
    foreign = jury_call().grid.criteria.first()

    assert client.post(reverse("scoring:save_criterion", args=[own.pk, foreign.pk]), {}).status_code == 404


@pytest.mark.parametrize("state", ["deliberation", "voted", "released", "instruction"])
def test_late_marks_are_refused_and_what_was_typed_is_shown(client, state):
    call = jury_call(state)
    assessment = reading(admissible_file(call), juror(call), state=State.ASSIGNED)
    criterion = call.grid.criteria.first()
    client.force_login(assessment.juror)

    page = client.post(url(assessment), {points(criterion): "4", remark(criterion): "Trop tard ?"})
    fragment = client.post(reverse("scoring:save_criterion", args=[assessment.pk, criterion.pk]), {points(criterion): "4"})

    assert (page.status_code, fragment.status_code) == (409, 422)
    assert page.context["reasons"] == ["La notation de cet appel n’est pas ouverte."]
    assert page.context["form"][remark(criterion)].value() == "Trop tard ?"
    assert kept(assessment) == {}


def test_marks_after_handing_in_are_refused(client):
    call = jury_call()
    assessment = reading(admissible_file(call), juror(call), 4, 2)
    client.force_login(assessment.juror)

    response = client.post(url(assessment), {points(call.grid.criteria.first()): "5"})

    assert response.status_code == 409
    assert response.context["reasons"] == ["Cette évaluation est « rendue » : elle ne se modifie plus."]
    assert kept(assessment) == {"c1": Decimal("4.00"), "c2": Decimal("2.00")}


def test_handing_in_shows_a_last_look_then_happens_once(client):
    call = jury_call()
    assessment = reading(admissible_file(call), juror(call), 4, 2, state=State.IN_PROGRESS)
    client.force_login(assessment.juror)
    address = reverse("scoring:assessment_hand_in", args=[assessment.pk])

    look = client.get(address)
    first, second = client.post(address), client.post(address)

    assert (look.status_code, look.context["missing"]) == (200, [])
    assert first.url == reverse("scoring:pile")
    assert second.url == url(assessment)
    assert Assessment.objects.get().state == State.SUBMITTED


def test_handing_in_an_incomplete_grid_lists_what_is_missing(client):
    call = jury_call()
    assessment = reading(admissible_file(call), juror(call), 4, state=State.IN_PROGRESS)
    client.force_login(assessment.juror)

    response = client.post(reverse("scoring:assessment_hand_in", args=[assessment.pk]))

    assert response.status_code == 409
    assert response.context["missing"] == ["Le critère « Critère 2 » n’est pas noté."]
    assert Assessment.objects.get().state == State.IN_PROGRESS


def test_flag_is_put_and_taken_away(client, own):
    client.force_login(own.juror)

    states = []
    for _ in range(2):
        client.post(url(own), {"action": "flag"})
        states.append(Assessment.objects.get().is_flagged)

    assert states == [True, False]


def test_reading_a_page_writes_nothing(client, own):
    client.force_login(own.juror)

    for address in (url(own), reverse("scoring:assessment_hand_in", args=[own.pk]), reverse("scoring:assessment_interest", args=[own.pk])):
        assert client.get(address).status_code == 200

    assert Assessment.objects.get().state == State.ASSIGNED


def test_declaring_an_interest_needs_a_reason_then_hides_the_file(client, own):
    client.force_login(own.juror)
    address = reverse("scoring:assessment_interest", args=[own.pk])

    empty = client.post(address, {"reason": "  "})
    done = client.post(address, {"reason": "Ma sœur y enseigne."})

    assert (empty.status_code, done.url) == (422, reverse("scoring:pile"))
    assert [client.get(a).status_code for a in (url(own), address)] == [404, 404]
    assert client.get(reverse("scoring:pile")).context["total"] == 0


@pytest.mark.parametrize("count", [1, 3])
def test_pile_takes_the_same_queries_for_any_number_of_files(client, count, django_assert_num_queries):
    call = jury_call()
    user = juror(call)
    for _ in range(count):
        reading(admissible_file(call), user, 4, state=State.IN_PROGRESS)
    client.force_login(user)

    with django_assert_num_queries(8):
        response = client.get(reverse("scoring:pile"))

    assert response.context["total"] == count


@pytest.mark.parametrize("count", [1, 3])
def test_scoring_screen_takes_the_same_queries_for_any_pile(client, count, django_assert_num_queries):
    call = jury_call(computed=[("rurality", 1)])
    user = juror(call)
    rows = [reading(admissible_file(call), user, 4, state=State.IN_PROGRESS) for _ in range(count)]
    client.force_login(user)

    with django_assert_num_queries(10):
        assert client.get(url(rows[0])).status_code == 200


def test_manager_reads_a_reading_handed_in_and_not_before(client):
    call = jury_call()
    done = reading(admissible_file(call), juror(call), 4, 2)
    begun = reading(admissible_file(call), juror(call), 5, state=State.IN_PROGRESS)
    client.force_login(staff(Role.CALL_MANAGER))

    pages = [client.get(url(row)).content.decode() for row in (done, begun)]

    assert ["4 sur 5" in page for page in pages] == [True, False]
    assert ["5 sur 5" in page for page in pages] == [False, False]


def test_once_the_scoring_is_closed_a_pile_asks_for_nothing_more(client):
    call = jury_call()
    done = reading(admissible_file(call), juror(call), 4, 2, state=State.SUBMITTED)
    reading(admissible_file(call), done.juror, state=State.ASSIGNED)
    client.force_login(done.juror)
    pile = "section[aria-labelledby^='pile-']"
    before = the(client.get(reverse("scoring:pile")), pile)

    Call.objects.filter(pk=call.pk).update(state=CallState.DELIBERATION)

    after = the(client.get(reverse("scoring:pile")), pile)
    assert ("1 rendu, 0 commencé, 1 à lire" in plain(before), "Noter le suivant" in plain(before)) == (True, True)
    assert ("1 rendu sur 2" in plain(after), "La notation est close" in plain(after)) == (True, True)
    assert elements_of(after, "a") == []
    assert "Tout est rendu" not in plain(after)


def plain(element) -> str:
    return words_of(element).replace("\u00a0", " ")
