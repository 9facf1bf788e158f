"""The form of a call as anybody reads it, before beginning a file."""

import pytest

from tests.factories.calls import CallFactory
from tests.factories.conditions import CONDITIONAL
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db


def test_the_public_reads_the_conditions_of_the_form(client, site):
    CallFactory(slug="appel", with_questionnaire=CONDITIONAL)

    public = words_of(tree_of(client.get("/appels/appel/formulaire/"))).replace("\u00a0", " ")

    assert "Posée si « Niveau principal » est « Première »." in public
    assert "Obligatoire si « Élèves concernés » est d’au moins 10." in public
    assert "La part du lycée ne dépasse pas le total des besoins." in public
