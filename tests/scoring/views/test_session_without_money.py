"""A sitting whose call has no envelope yet."""

import pytest

from scoring.models import Envelope
from tests.factories.deliberation import deliberation
from tests.factories.scoring import SelectionSessionFactory

pytestmark = pytest.mark.django_db


def test_no_envelope_is_said_on_the_form(client):
    made = deliberation()
    session = SelectionSessionFactory(call=made.call)
    Envelope.objects.all().delete()

    client.force_login(made.chair)
    response = client.get(f"/seances/{session.pk}/regles/")

    assert "n’a pas encore d’enveloppe" in response.content.decode()
