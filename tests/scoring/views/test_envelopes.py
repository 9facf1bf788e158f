"""The money of calls on their pages: before a call deliberates as after, with its delegated parts, its transfers, what it announces."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calls.enums import CallState
from calls.models import Call
from portal.roles import Role
from scoring.enums import BudgetSection
from scoring.models import AnnouncedAmount, Envelope, EnvelopeTransfer
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import EnvelopeFactory
from tests.reading import rows_of, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance(client):
    found = person(Role.FINANCE)
    client.force_login(found)
    return found


@pytest.fixture
def line(finance):
    EstablishmentFactory(sector="private")
    call = CallFactory(state=CallState.PUBLISHED, budget_amount=Decimal(1000))
    return EnvelopeFactory(call=call, label="Équipement", amount=Decimal(1000), section=BudgetSection.INVESTMENT, year=2027)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_every_call_is_listed_with_what_it_announces_holds_and_has_left(client, line):
    CallFactory(title="Sans argent", budget_amount=Decimal(500))

    rows = [[plain(cell) for cell in row] for row in rows_of(client.get(reverse("scoring:envelopes")), "table")]

    shown = {row[0].removesuffix(line.call.reference): row[2:] for row in rows[1:]}
    assert shown[line.call.title] == ["1 000 €", "1 000 €", "–", "0 €", "1 000 €"]
    assert ["500 €", "0 €", "Aucune enveloppe"] in [row[2:5] for row in rows]


def test_without_a_call_the_list_says_so(client, finance):
    assert "Aucun appel" in client.get(reverse("scoring:envelopes")).content.decode()


def test_the_money_of_calls_is_no_business_of_others(client, line):
    for role in (Role.OFFICER, Role.JUROR, Role.ORDERS):
        client.force_login(person(role))
        assert client.get(reverse("scoring:envelopes")).status_code == 403
        assert client.get(reverse("scoring:money", args=[line.call.reference])).status_code == 404


def test_finance_delegates_a_part_then_makes_it_larger_by_a_transfer_and_takes_it_back(client, line):
    refused = client.post(reverse("scoring:envelope_delegate", args=[line.pk]), {"label": "Privés", "amount": "300"})
    asked = {"label": "Privés", "amount": "300", "group": "sector:private"}
    done = client.post(reverse("scoring:envelope_delegate", args=[line.pk]), asked)
    part = Envelope.objects.get(parent=line)
    moved = client.post(
        reverse("scoring:envelope_transfer", args=[line.pk]), {"target": part.pk, "amount": "50,50", "reason": "Un de plus."}
    )

    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"group"})
    assert done.url == moved.url == reverse("scoring:money", args=[line.call.reference])
    page = client.get(line.get_absolute_url())
    assert "Privés" in texts_of(page, "th, td")[0] or "Privés" in page.content.decode()
    assert "350,50" in page.content.decode()
    made = EnvelopeTransfer.objects.get()
    assert client.get(reverse("scoring:transfer_take_back", args=[made.pk])).status_code == 200
    client.post(reverse("scoring:transfer_take_back", args=[made.pk]), {"reason": "Erreur."})
    assert Envelope.objects.get(pk=part.pk).amount == 300
    assert "Annulé" in client.get(line.get_absolute_url()).content.decode()


def test_a_transfer_that_cannot_be_says_why_and_keeps_what_was_typed(client, line):
    other = EnvelopeFactory(call=line.call, label="Câblage", amount=Decimal(0))
    running = EnvelopeFactory(call=line.call, label="Maintenance", amount=Decimal(0), section=BudgetSection.OPERATING)
    address = reverse("scoring:envelope_transfer", args=[line.pk])

    much = client.post(address, {"target": other.pk, "amount": "1000,01", "reason": "Trop."})
    elsewhere = client.post(address, {"target": running.pk, "amount": "1", "reason": "Ailleurs."})

    assert (much.status_code, elsewhere.status_code) == (422, 422)
    assert "de libres" in much.content.decode()
    assert 'value="1000,01"' in much.content.decode()
    assert set(elsewhere.context["form"].errors) == {"target"}
    assert not EnvelopeTransfer.objects.exists()


def test_a_part_is_not_delegated_again_and_a_line_without_money_gives_nothing(client, line):
    part = EnvelopeFactory(call=line.call, label="Privés", parent=line, amount=Decimal(0), group="sector:private", group_label="Privé")

    assert client.get(reverse("scoring:envelope_delegate", args=[part.pk])).status_code == 404
    assert "Rien n’est libre" in client.get(reverse("scoring:envelope_transfer", args=[part.pk])).content.decode()
    page = client.get(part.get_absolute_url()).content.decode()
    assert "Déléguer une part" not in page
    assert "sont ceux de «" in page


def test_what_the_envelopes_hold_is_announced_on_the_page_of_the_call_with_its_reason(client, line):
    Call.objects.filter(pk=line.call_id).update(budget_amount=800)
    address = reverse("scoring:amount_announce", args=[line.call.reference])
    money_page = client.get(reverse("scoring:money", args=[line.call.reference]))
    assert address in money_page.content.decode()

    shown = client.get(address)
    seen = shown.context["told"].mark
    Envelope.objects.filter(pk=line.pk).update(amount=1200)
    stale = client.post(address, {"reason": "Crédits du 12 mars.", "seen": seen})
    done = client.post(address, {"reason": "Crédits du 12 mars."})

    assert (stale.status_code, done.status_code) == (409, 302)
    assert AnnouncedAmount.objects.get().amount == 1200
    assert "Crédits du 12 mars." in client.get(reverse("scoring:money", args=[line.call.reference])).content.decode()
    assert "Il n’y a rien à annoncer" in client.get(address).content.decode()


def test_one_statement_more_for_a_call_never(client, line):

    client.get(reverse("scoring:envelopes"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("scoring:envelopes"))
    EnvelopeFactory.create_batch(5)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("scoring:envelopes"))

    assert len(many) == len(few)
