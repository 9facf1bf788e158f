"""Once results are public, the money of a call is read and no longer offered to be changed."""

import pytest

from calls.models import Call
from portal.roles import Role
from scoring.models import Envelope
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.scoring import EnvelopeFactory, FundingDecisionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["released", "archived"])
def test_no_form_is_offered_for_what_no_longer_changes(client, state):
    envelope = EnvelopeFactory(call=CallFactory(state=state), label="Équipement", amount=1000)
    client.force_login(person(Role.FINANCE))

    page = client.get(f"/decisions/enveloppes/{envelope.pk}/")

    assert page.status_code == 409
    assert "Les résultats de cet appel sont publiés" in page.content.decode()
    assert 'name="amount"' not in page.content.decode()


def test_the_list_leads_to_it_as_long_as_it_may_change(client):
    envelope = FundingDecisionFactory(state="voted", envelope__label="Équipement").envelope
    Call.objects.filter(pk=envelope.call_id).update(state="voted")
    client.force_login(person(Role.FINANCE))
    address, page = f'href="/decisions/enveloppes/{envelope.pk}/"', f"/decisions/?appel={envelope.call.reference}"
    before = client.get(page).content.decode()
    Call.objects.filter(pk=envelope.call_id).update(state="released")
    after = client.get(page).content.decode()

    assert address in before
    assert address not in after
    assert "Équipement" in after


def test_what_is_sent_too_late_is_kept_to_be_read(client):
    envelope = EnvelopeFactory(call=CallFactory(state="released"), label="Équipement", amount=1000)
    client.force_login(person(Role.FINANCE))

    page = client.post(f"/decisions/enveloppes/{envelope.pk}/", {"label": "Câblage", "budget_code": "", "amount": "2000"})

    assert page.status_code == 409
    assert "Câblage" in page.content.decode()
    assert Envelope.objects.get().label == "Équipement"
