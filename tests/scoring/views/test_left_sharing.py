"""A file that gets too little of a shared envelope is not funded: the page of the sitting says so, and nothing that counts it."""

from decimal import Decimal

import pytest

from scoring.models import InterestDeclaration
from tests.factories.jury import with_second_factor
from tests.factories.sharing import chosen, shared

pytestmark = pytest.mark.django_db

TOLD = {
    "waiting": {"sentence": "Avec une place de plus, le suivant entrerait.", "one_more": [], "by_withdrawal": []},
    "ties": [{"sentence": "Le dernier est retenu à points égaux."}],
}


def scenario_of(floor: int):
    """Three places on 2 400 €: weights 3, 3 and 1 give the third 343 €."""
    made = shared(floor="amount", floor_amount=Decimal(floor))
    files = {made.files[3].reference: {"sentence": "Le troisième passe devant lui.", "rules": ["regle-1"]}}
    return made, chosen(made, files=files, **TOLD)


def page(client, made, scenario) -> str:
    client.force_login(with_second_factor(made.chair))
    return client.get(f"{scenario.get_absolute_url()}&vue=tous").content.decode().replace("\u00a0", " ")


def test_chosen_and_funded_are_told_apart_and_the_total_counts_the_funded(client):
    made, scenario = scenario_of(400)

    text = page(client, made, scenario)

    assert (scenario.summary["selected"], scenario.left_sharing, Decimal(scenario.summary["objective"])) == (2, 1, Decimal(170))
    assert "3 choisis, 2 financés" in text
    for claim in ("places et enveloppe respectées", "Avec une place de plus", "à points égaux", "Le troisième passe devant lui"):
        assert claim not in text


def test_where_everybody_has_a_part_all_is_told(client):
    made, scenario = scenario_of(100)

    text = page(client, made, scenario)

    assert (scenario.left_sharing, Decimal(scenario.summary["objective"])) == (0, Decimal(240))
    assert "places et enveloppe respectées" in text
    for claim in ("Avec une place de plus", "à points égaux", "Le troisième passe devant lui"):
        assert claim in text


def test_a_reader_from_whom_a_file_is_hidden_is_not_told_how_many_left(client):
    made, scenario = scenario_of(400)
    InterestDeclaration.objects.create(user=made.chair, application=made.files[2])

    assert "2 financés" not in page(client, made, scenario)
