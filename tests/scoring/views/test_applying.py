"""The condition of a criterion on every screen: composed by the manager, read by everybody, told to the juror, the ranking, the workbook."""

from decimal import Decimal

import pytest
from django.urls import reverse

from portal.roles import Role
from scoring.actions.assessment import compute_marks
from scoring.models import Assessment, Criterion, Score
from tests.factories.accounts import person
from tests.factories.calls import DEFINITION
from tests.factories.composing import composed_as
from tests.factories.directory import EstablishmentFactory
from tests.factories.jury import admissible_file, juror, jury_call, publishable_call, reading, staff
from tests.factories.scoring import CriterionFactory
from tests.reading import elements_of, rows_of, the, tree_of, words_of

pytestmark = pytest.mark.django_db

BOARDING = {"lycee": "boarding", "equals": True}
TOLD = "S’applique si le lycée a un internat."


def read(answer) -> str:
    return words_of(tree_of(answer)).replace("\u00a0", " ").replace("\u202f", " ")


# -- Composing ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def draft():
    call = publishable_call()
    CriterionFactory(grid=call.grid, label="Internat", group="Vie", key="internat", weight=2, levels=[])
    return call


@pytest.fixture
def address(draft):
    return reverse("scoring:criterion_edit", args=[draft.reference, draft.grid.criteria.get(key="internat").pk])


@pytest.fixture
def as_manager(client):
    client.force_login(staff(Role.CALL_MANAGER))
    return client


def typed(**more):
    return {"label": "Internat", "group": "Vie", "help": "", "kind": "rated", "function": "", "weight": 2, "max_points": 5, **more}


@pytest.mark.parametrize(
    "raw",
    [
        BOARDING,
        {"answer": "besoins", "has_a_line": {"column": "kind", "equals": "cabling"}},
        {"any": [BOARDING, {"answer": "niveau", "equals": "1re"}]},
    ],
)
def test_a_condition_is_composed_with_lists_kept_as_data_and_said_on_the_grid(as_manager, draft, address, raw):
    answer = as_manager.post(address, typed(**composed_as("applies_if", raw, DEFINITION)))

    assert answer.status_code == 302
    assert draft.grid.criteria.get(key="internat").applies_if == raw
    assert "S’applique si " in read(as_manager.get(reverse("scoring:grid", args=[draft.reference])))


def test_opening_the_page_and_keeping_it_changes_nothing(as_manager, draft, address):
    Criterion.objects.filter(key="internat").update(applies_if=BOARDING)
    page = as_manager.get(address)
    names = {control["name"] for control in elements_of(page, "main form [name]")}

    as_manager.post(
        address, typed(**{name: value for name, value in composed_as("applies_if", BOARDING, DEFINITION).items() if name in names})
    )

    assert TOLD in read(page)
    assert draft.grid.criteria.get(key="internat").applies_if == BOARDING


def test_a_press_that_adds_a_line_keeps_what_is_typed_and_stores_nothing(as_manager, draft, address):
    drawn = the(as_manager.get(address), "[name='applies_if-do']")

    answer = as_manager.post(address, typed(label="Veillées", **{"applies_if-kind": "group", "applies_if-do": drawn["value"]}))

    assert answer.status_code == 200
    assert the(answer, "[name='label']")["value"] == "Veillées"
    assert elements_of(answer, "[name='applies_if-0-subject']")
    assert draft.grid.criteria.get(key="internat").label == "Internat"


def test_a_condition_that_decides_nothing_is_refused_and_kept_on_the_page(as_manager, draft, address):
    raw = {"any": [{"answer": "niveau", "equals": "1re"}, {"answer": "niveau", "equals": "2nde"}]}

    answer = as_manager.post(address, typed(**composed_as("applies_if", raw, DEFINITION)))

    assert answer.status_code == 422
    assert "Cette condition ne sert à rien : elle est vraie de tous les dossiers" in read(answer)
    assert draft.grid.criteria.get(key="internat").applies_if is None


# -- Reading the grid ---------------------------------------------------------------------------------------------------------


def test_everybody_reads_the_condition_on_the_public_grid(client, draft):
    Criterion.objects.filter(key="internat").update(applies_if=BOARDING)
    type(draft).objects.filter(pk=draft.pk).update(**{"state": "published"})

    page = read(client.get(reverse("cms:call_grid", args=[draft.slug])))

    assert TOLD in page
    assert "ce critère ne s’applique pas : personne ne le note, et le poids des autres compte seul" in page


def test_a_grid_without_condition_says_nothing_of_them(client, draft):
    type(draft).objects.filter(pk=draft.pk).update(**{"state": "published"})

    assert "ne s’applique pas" not in read(client.get(reverse("cms:call_grid", args=[draft.slug])))


# -- Marking ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def scored():
    """Three files, of a lycée with boarders, one without, and one of which it is not known; the second criterion is for boarders."""
    call = jury_call()
    Criterion.objects.filter(key="c2").update(applies_if=BOARDING)
    files = [admissible_file(call, establishment=EstablishmentFactory(has_boarding=boards)) for boards in (True, False, None)]
    compute_marks(call=call, actor=person(Role.CALL_MANAGER))
    return call, files


@pytest.fixture
def own(scored):
    call, files = scored
    reader = juror(call)
    return [reading(file, reader, state="assigned") for file in files]


def page_of(client, assessment):
    client.force_login(assessment.juror)
    return client.get(reverse("scoring:assessment", args=[assessment.pk]))


def test_the_juror_reads_why_a_criterion_applies_does_not_or_is_not_known(client, own):
    second = Criterion.objects.get(key="c2")

    boards, without, unknown = (page_of(client, each) for each in own)

    assert "Ce critère s’applique à ce dossier : le lycée a un internat." in read(boards)
    assert "Ce critère ne s’applique pas à ce dossier : le lycée n’a pas d’internat." in read(without)
    assert "On ne sait pas si ce critère s’applique à ce dossier : l’internat du lycée n’est pas connu. Il est noté et compte." in read(
        unknown
    )
    assert [bool(elements_of(page, f"[name='points-{second.pk}']")) for page in (boards, without, unknown)] == [True, False, True]


def test_points_sent_from_a_page_opened_before_are_refused_with_the_reason(client, own):
    first, second = Criterion.objects.order_by("position")
    client.force_login(own[1].juror)

    saved = client.post(reverse("scoring:save_criterion", args=[own[1].pk, second.pk]), {f"points-{second.pk}": "4"})
    whole = client.post(
        reverse("scoring:assessment", args=[own[1].pk]), {f"points-{first.pk}": "4", f"points-{second.pk}": "4"}, follow=True
    )

    assert saved.status_code == 422
    assert "Pas enregistré : ce critère n’est plus à noter." in read(saved) and "le lycée n’a pas d’internat" in read(saved)
    assert f"« {second.label} » n’est plus à noter, et les points envoyés ne sont pas enregistrés." in read(whole)
    assert list(Score.objects.values_list("criterion__key", "points")) == [("c1", Decimal(4))]


def test_what_was_given_before_is_shown_as_kept_and_not_counted(client, own):
    Score.objects.create(assessment=own[1], criterion=Criterion.objects.get(key="c2"), points=Decimal(3))

    page = read(page_of(client, own[1]))

    assert "Les 3,0 points donnés avant sont gardés et ne comptent pas." in page


def test_a_file_to_which_nothing_applies_has_nothing_to_mark_and_is_handed_in(client):
    call = jury_call(weights=(1,))
    Criterion.objects.update(applies_if=BOARDING)
    file = admissible_file(call, establishment=EstablishmentFactory(has_boarding=False))
    compute_marks(call=call, actor=person(Role.CALL_MANAGER))
    own = reading(file, juror(call), state="assigned")

    page = page_of(client, own)
    client.post(reverse("scoring:assessment_hand_in", args=[own.pk]))

    assert "Aucun critère noté ne s’applique à ce dossier : il n’y a rien à noter." in read(page)
    assert Assessment.objects.get(pk=own.pk).is_handed_in


# -- Ranking ------------------------------------------------------------------------------------------------------------------


def test_the_ranking_counts_the_files_of_each_condition_and_names_the_doubtful_ones(as_manager, scored):
    call, files = scored

    page = as_manager.get(reverse("scoring:ranking", args=[call.reference]))

    row = next(row for row in rows_of(page) if row[0].startswith("Critère 2"))
    assert row[1:4] == ["1", "1", "1"]
    assert row[4].startswith(files[2].reference)


def test_the_page_of_a_file_says_why_a_criterion_has_no_points(as_manager, scored):
    call, files = scored
    reading(files[1], juror(call), 4, 0)

    page = as_manager.get(reverse("scoring:ranking_file", args=[call.reference, files[1].reference]))

    row = next(row for row in rows_of(page) if row[0].startswith("Critère 2"))
    assert row[1] == "ne s’applique pas"
    assert "le lycée n’a pas d’internat" in row[3] and "1 juré l’avait noté : ces points sont gardés et ne comptent pas." in row[3].replace(
        "\u00a0", " "
    )


def test_a_file_without_any_criterion_says_so_in_the_ranking(as_manager):
    call = jury_call(weights=(1,))
    Criterion.objects.update(applies_if=BOARDING)
    admissible_file(call, establishment=EstablishmentFactory(has_boarding=False))
    compute_marks(call=call, actor=person(Role.CALL_MANAGER))

    assert "Aucun critère ne s’applique" in read(as_manager.get(reverse("scoring:ranking", args=[call.reference])))
