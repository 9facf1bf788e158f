"""« Combien de lycées, combien chacun »: who opens it, what each number gives, the choice and its change."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from portal.directory.models import Establishment
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.workflow.gate import perform
from scoring.actions.balance import set_frame
from scoring.models import AmountPolicy, InterestDeclaration, SelectionRun
from scoring.optimiser.shared import weightless
from tests.factories.accounts import person
from tests.factories.balance import rule, sitting
from tests.factories.jury import with_second_factor
from tests.factories.scoring import PanelMemberFactory
from tests.factories.sharing import chosen, decided, shared
from tests.reading import elements_of, the

pytestmark = pytest.mark.django_db

BANDS = [["80.00", 3], ["60.00", 1]]


@pytest.fixture
def made():
    """Four files of 1 000 €, the first two of weight 3, on 2 400 €; a project cannot be done under 400 €."""
    made = sitting((90, 80, 70, 60), (1000, 1000, 1000, 1000), money=2400)
    AmountPolicy.objects.create(call=made.call, way="shared", bands=BANDS, floor="amount", floor_amount=Decimal(400))
    return made


def address(made) -> str:
    return reverse("scoring:number_retained", args=[made.session.pk])


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_every_number_is_drawn_and_in_figures_and_what_stops_being_feasible_is_said(client, made):
    client.force_login(made.manager)

    page = client.get(address(made))

    rows = [(row.retained, row.first, row.last, row.too_little) for row in page.context["screen"].rows]
    assert rows == [(1, 1000, 1000, 0), (2, 1000, 1000, 0), (3, 1000, 400, 0), (4, 900, 300, 2)]
    assert page.context["screen"].feasible == 3
    assert "À partir du trait pointillé, 4 dossiers" in page.content.decode()


def test_the_curve_is_whole_on_a_narrow_page_too(client, made):
    client.force_login(made.manager)

    page = client.get(address(made), {"nombre": "2"})

    drawn = BeautifulSoup(page.content, "html.parser").find_all("svg", class_="pr-dist")
    assert [svg["viewbox"].split()[2] for svg in drawn] == ["640", "320"]
    for svg in drawn:
        points = [float(at.split()[0]) for line in svg.select("path.g-curve")[:3] for at in line["d"].removeprefix("M").split("L")]
        assert len(points) == 12 and 0 < min(points) < max(points) < float(svg["viewbox"].split()[2])
        assert [name.text for name in svg.find_all("text")[-3:]] == ["le premier", "le médian", "le dernier"]


def test_an_amount_above_that_of_the_first_file_is_drawn_at_its_height(client):
    made = sitting((90, 80), (1000, 2000), money=9000)
    AmountPolicy.objects.create(call=made.call, way="shared", bands=BANDS)
    client.force_login(made.manager)

    curve = client.get(address(made), {"nombre": "2"}).context["screen"].wide

    assert (curve.first_path, curve.last_path) == ("M70.0 106.0L540.0 106.0", "M70.0 106.0L540.0 16.0")


def test_a_number_is_looked_at_with_what_each_would_get_and_why(client, made):
    client.force_login(made.manager)

    page = client.get(address(made), {"nombre": "4"})

    assert [plain(part.reason) for part in page.context["parts"]] == [
        "1 000 € : tout ce qu’il demande, note 90,00 sur 100.",
        "1 000 € : tout ce qu’il demande, note 80,00 sur 100.",
        "400 € : sa part de l’enveloppe, note 70,00 sur 100 ; demandé 1 000 €.",
        "Sa part de l’enveloppe serait inférieure à 400 €, sans quoi le projet ne peut pas se faire.",
    ]
    assert not SelectionRun.objects.exists()


def test_a_number_that_cannot_be_is_said_and_stays_typed(client, made):
    client.force_login(made.manager)

    page = client.get(address(made), {"nombre": "douze"})
    posted = client.post(address(made), {"nombre": "5", "vu": ""})

    assert page.status_code == posted.status_code == 422
    looked, choosing = (the(page, f"[aria-labelledby={panel}]") for panel in ("regarder", "choisir"))
    assert the(looked, "[name=nombre]")["value"] == "douze" and elements_of(looked, "#regarde_nombre_erreur")
    assert not elements_of(choosing, ".pr-error") and not elements_of(page, "[data-errors]")
    assert posted.context["form"]["nombre"].value() == "5"
    assert "Le nombre va de 1 à 4." in posted.context["form"].errors["nombre"]


def test_the_choice_is_computed_and_changes_as_long_as_the_sitting_lives(client, made):
    client.force_login(with_second_factor(made.chair))

    first = client.post(address(made), {"nombre": "3", "vu": ""})
    second = client.post(address(made), {"nombre": "2", "vu": "3"})

    assert (first.status_code, second.status_code) == (302, 302)
    assert [run.instance["rules"][0]["max"] for run in SelectionRun.objects.order_by("pk")] == [3, 2]
    assert Job.objects.filter(kind="scoring.select").count() == 2
    assert [entry.data for entry in JournalEntry.objects.filter(action="choose_number").order_by("pk")] == [
        {"before": None, "after": 3},
        {"before": 3, "after": 2},
    ]


def test_a_page_opened_before_a_colleague_chose_writes_nothing_over_it(client, made):
    client.force_login(made.manager)
    set_frame(session=made.session, places=2, waiting_places=0, partial_share=None, offers={}, actor=made.chair)

    answer = client.post(address(made), {"nombre": "3", "vu": ""})

    made.session.refresh_from_db()
    assert answer.status_code == 409
    assert made.session.places == 2
    assert not SelectionRun.objects.exists()


def test_a_rule_on_money_is_told_before_computing(client, made):
    client.force_login(made.manager)
    rule(made, measure="amount", maximum=500)

    answer = client.post(address(made), {"nombre": "3", "vu": ""})

    assert answer.status_code == 422
    assert "changez cette règle en nombre de dossiers" in answer.content.decode()
    made.session.refresh_from_db()
    assert made.session.places is None


def test_who_has_a_conflict_chooses_without_the_figures(client, made):
    client.force_login(with_second_factor(made.chair))
    InterestDeclaration.objects.create(user=made.chair, application=made.files[2])

    page = client.get(address(made), {"nombre": "3"})

    assert page.context["screen"] is None
    assert page.context["parts"] == []
    assert made.files[2].reference not in page.content.decode()
    assert client.post(address(made), {"nombre": "3", "vu": ""}).status_code == 302


@pytest.mark.parametrize("role", ["juror", "auditor", "finance", "officer"])
def test_nobody_else_chooses(client, made, role):
    user = with_second_factor(person(role))
    if role == "juror":
        PanelMemberFactory(call=made.call, user=user, body=made.seats[0].body)
    client.force_login(user)

    assert client.post(address(made), {"nombre": "3", "vu": ""}).status_code in (403, 404)
    assert not SelectionRun.objects.exists()


def test_without_a_shared_envelope_there_is_no_such_page(client):
    made = sitting()
    client.force_login(made.manager)

    assert client.get(address(made)).status_code == 404


def test_a_cancelled_sitting_chooses_no_more(client, made):
    made.session = perform(made.session, "cancel", actor=made.manager, reason="Reportée.")
    client.force_login(made.manager)

    assert client.post(address(made), {"nombre": "3", "vu": ""}).status_code == 409


def test_the_page_takes_the_same_queries_for_any_number_of_files(client, made, django_assert_max_num_queries):
    client.force_login(made.manager)
    client.get(address(made), {"nombre": "3"})

    with django_assert_max_num_queries(45):
        client.get(address(made), {"nombre": "4"})


@pytest.mark.parametrize("seen", ["abc", "-1", "1e9", "99999999999"])
def test_a_page_whose_seen_number_cannot_be_read_says_so_and_keeps_what_was_typed(client, seen):
    made = shared(None)
    client.force_login(made.chair)

    refused = client.post(address(made), {"nombre": "3", "vu": seen})

    text = refused.content.decode()
    assert refused.status_code == 422
    assert "La page envoyée ne dit plus lisiblement le nombre qu’elle montrait" in text
    assert 'value="3"' in text and f'value="{seen}"' not in text
    assert client.post(address(made), {"nombre": "3", "vu": ""}).status_code == 302


@pytest.mark.parametrize(("pupils", "said"), [(None, "ne dit pas combien ce lycée en a"), (0, "ce lycée n’en a aucun")])
def test_a_file_without_pupils_is_not_told_that_its_mark_gives_it_nothing(pupils, said):
    made = shared(2, counts_pupils=True)
    Establishment.objects.filter(pk=made.files[0].establishment_id).update(pupils=pupils)

    told = weightless(made.session, made.files[0])

    assert said in told and "Sa note" not in told
    Establishment.objects.filter(pk=made.files[0].establishment_id).update(pupils=500)
    assert weightless(made.session, made.files[0]) == ""


def test_a_closed_sitting_still_shows_what_each_number_gave_and_chooses_no_more(client):
    made = shared(3)
    client.force_login(made.manager)
    before = client.get(address(made)).context["screen"].rows
    decided(made, chosen(made))  # its proposals take from the envelope
    made.session.refresh_from_db()

    page = client.get(address(made), {"nombre": "2"})

    assert [(row.retained, row.first, row.last) for row in page.context["screen"].rows] == [
        (row.retained, row.first, row.last) for row in before
    ]
    assert page.context["parts"] and not elements_of(page, "main form[method=post]")
    assert "le nombre ne change plus" in page.content.decode()
    assert client.post(address(made), {"nombre": "2", "vu": "3"}).status_code == 409
    AmountPolicy.objects.update(bands=[["80.00", 1]])  # what each claims is no longer what it was: no figure is better than a wrong one
    assert "La séance ne choisit plus" in client.get(address(made)).content.decode()
