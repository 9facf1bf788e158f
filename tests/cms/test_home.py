"""The home page: every sort of call at its place, figures that are counted, and what is said where there is nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from wagtail.models import Page

from calls.enums import ApplicationState, CallState
from cms import actions
from cms.queries import calls
from portal.ui.kept_pages import forget
from scoring.models import Vote
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import FundingDecisionFactory

pytestmark = pytest.mark.django_db


def released(slug, **fields):
    call = CallFactory(slug=slug, state=CallState.RELEASED, closed=True, **fields)
    Vote.objects.create(call=call, number=f"CP-{slug}", held_on=date(2026, 10, 16))
    actions.publish_results_page(call=call)
    return call


def retained(call, amount, **fields):
    return ApplicationFactory(
        call=call, admissible=True, state=ApplicationState.DECIDED, outcome="awarded", granted_amount=Decimal(amount), **fields
    )


def test_without_any_call_each_part_says_so(client, site):
    page = client.get("/").text

    assert "Aucun appel n’est ouvert en ce moment" in page
    assert "Aucune ouverture n’est annoncée." in page
    assert "Aucun appel n’est en cours d’examen." in page
    assert "Aucun résultat n’est encore publié." in page
    assert "Comptés le" not in page


def test_an_open_call_says_how_long_is_left_and_for_whom_it_is(client, publish_page):
    closes_at = timezone.now() + timedelta(days=4)
    publish_page(
        CallFactory(title="Robots", closes_at=closes_at, eligible_categories=["private_contract"], eligible_pathways=["vocational"])
    )

    page = client.get("/").text

    assert "il reste 4\u00a0jours" in page
    assert "lycées privés sous contrat, voie professionnelle" in page


@pytest.mark.parametrize(
    ("state", "happening"),
    [
        (CallState.PUBLISHED, "l’instruction va commencer"),
        (CallState.INSTRUCTION, "La Région vérifie que chaque dossier est complet"),
        (CallState.ASSESSMENT, "Le jury lit et note les dossiers"),
        (CallState.DELIBERATION, "Le jury délibère"),
        (CallState.VOTED, "Le jury délibère"),  # the vote is told with the results, not before
    ],
)
def test_a_call_being_examined_says_what_happens_and_its_next_date(client, publish_page, state, happening):
    today = timezone.localdate()
    publish_page(
        CallFactory(closed=True, state=state, jury_on=today - timedelta(days=1), results_on=today + timedelta(days=9)),
    )

    told = client.get("/").context["examined_calls"]

    assert [happening in one.happening for one in told] == [True]
    assert told[0].what == "résultats publiés"


def test_figures_count_what_is_public_and_each_lycee_once(client, publish_page):
    school = EstablishmentFactory()
    first, second = released("un"), released("deux")
    for call in (first, second):
        publish_page(call)
        retained(call, "1000.00", establishment=school)
    declined = retained(second, "700.00")
    FundingDecisionFactory(application=declined, state="declined", released_at=timezone.now())
    hidden = CallFactory(slug="cache", state=CallState.VOTED, closed=True)
    publish_page(hidden)
    retained(hidden, "5000.00")

    context = client.get("/").context

    assert (context["granted"].calls, context["granted"].schools, context["granted"].amount) == (2, 1, Decimal("2000.00"))
    assert context["published_calls"] == 3
    assert [(call.slug, call.retained) for call in context["latest_results"]] == [("deux", 1), ("un", 1)]


@pytest.mark.parametrize("count", [1, 3])
def test_home_query_count(client, publish_page, count, django_assert_num_queries):
    for rank in range(count):
        publish_page(CallFactory())
        publish_page(CallFactory(closed=True, state=CallState.INSTRUCTION))
        call = released(f"fini-{rank}")
        publish_page(call)
        retained(call, "10.00")
    client.get("/")
    forget()

    with django_assert_num_queries(17):
        client.get("/")


def test_who_may_apply_is_told_in_a_line():
    call = CallFactory.build(programme=None, eligible_pathways=["general", "vocational"], eligible_categories=["public_education", "other"])

    assert calls.who_in_a_line(call) == (
        "lycées publics de l’Éducation nationale et d’une autre tutelle, voies générale et professionnelle"
    )


def test_a_page_is_found_at_its_address_alone_and_only_while_it_is_published(client, site):
    """Whatever its depth, as Wagtail finds it; what is not at that address is not found through what is."""
    released("profond")

    assert client.get("/resultats/profond/").status_code == 200
    for path in ("/profond/", "/appels/resultats/profond/", "/resultats/profond/profond/", "/resultats/inconnu/"):
        assert client.get(path).status_code == 404, path
    Page.objects.get(slug="profond").unpublish()
    assert client.get("/resultats/profond/").status_code == 404
