"""A grid is public with its call: from then on it changes by an erratum alone, announced, and not at all once files are scored."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from calls.enums import CallState
from calls.models import Call
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.grid import add_criterion, edit_criterion, edit_grid, move_criterion, remove_criterion
from scoring.hooks.panels import criteria_of_call
from scoring.models import Criterion, Grid, GridErratum
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.jury import publishable_call, staff
from tests.factories.scoring import CriterionFactory

pytestmark = pytest.mark.django_db

WHY = "Le poids annoncé comptait deux fois l’équipe."


@pytest.fixture
def manager():
    return staff(Role.CALL_MANAGER)


@pytest.fixture
def published(manager):
    """An open call whose first criterion weighs 1, and a team with a draft."""
    call = publishable_call()
    CriterionFactory(grid=call.grid, label="Équipe", weight=2)
    return perform(call, "publish", actor=manager)


def changes(grid: Grid, manager) -> dict:
    """Every way to change a grid, each with an optional erratum."""
    criterion = grid.criteria.get(label="Équipe")
    new = {"label": "Ambition", "group": "Projet", "weight": 4, "max_points": 5}
    return {
        "weight": lambda **more: edit_criterion(criterion=criterion, actor=manager, weight=3, **more),
        "scale": lambda **more: edit_grid(grid=grid, actor=manager, scale=20, spread_alert=25, **more),
        "added": lambda **more: add_criterion(grid=grid, actor=manager, **new, **more),
        "removed": lambda **more: remove_criterion(criterion=criterion, actor=manager, **more),
    }


SAID = {
    "weight": "Poids de « Équipe » : 3, au lieu de 2.",
    "scale": "Notes publiées sur 20, au lieu de 100.",
    "added": "Critère ajouté : « Ambition », poids 4.",
    "removed": "Critère retiré : « Équipe », poids 2.",
}


def content(grid: Grid) -> tuple:
    return Grid.objects.get(pk=grid.pk).scale, list(grid.criteria.values_list("label", "weight", "position"))


def test_publication_freezes_the_grid(published):
    assert Grid.objects.get(call=published).is_frozen


@pytest.mark.parametrize("name", SAID)
def test_a_public_grid_does_not_change_in_silence(published, manager, name):
    before = content(published.grid)

    with pytest.raises(TransitionRefused, match="ne change plus que par un erratum"):
        changes(published.grid, manager)[name]()

    assert (content(published.grid), GridErratum.objects.count()) == (before, 0)


def test_the_order_of_a_public_grid_does_not_change(published, manager):
    with pytest.raises(TransitionRefused):
        move_criterion(criterion=published.grid.criteria.last(), up=True, actor=manager)


@pytest.mark.parametrize("name", SAID)
def test_an_erratum_says_what_changes_and_why_to_everybody(client, published, manager, name):
    file = ApplicationFactory(call=published)
    writer = person(Role.MEMBER, at=file.establishment)
    elsewhere = person(Role.MEMBER, at=ApplicationFactory().establishment)

    changes(published.grid, manager)[name](erratum=WHY)

    erratum = GridErratum.objects.get()
    assert [text.replace("\u00a0", " ") for text in erratum.changes] == [SAID[name]]
    assert JournalEntry.objects.get(action="publish_erratum").reason == WHY
    told = Message.objects.get(code="grid_erratum")
    assert told.to_email == writer.email != elsewhere.email
    assert WHY in told.body
    client.force_login(manager)
    assert WHY in client.get(reverse("scoring:grid", args=[published.reference])).text


@pytest.mark.parametrize("name", SAID)
def test_once_files_are_scored_no_erratum_changes_the_grid(published, manager, name):
    Call._base_manager.filter(pk=published.pk).update(**{"state": CallState.ASSESSMENT})
    grid = Grid.objects.get(call=published)
    before = content(grid)

    with pytest.raises(TransitionRefused, match="la notation a commencé"):
        changes(grid, manager)[name](erratum=WHY)

    assert content(grid) == before


def test_a_change_that_nobody_reads_needs_no_announcement(published, manager):
    edit_grid(grid=published.grid, actor=manager, scale=100, spread_alert=10, erratum=WHY)

    assert (GridErratum.objects.count(), Message.objects.filter(code="grid_erratum").count()) == (0, 0)


def test_the_form_asks_for_the_erratum_and_keeps_what_was_typed(client, published, manager):
    client.force_login(manager)
    criterion = published.grid.criteria.get(label="Équipe")
    address = reverse("scoring:criterion_edit", args=[published.reference, criterion.pk])
    typed = {"label": "Équipe", "group": "Projet", "kind": "rated", "weight": "3", "max_points": "5"}

    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert refused.context["form"].errors["erratum"][0].startswith("Dites pourquoi la grille change")
    assert refused.context["form"]["weight"].value() == "3"
    assert Criterion.objects.get(pk=criterion.pk).weight == 2

    assert client.post(address, {**typed, "erratum": WHY}).status_code == 302
    assert Criterion.objects.get(pk=criterion.pk).weight == 3
    assert "Poids de «\u00a0Équipe\u00a0»\u00a0: 3, au lieu de 2." in GridErratum.objects.get().changes


def test_a_criterion_is_taken_out_of_a_public_grid_with_an_erratum(client, published, manager):
    client.force_login(manager)
    criterion = published.grid.criteria.get(label="Équipe")
    address = reverse("scoring:criterion_remove", args=[published.reference, criterion.pk])

    assert client.post(address).status_code == 422
    assert Criterion.objects.filter(pk=criterion.pk).exists()
    assert client.post(address, {"erratum": WHY}).status_code == 302
    assert not Criterion.objects.filter(pk=criterion.pk).exists()


def test_a_reader_of_the_public_page_sees_the_errata(rf, published, manager):
    edit_criterion(criterion=published.grid.criteria.get(label="Équipe"), actor=manager, weight=3, erratum=WHY)
    request = rf.get("/")
    request.user = AnonymousUser()

    assert WHY in criteria_of_call(request, Call.objects.get(pk=published.pk))


# -- The last criterion ---------------------------------------------------------------------------------------------------------

LAST = "le dernier que le jury note"


@pytest.fixture
def alone(published, manager) -> Criterion:
    """« Équipe » is all that the jury marks: beside it, one criterion is computed and one weighs nothing."""
    published.grid.criteria.exclude(label="Équipe").delete()
    CriterionFactory(grid=published.grid, label="Territoire", kind="computed", function="rurality", levels=[], weight=3)
    CriterionFactory(grid=published.grid, label="Avis", weight=0)
    return published.grid.criteria.get(label="Équipe")


@pytest.mark.parametrize(
    "change",
    [
        lambda criterion, **who: remove_criterion(criterion=criterion, erratum=WHY, **who),
        lambda criterion, **who: edit_criterion(criterion=criterion, erratum=WHY, weight=0, **who),
        lambda criterion, **who: edit_criterion(criterion=criterion, erratum=WHY, kind="computed", function="rurality", **who),
    ],
)
def test_no_erratum_leaves_a_public_grid_without_anything_to_mark(alone, manager, change):
    with pytest.raises(TransitionRefused, match=LAST):
        change(alone, actor=manager)

    assert Criterion.objects.get(pk=alone.pk).weight == 2
    assert not GridErratum.objects.exists()
    assert not Message.objects.filter(code="grid_erratum").exists()


def test_the_last_criterion_goes_once_another_replaces_it(alone, manager):
    add_criterion(grid=alone.grid, actor=manager, erratum=WHY, label="Ambition", group="Projet", weight=4, max_points=5)

    remove_criterion(criterion=alone, actor=manager, erratum=WHY)

    assert not Criterion.objects.filter(pk=alone.pk).exists()


def test_a_grid_that_nobody_reads_yet_may_be_emptied(manager):
    call = publishable_call()
    for criterion in list(call.grid.criteria.all()):
        remove_criterion(criterion=criterion, actor=manager)

    assert not call.grid.criteria.exists()


def test_the_pages_say_it_and_keep_what_was_typed(client, alone, manager):
    client.force_login(manager)
    typed = {"label": "Équipe projet", "group": "Projet", "kind": "rated", "weight": "0", "max_points": "5", "erratum": WHY}

    for name, data in (("scoring:criterion_edit", typed), ("scoring:criterion_remove", {"erratum": WHY})):
        answer = client.post(reverse(name, args=[alone.grid.call.reference, alone.pk]), data)
        assert answer.status_code == 422
        assert LAST in answer.text
        assert answer.context["form"]["erratum"].value() == WHY

    assert not GridErratum.objects.exists()
