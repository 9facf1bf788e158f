"""The parameters of a computed criterion, set in the grid without code: fields, what they give, what is kept, what is public."""

from decimal import Decimal

import pytest
from django.utils import timezone

from calls.models import Call
from portal.directory.models import Establishment
from portal.roles import Role
from scoring.models import Criterion, Grid, GridErratum
from tests.factories.accounts import person
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import CriterionFactory, GridFactory
from tests.reading import rows_of, tree_of

pytestmark = pytest.mark.django_db


def typed(criterion, **changes):
    """What the page of this criterion sends."""
    kept = {"label": criterion.label, "group": criterion.group, "help": "", "kind": "computed", "function": criterion.function, "weight": 1}
    return kept | {"max_points": 5} | changes


def shares(**changes):
    shown = {"rural": "100", "between": "50", "urban": "0", "unknown": ""} | changes
    return {f"reglage-{key}": value for key, value in shown.items()}


@pytest.fixture
def manager():
    return person(Role.CALL_MANAGER)


@pytest.fixture
def rurality():
    """The only criterion of a grid that nobody has published yet."""
    grid = GridFactory(call__state="draft")
    return CriterionFactory(grid=grid, kind="computed", levels=[], function="rurality", label="Ruralité", group="Territoire")


def address(criterion):
    return f"/jury/appels/{criterion.grid.call.reference}/grille/criteres/{criterion.pk}/"


def test_enter_in_a_field_saves_the_criterion_and_does_not_only_look(client, manager, rurality):
    client.force_login(manager)

    form = tree_of(client.get(address(rurality))).select_one("main form.pr-panel")

    pressed = form.select("button:not([type=button])")[0]  # what HTML presses for Enter: the first of the form
    assert not pressed.get("name") and "Enregistrer" in pressed.text


def test_the_page_shows_a_field_for_each_parameter_and_what_it_gives_to_the_lycees(client, manager, rurality):
    schools = [EstablishmentFactory(density_level=level) for level in (6, 6, 3, None)]
    Call.objects.filter(pk=rurality.grid.call_id).update(eligible_categories=[schools[0].category])
    client.force_login(manager)

    shown = client.get(address(rurality))

    assert [field.value() for field in shown.context["form"].parameter_fields] == ["100", "50", "0", ""]
    assert [(row.label, row.points, row.lycees) for row in shown.context["given"]] == [
        ("Rural à habitat dispersé", Decimal("5.00"), 2), ("Petite ville", Decimal("2.50"), 1), ("Densité non connue", None, 1),
    ]  # fmt: skip


def test_a_look_stores_nothing_and_keeps_what_is_typed(client, manager, rurality):
    EstablishmentFactory(density_level=3)
    client.force_login(manager)

    shown = client.post(address(rurality), typed(rurality, label="", reglages="rurality", apercu="1", **shares(between="30", unknown="10")))

    assert shown.status_code == 200
    assert [row.points for row in shown.context["given"] if row.label == "Petite ville"] == [Decimal("1.50")]
    assert (shown.context["form"].errors, shown.context["form"]["reglage-between"].value()) == ({}, "30")
    assert Criterion.objects.get().parameters == {}


def test_what_differs_from_the_default_is_kept_and_the_default_stays_exact(client, manager, rurality):
    client.force_login(manager)

    answer = client.post(address(rurality), typed(rurality, reglages="rurality", **shares(between="33,5", unknown="10")))

    assert answer.status_code == 302
    assert Criterion.objects.get(pk=rurality.pk).parameters == {"between": "33.5", "unknown": "10"}
    client.post(address(rurality), typed(rurality, reglages="rurality", **shares()))
    assert Criterion.objects.get().parameters == {}


@pytest.mark.parametrize("wrong", ["101", "-1", "beaucoup", ""])
def test_a_share_out_of_bounds_is_said_on_its_field(client, manager, rurality, wrong):
    client.force_login(manager)

    answer = client.post(address(rurality), typed(rurality, reglages="rurality", **shares(between=wrong)))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["reglage-between"]
    assert Criterion.objects.get().parameters == {}


def test_another_rule_begins_with_its_own_parameters(client, manager, rurality):
    Criterion.objects.update(parameters={"between": "20"})
    client.force_login(manager)

    answer = client.post(address(rurality), typed(rurality, function="pathway", reglages="rurality", **shares(between="20")))

    assert answer.status_code == 302
    assert (Criterion.objects.get().function, Criterion.objects.get().parameters) == ("pathway", {})


def test_a_public_grid_says_the_parameters_in_words_and_their_change_by_an_erratum(client, manager, rurality):
    Call.objects.filter(pk=rurality.grid.call_id).update(state="published")
    Grid.objects.update(frozen_at=timezone.now())
    CriterionFactory(grid=rurality.grid)
    client.force_login(manager)

    refused = client.post(address(rurality), typed(rurality, reglages="rurality", **shares(between="25")))
    kept = client.post(address(rurality), typed(rurality, reglages="rurality", erratum="La moitié était trop.", **shares(between="25")))
    public = client.get(f"/appels/{rurality.grid.call.slug}/grille/").content.decode()

    assert (refused.status_code, kept.status_code) == (422, 302)
    assert GridErratum.objects.get().changes == [
        "«\u00a0Ruralité\u00a0», petite ville ou ceinture urbaine : 25\u00a0% des points, au lieu de 50\u00a0% des points."
    ]
    assert "25\u00a0% des points, soit 1,25\u00a0point" in public


def test_the_bands_of_the_index_are_those_of_the_lycees_and_the_absent_index_is_a_line_of_its_own(client, manager, rurality):
    Criterion.objects.update(function="ips")
    for value in ("80.0", "90.0", "100.0", "110.0", None):
        school = EstablishmentFactory()
        Establishment.objects.filter(pk=school.pk).update(ips=value and Decimal(value), ips_year="2024-2025" if value else "")
    Call.objects.update(eligible_categories=[school.category])
    client.force_login(manager)

    shown = client.get(address(rurality))

    assert [(row.label, row.points, row.lycees) for row in shown.context["given"]] == [
        ("IPS jusqu’à 80,0", Decimal("5.00"), 1), ("IPS au-dessus de 80,0 et jusqu’à 90,0", Decimal("3.33"), 1),
        ("IPS au-dessus de 90,0 et jusqu’à 100,0", Decimal("1.67"), 1), ("IPS au-dessus de 100,0", Decimal("0.00"), 1),
        ("IPS non publié", None, 1),
    ]  # fmt: skip
    assert rows_of(shown, "#reglages table")[1][0] == "IPS jusqu’à 80,0"
