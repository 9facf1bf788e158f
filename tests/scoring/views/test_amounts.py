"""The screens of a decision that grants amounts: what finance writes, what is read there, and by whom."""

from decimal import Decimal

import pytest
from django.utils import timezone

from calls.models import Call
from portal.roles import Role
from scoring.actions.decision import record_vote
from scoring.actions.release import ask_release
from scoring.hooks import jobs
from scoring.models import FundingDecision
from tests.factories.accounts import person
from tests.factories.deliberation import deliberation, propose, quiet, revise
from tests.factories.orders import DecisionLineFactory
from tests.reading import rows_of, text_of, texts_of, values_of

pytestmark = pytest.mark.django_db
QUERIES = 13
COST = "Coût des ressources TTC"


def in_money():
    return propose(deliberation(amounts=(0, 0, 0, 0), asked={"cout": ("120.50", "80.00", "80.00", "80.00")}))


def mixed():
    return propose(deliberation(asked={"cout": ("20.25",) * 4}, money=300))


def first(made) -> FundingDecision:
    return FundingDecision.objects.get(application=made.files[0])


def typed(made, **changes):
    return {
        "version": "1", "outcome": "awarded", "envelope": str(made.envelope.pk), "motive": "Ressources pour deux classes.",
        "amount-cout": "100,10", "cut-cout": "Les droits sont gratuits.",
    } | changes  # fmt: skip


def test_finance_reduces_an_amount(client):
    made = in_money()
    client.force_login(made.finance)

    response = client.post(first(made).get_absolute_url(), typed(made))

    assert response.url == first(made).get_absolute_url()
    assert (first(made).outcome, first(made).granted_amount, first(made).to_pay_amount) == (
        "partly_awarded",
        Decimal("100.10"),
        Decimal("100.10"),
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("120,51", "dépasse le plafond de 120,50\u00a0€"),
        ("-1", "Une valeur négative n’est pas acceptée."),
        ("cent", "Indiquez un montant en euros"),
        ("", "garde au moins une ligne"),
        ("0", "garde au moins une ligne"),
    ],
)
def test_an_amount_that_makes_no_sense_is_said_and_keeps_what_was_typed(client, value, said):
    made = in_money()
    client.force_login(made.finance)

    response = client.post(first(made).get_absolute_url(), typed(made, **{"amount-cout": value}))
    page = response.content.decode()

    assert response.status_code == 422
    assert said in page
    assert f'value="{value}"' in page
    assert "Ressources pour deux classes." in page
    assert first(made).version == 1


def test_the_form_of_a_file_without_needs_shows_its_amounts_alone(client):
    made = in_money()
    client.force_login(made.finance)

    page = client.get(first(made).get_absolute_url())

    assert "Montants retenus" in texts_of(page, "form h2")
    assert "Besoins retenus" not in texts_of(page, "form h2")
    assert values_of(page, "amount-cout") == ["120,50"]


def test_the_form_of_a_file_without_amounts_does_not_speak_of_them(client):
    made = propose(deliberation())
    client.force_login(made.finance)

    page = client.get(first(made).get_absolute_url())

    assert "Besoins retenus" in texts_of(page, "form h2")
    assert "Montants retenus" not in texts_of(page, "form h2")


def test_a_decision_tells_needs_from_amounts_to_pay(client):
    made = mixed()
    revise(made, 0, amounts={"cout": Decimal("20.00")})
    client.force_login(person(Role.AUDITOR))

    rows = rows_of(client.get(first(made).get_absolute_url()), "table")

    assert rows == [
        ["Retenu", "Quantité", "Montant TTC"],
        ["Ordinateur portable 11,6 poucesÉquipement", "10", "100,00\u00a0€"],
        [f"{COST}Montant à verser, sur 20,25\u00a0€ demandés", "–", "20,00\u00a0€"],
        ["Montant accordé TTC", "120,00\u00a0€"],
        ["dont à verser au lycée", "20,00\u00a0€"],
        ["Non retenu", "Motif"],
        [f"{COST} (0,25\u00a0€ sur 20,25\u00a0€)", "La Région ne finance pas toute cette ligne."],
    ]


@pytest.mark.parametrize("lines", [0, 5])
def test_the_page_of_a_decision_asks_the_same_queries_whatever_its_lines(client, django_assert_num_queries, lines):
    made = mixed()
    DecisionLineFactory.create_batch(lines, decision=first(made))
    client.force_login(person(Role.AUDITOR))

    with django_assert_num_queries(QUERIES):
        client.get(first(made).get_absolute_url())


def test_amounts_are_read_by_their_lycee_alone_and_once_released(client):
    made = mixed()
    head, other = (person(Role.HEAD, at=made.files[index].establishment) for index in (0, 1))
    address = made.files[0].get_absolute_url()
    client.force_login(head)
    assert "à verser" not in text_of(client.get(address))
    record_vote(call=made.call, number="26CP-1", held_on=timezone.localdate(), actor=made.finance)
    assert "à verser" not in text_of(client.get(address))

    jobs.release(ask_release(call=Call.objects.get(), actor=made.manager), quiet)

    assert "Montant à verser" in text_of(client.get(address))
    client.force_login(other)
    assert client.get(address).status_code == 404
