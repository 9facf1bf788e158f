"""The condition of a criterion in the life of a grid: written, published, corrected, carried; the form on which it counts."""

import pytest

from calls.actions.building import edit_form, undo_edit
from calls.building.parts import add_part, remove_part
from calls.models import Call
from portal.roles import Role
from portal.text.french import NBSP
from portal.workflow.gate import TransitionRefused, perform
from portal.workflow.readiness import Readiness, readiness_of
from scoring.actions.grid import add_criterion, create_grid, edit_criterion, remove_criterion
from scoring.models import Criterion, Grid, GridErratum
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.jury import publishable_call, staff
from tests.factories.scoring import CriterionFactory

pytestmark = pytest.mark.django_db

BOARDING = {"lycee": "boarding", "equals": True}
FIRST = {"answer": "niveau", "equals": "1re"}
BOARDERS = {"key": "internes", "kind": "number", "label": "Élèves internes", "required": False, "minimum": 0, "maximum": 999}
WHY = "Un lycée sans internat n’a rien à en dire."


@pytest.fixture
def manager():
    return staff(Role.CALL_MANAGER)


@pytest.fixture
def draft():
    """A call that lacks nothing, whose second criterion is for lycées with boarders."""
    call = publishable_call()
    CriterionFactory(grid=call.grid, label="Internat", weight=2, applies_if=BOARDING)
    return call


def said(call: Call, state: Readiness) -> list[str]:
    lines = readiness_of(call, "publish")
    return [line.sentence.replace(NBSP, " ") for line in lines if line.label == "Conditions de la grille" and line.state == state]


def test_a_grid_with_a_condition_is_published_and_says_how_many(draft, manager):
    assert said(draft, Readiness.READY) == ["1 critère s’applique sous condition ; chaque dossier a au moins un critère à noter."]
    assert perform(draft, "publish", actor=manager).state == "published"


def test_a_call_without_conditions_says_nothing_of_them():
    assert "Conditions de la grille" not in [line.label for line in readiness_of(publishable_call(), "publish")]


def test_a_grid_that_may_leave_nothing_to_mark_is_not_published(draft, manager):
    Criterion.objects.filter(grid=draft.grid).exclude(label="Internat").update(applies_if=FIRST, label="Première")

    with pytest.raises(TransitionRefused):
        perform(draft, "publish", actor=manager)

    [sentence] = said(draft, Readiness.MISSING)
    assert sentence == (
        "Tous les critères notés par le jury ont une condition (« Première » et « Internat »), et un dossier peut n’en remplir aucune : "
        "il n’aurait rien à noter. Gardez-en un sans condition, ou un qui s’applique quand les autres ne s’appliquent pas."
    )


def test_conditions_of_which_one_always_holds_are_published(draft):
    Criterion.objects.filter(grid=draft.grid).exclude(label="Internat").update(applies_if={"not": BOARDING})

    assert said(draft, Readiness.MISSING) == []


def test_a_condition_on_a_question_that_the_form_has_not_is_not_published(draft):
    Criterion.objects.filter(label="Internat").update(applies_if={"answer": "disparue", "equals": True})

    [line] = [line for line in readiness_of(draft, "publish") if line.label == "Conditions de la grille"]

    assert said(draft, Readiness.MISSING) == ["1 critère a une condition qui ne se lit pas avec le questionnaire de l’appel."]
    assert "Internat" in line.items[0].text and "disparue" in line.items[0].text


# -- Errata -------------------------------------------------------------------------------------------------------------------


def told(grid: Grid) -> list[str]:
    return [change.replace(NBSP, " ") for change in GridErratum.objects.filter(grid=grid).latest("pk").changes]


def test_once_public_a_condition_changes_by_an_erratum_that_says_both(draft, manager):
    perform(draft, "publish", actor=manager)
    criterion = Criterion.objects.get(label="Internat")

    with pytest.raises(TransitionRefused):
        edit_criterion(criterion=criterion, actor=manager, applies_if=None)
    edit_criterion(criterion=Criterion.objects.get(pk=criterion.pk), actor=manager, applies_if=FIRST, erratum=WHY)
    first = told(draft.grid)
    edit_criterion(criterion=Criterion.objects.get(pk=criterion.pk), actor=manager, applies_if=None, erratum=WHY)

    assert first == [
        "« Internat » s’applique si « Niveau principal » est « Première ». Auparavant, il s’applique si le lycée a un internat."
    ]
    assert told(draft.grid) == [
        "« Internat » s’applique à tous les dossiers. Auparavant, il s’applique si « Niveau principal » est « Première »."
    ]


def test_an_erratum_that_adds_a_criterion_says_its_condition(draft, manager):
    perform(draft, "publish", actor=manager)

    add_criterion(grid=draft.grid, actor=manager, erratum=WHY, label="Veillées", group="", weight=1, max_points=5, applies_if=BOARDING)

    assert told(draft.grid) == ["Critère ajouté : « Veillées », poids 1, s’applique si le lycée a un internat."]


@pytest.mark.parametrize("act", ["edit", "remove"])
def test_no_erratum_leaves_a_file_without_anything_to_mark(draft, manager, act):
    perform(draft, "publish", actor=manager)
    other = Criterion.objects.filter(grid=draft.grid).exclude(label="Internat").get()

    with pytest.raises(TransitionRefused) as refusal:
        if act == "edit":
            edit_criterion(criterion=other, actor=manager, applies_if=FIRST, erratum=WHY)
        else:
            remove_criterion(criterion=other, actor=manager, erratum=WHY)

    assert "n’aurait rien à noter" in refusal.value.reasons[0]
    assert Criterion.objects.get(pk=other.pk).applies_if is None
    assert not GridErratum.objects.exists()


def test_once_files_are_scored_no_condition_changes(draft, manager):
    perform(draft, "publish", actor=manager)
    Call.objects.filter(pk=draft.pk).update(**{"state": "assessment"})

    with pytest.raises(TransitionRefused) as refusal:
        edit_criterion(criterion=Criterion.objects.get(label="Internat"), actor=manager, applies_if=None, erratum=WHY)

    assert refusal.value.wrong_state


def test_a_copied_grid_keeps_its_conditions(draft):
    copy = create_grid(call=CallFactory(), actor=person(Role.CALL_MANAGER), source=draft.grid)

    assert copy.criteria.get(label="Internat").applies_if == BOARDING


# -- The form -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(draft, manager):
    """The same call, its criterion decided by an answer, its form being written."""
    draft.questionnaires.update(frozen_at=None)
    Criterion.objects.filter(label="Internat").update(applies_if=FIRST)
    return draft


def without(key):
    return lambda definition: remove_part(definition, key)


def test_a_question_that_decides_of_a_criterion_is_not_taken_out(written, manager):
    with pytest.raises(TransitionRefused) as refusal:
        edit_form(call=written, change=without("niveau"), actor=manager)

    assert refusal.value.reasons[0] == "La question « Niveau principal » sert à : le critère « Internat » de la grille."
    assert any(q["key"] == "niveau" for s in Call.objects.get(pk=written.pk).questionnaire.definition["sections"] for q in s["questions"])


def test_another_question_is_taken_out_as_before(written, manager):
    edit_form(call=written, change=without("cofinancement"), actor=manager)

    assert written.questionnaires.get().schema.question("cofinancement") is None


def test_a_change_on_which_a_criterion_counts_since_is_not_undone(written, manager):
    edit_form(call=written, change=lambda definition: add_part(definition, "projet", BOARDERS), actor=manager)
    Criterion.objects.filter(label="Internat").update(applies_if={"answer": "internes", "at_least": 1})

    with pytest.raises(TransitionRefused) as refusal:
        undo_edit(call=written, actor=manager)

    assert refusal.value.reasons[0] == "La question « Élèves internes » sert à : le critère « Internat » de la grille."
