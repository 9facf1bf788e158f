"""A juror with two pages open, and the order of a juror's work."""

from decimal import Decimal

import pytest
from django.urls import reverse

from scoring.models import Assessment, Score
from scoring.queries.assessment import pile
from tests.factories.jury import admissible_file, juror, jury_call, reading
from tests.reading import the, tree_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return jury_call()


@pytest.fixture
def own(call, client):
    """A reading just begun, its juror signed in."""
    user = juror(call)
    client.force_login(user)
    return reading(admissible_file(call), user, state="in_progress")


@pytest.fixture
def first(call):
    return call.grid.criteria.first()


def versions(page) -> dict[str, str]:
    """The versions that a page carries, as it would send them."""
    return {field["name"]: field["value"] for field in tree_of(page).select('input[type="hidden"][name^="version-"]')}


def autosave(client, assessment, criterion, points, seen):
    address = reverse("scoring:save_criterion", args=[assessment.pk, criterion.pk])
    return client.post(address, {f"points-{criterion.pk}": points, **seen}, headers={"HX-Request": "true"})


def test_a_second_tab_does_not_overwrite_what_the_first_saved(client, own, first):
    seen = versions(client.get(own.get_absolute_url()))
    assert seen[f"version-{first.pk}"] == "0"

    assert autosave(client, own, first, "4", seen).status_code == 200
    late = autosave(client, own, first, "2", seen)

    assert late.status_code == 409
    assert "4 sur 5, solide" in words_of(tree_of(late))
    assert "Enregistrer mon choix" in words_of(tree_of(late))
    assert Score.objects.get(assessment=own, criterion=first).points == 4
    assert autosave(client, own, first, "2", versions(late)).status_code == 200  # pressed once more, knowing
    assert Score.objects.get(assessment=own, criterion=first).points == 2


def test_each_save_gives_the_version_that_the_next_one_sends(client, own, first):
    seen = versions(client.get(own.get_absolute_url()))
    for points in ("4", "2", "5"):
        answer = autosave(client, own, first, points, seen)
        assert answer.status_code == 200
        seen |= versions(answer)

    score = Score.objects.get(assessment=own, criterion=first)
    assert (score.points, score.version) == (Decimal(5), 3)


def test_the_same_mark_from_two_tabs_is_no_conflict(client, own, first):
    seen = versions(client.get(own.get_absolute_url()))

    assert [autosave(client, own, first, "4", seen).status_code for _ in range(2)] == [200, 200]
    assert Score.objects.get(assessment=own, criterion=first).version == 1


def test_without_javascript_the_whole_form_is_kept_and_nothing_is_written(client, own, call):
    one, two = call.grid.criteria.all()
    seen = versions(client.get(own.get_absolute_url()))
    autosave(client, own, one, "4", seen)

    late = client.post(own.get_absolute_url(), {f"points-{one.pk}": "2", f"points-{two.pk}": "5", "action": "save", **seen})

    assert late.status_code == 409
    assert dict(Score.objects.filter(assessment=own).values_list("criterion", "points")) == {one.pk: 4}
    checked = [field["value"] for field in tree_of(late).select('input[name^="points-"][checked]')]
    assert checked == ["2", "5"]
    again = client.post(own.get_absolute_url(), {f"points-{one.pk}": "2", f"points-{two.pk}": "5", "action": "save", **versions(late)})
    assert again.status_code == 302
    assert dict(Score.objects.filter(assessment=own).values_list("criterion", "points")) == {one.pk: 2, two.pk: 5}


def test_a_comment_written_in_another_tab_is_shown_beside_the_one_typed(client, own):
    address = reverse("scoring:save_criterion", args=[own.pk, 0])
    seen = versions(client.get(own.get_absolute_url()))
    client.post(address, {"comment": "Écrit ici.", **seen})

    late = client.post(address, {"comment": "Écrit là.", **seen})
    page = client.post(own.get_absolute_url(), {"comment": "Écrit là.", "action": "save", **seen})

    for answer in (late, page):
        assert answer.status_code == 409
        assert "Écrit ici." in words_of(tree_of(answer))
    assert the(page, "#id_comment").text == "Écrit là."
    assert Assessment.objects.get(pk=own.pk).comment == "Écrit ici."
    assert client.post(address, {"comment": "Écrit là.", **versions(late)}).status_code == 200
    assert Assessment.objects.get(pk=own.pk).comment == "Écrit là."


# -- The order of the work ------------------------------------------------------------------------------------------------------------


def test_what_is_left_comes_first_in_the_pile(call):
    user = juror(call)
    done, left, begun = (reading(admissible_file(call), user, 4, 2, state=state) for state in ("submitted", "assigned", "in_progress"))

    assert list(pile(user)) == [left, begun, done]


def test_a_reading_handed_in_leads_to_the_next_one_left(client, call):
    user = juror(call)
    client.force_login(user)
    first, done, second, third = (
        reading(admissible_file(call), user, 4, 2, state=state) for state in ("in_progress", "submitted", "in_progress", "in_progress")
    )

    def hand_in(one):
        return client.post(reverse("scoring:assessment_hand_in", args=[one.pk])).url

    assert hand_in(second) == third.get_absolute_url()
    assert hand_in(third) == first.get_absolute_url()  # then from the beginning
    assert hand_in(first) == reverse("scoring:pile")
