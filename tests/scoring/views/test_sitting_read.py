"""What a sitting has set is read by whoever reads the sitting, without the acts; what it must hide stays hidden."""

from decimal import Decimal

import pytest
from django.urls import reverse

from portal.workflow.gate import perform
from scoring.models import AmountPolicy, Envelope, InterestDeclaration, SelectionRun, SelectionSession
from tests.factories.accounts import person
from tests.factories.balance import places, rule, sitting
from tests.factories.jury import with_second_factor
from tests.factories.scoring import PanelMemberFactory
from tests.reading import text_of, the

pytestmark = pytest.mark.django_db

SCREENS = ("number_retained", "session_rules", "session_attendance")


@pytest.fixture
def made():
    """A sitting that shares 2 400 € between four files, three places, one rule."""
    made = sitting((90, 80, 70, 60), (1000, 1000, 1000, 1000), money=2400)
    AmountPolicy.objects.create(call=made.call, way="shared", bands=[["80.00", 3], ["60.00", 1]])
    rule(made, minimum=1)
    return places(made, 3)


def reader(made, kind: str):
    user = with_second_factor(person(kind))
    if kind == "juror":
        PanelMemberFactory(call=made.call, user=user, body=made.seats[0].body)
    return user


def page(made, screen: str) -> str:
    return reverse(f"scoring:{screen}", args=[made.session.pk])


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("kind", ["juror", "auditor"])
def test_who_reads_the_sitting_is_led_to_what_it_has_set_and_changes_nothing(client, made, kind, screen):
    client.force_login(reader(made, kind))
    sitting_page = client.get(made.session.get_absolute_url())

    shown = client.get(page(made, screen))

    assert f'href="{page(made, screen)}"' in sitting_page.content.decode()
    assert shown.status_code == 200
    assert 'method="post"' not in shown.content.decode().split("<main")[1]
    assert client.post(page(made, screen), {"nombre": "2", "vu": "3"}).status_code == 403
    assert SelectionSession.objects.get(pk=made.session.pk).places == 3
    assert not SelectionRun.objects.exists()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("kind", ["juror", "officer", "finance", "holder"])
def test_who_does_not_read_the_sitting_reads_none_of_it(client, made, kind, screen):
    """A juror of another call, and finance before the sitting is closed."""
    client.force_login(with_second_factor(person(kind)))

    assert client.get(page(made, screen)).status_code == 404
    assert client.post(page(made, screen), {"nombre": "2"}).status_code == 404


def test_a_reader_looks_at_a_number_and_is_told_of_one_that_cannot_be(client, made):
    client.force_login(reader(made, "auditor"))

    looked = client.get(page(made, "number_retained"), {"nombre": "2"})
    refused = client.get(page(made, "number_retained"), {"nombre": "9"})

    assert len(looked.context["parts"]) == 2
    assert refused.status_code == 422
    assert "Le nombre va de 1 à 4." in text_of(refused)


def test_the_rules_the_places_and_the_money_are_read(client, made):
    client.force_login(reader(made, "auditor"))

    shown = the(client.get(page(made, "session_rules")), "main").get_text(" ", strip=True)

    assert "Au moins 1 dossier privé" in shown
    assert "Nombre de places 3" in shown
    assert "2\u00a0400,00\u00a0€" in shown


def test_a_juror_with_a_conflict_reads_neither_the_hidden_file_nor_the_money(client, made):
    juror = reader(made, "juror")
    hidden = made.files[3]
    InterestDeclaration.objects.create(user=juror, application=hidden)
    client.force_login(juror)

    number, rules = client.get(page(made, "number_retained"), {"nombre": "4"}), client.get(page(made, "session_rules"))

    assert number.context["screen"] is None and number.context["parts"] == []
    assert "peuvent avoir une part" not in text_of(number)
    assert "3 dossiers notés et chiffrés" in text_of(rules)
    assert "2 400" not in text_of(rules)
    for shown in (number, rules):
        assert hidden.reference not in shown.content.decode()
        assert hidden.establishment.name not in shown.content.decode()


def test_once_it_is_over_what_it_set_is_still_read_and_no_number_is_counted_again(client, made):
    made.session = perform(made.session, "cancel", actor=made.manager, reason="Reportée.")
    Envelope.objects.filter(call=made.call).update(amount=Decimal(10))
    client.force_login(made.manager)

    number, rules = text_of(client.get(page(made, "number_retained"))), text_of(client.get(page(made, "session_rules")))

    assert "La séance ne choisit plus" in number
    assert "Au moins 1 dossier privé" in rules
    assert "10,00 €" not in rules
    assert client.post(page(made, "session_rules"), {"places": "1"}).status_code == 409
