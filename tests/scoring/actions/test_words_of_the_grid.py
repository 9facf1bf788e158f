"""What the pages of a call say of its grid, in number."""

import pytest

from portal.roles import Role
from scoring.actions.grid import create_grid
from scoring.hooks.next_wave import grid, shipped_grid
from scoring.hooks.readiness import grid_is_ready
from scoring.models import Grid
from scoring.shipped import GRIDS
from tests.factories.accounts import person
from tests.factories.calls import CallFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return person(Role.CALL_MANAGER)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("bouquet-ressources", "1 critère, avec ses niveaux et son poids, sur"),
        ("lycee-40", "6 critères, avec leurs niveaux et leurs poids, sur"),
    ],
)
def test_what_a_call_receives_of_a_model_agrees_in_number(manager, model, expected):
    carried = next(shipped_grid(model, CallFactory(), manager))

    assert carried.told.replace("\xa0", " ").startswith(expected)
    following = next(grid(Grid.objects.get().call, CallFactory(), manager))
    assert following.told.replace("\xa0", " ").startswith(expected)


def test_a_single_criterion_marked_by_the_jury_is_told_in_the_singular(manager):
    call = CallFactory()
    create_grid(call=call, actor=manager, shipped=GRIDS["bouquet-ressources"])

    (line,) = grid_is_ready(call)

    assert line.sentence.replace("\xa0", " ") == "1 critère, dont 1 noté par le jury, sur 100."
