"""Results are public from the release on, and not an instant before."""

from datetime import date
from decimal import Decimal

import pytest

from calls.enums import ApplicationState, CallState
from calls.models import Application
from cms import actions
from cms.models import ResultsIndexPage, ResultsPage
from cms.queries import results as queries
from cms.queries.results import retained_files
from portal.directory.models import Establishment
from portal.roles import Role
from portal.ui.kept_pages import forget
from portal.workflow.gate import perform
from scoring.models import Vote
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory, TerritoryFactory

pytestmark = pytest.mark.django_db


def decided(call, outcome, amount, **fields):
    return ApplicationFactory(call=call, admissible=True, state=ApplicationState.DECIDED, outcome=outcome, granted_amount=amount, **fields)


@pytest.fixture
def voted(site):
    """A voted call: the vote is known to the Région, to nobody else."""
    call = CallFactory(slug="vague-1", title="Lycée 4.0, vague 1", state=CallState.VOTED, closed=True)
    Vote.objects.create(call=call, number="2026-CP-143", held_on=date(2026, 10, 16))
    decided(call, "awarded", Decimal("41200.50"), establishment=EstablishmentFactory(name="Lycée retenu", commune_name="Toul"))
    decided(
        call,
        "partly_awarded",
        Decimal("1000.00"),
        establishment=EstablishmentFactory(
            name="Lycée en partie",
            commune_name="Épernay",
            authority=AuthorityFactory(reims=True),
            department=TerritoryFactory(code="51", name="Marne"),
        ),
    )
    decided(call, "rejected", None, establishment=EstablishmentFactory(name="Lycée écarté"))
    decided(call, "reserve", None, establishment=EstablishmentFactory(name="Lycée en réserve"))
    return call


def release(call):
    return perform(call, "release", actor=person(Role.CALL_MANAGER))


def test_nothing_is_public_before_the_release(client, voted):
    index = ResultsIndexPage.objects.get()
    index.add_child(instance=ResultsPage(title="Résultats", slug="vague-1", call=voted, live=True))

    assert client.get("/resultats/vague-1/").status_code == 404
    for path in ("/", "/resultats/", "/sitemap.xml", "/plan-du-site/", "/appels/"):
        assert "2026-CP-143" not in client.get(path).content.decode()
        assert "Lycée retenu" not in client.get(path).content.decode()


@pytest.mark.parametrize(
    "state", [CallState.PUBLISHED, CallState.INSTRUCTION, CallState.ASSESSMENT, CallState.DELIBERATION, CallState.VOTED]
)
def test_retained_files_are_none_before_the_release(voted, state):
    """Even written too early on a file, an outcome does not show."""
    call = CallFactory(state=state, closed=True)
    decided(call, "awarded", Decimal("10.00"))

    assert list(retained_files(call)) == []


def test_release_publishes_the_page_once(client, voted):
    call = release(voted)
    actions.publish_results_page(call=call)

    assert ResultsPage.objects.filter(call=call, live=True).count() == 1
    assert client.get("/resultats/vague-1/").status_code == 200


def test_page_shows_the_retained_lycees_with_vote_and_amounts(client, voted):
    release(voted)

    response = client.get("/resultats/vague-1/")
    html = response.content.decode()

    assert [file.establishment.name for file in response.context["page_obj"]] == ["Lycée en partie", "Lycée retenu"]
    assert response.context["summary"].amount == Decimal("42200.50")
    assert "2026-CP-143" in html
    assert "41\u00a0200,50\u00a0€" in html
    assert "Lycée écarté" not in html
    assert "Lycée en réserve" not in html


def test_page_counts_by_department_and_authority(client, voted):
    release(voted)

    summary = client.get("/resultats/vague-1/").context["summary"]

    assert [(part.label, part.total, part.amount) for part in summary.departments] == [
        ("Marne", 1, Decimal("1000.00")),
        ("Meurthe-et-Moselle", 1, Decimal("41200.50")),
    ]
    assert [(part.label, part.total) for part in summary.authorities] == [("Académie de Nancy-Metz", 1), ("Académie de Reims", 1)]
    assert summary.by_statut == [(2, "publics de l’Éducation nationale")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "epernay"}, ["Lycée en partie"]),
        ({"q": "écarté"}, []),
        ({"q": '"'}, []),
        ({"departement": "51"}, ["Lycée en partie"]),
        ({"autorite": "academie-12"}, ["Lycée retenu"]),
        ({"agence": "agence-metz"}, ["Lycée retenu"]),
        ({"statut": "public_education"}, ["Lycée en partie", "Lycée retenu"]),
        ({"statut": "private_contract"}, []),
        ({"statut": "public_education", "departement": "51"}, ["Lycée en partie"]),
        ({"page": "x"}, ["Lycée en partie", "Lycée retenu"]),
    ],
)
def test_page_is_searched(client, voted, query, found):
    agency = TerritoryFactory(code="agence-metz", name="Agence de Metz", kind="agency")
    Establishment.objects.filter(name="Lycée retenu").update(agency=agency)
    release(voted)

    response = client.get("/resultats/vague-1/", query)

    assert [file.establishment.name for file in response.context["page_obj"]] == found


@pytest.mark.parametrize("count", [1, 3])
def test_page_query_count(client, site, count, django_assert_num_queries):
    call = CallFactory(slug="comptes", state=CallState.RELEASED, closed=True)
    for _ in range(count):
        decided(call, "awarded", Decimal("10.00"))
    actions.publish_results_page(call=call)
    client.get("/resultats/comptes/")
    forget()

    with django_assert_num_queries(14):  # two say why the selection cannot be made again
        client.get("/resultats/comptes/")


def test_results_index_lists_released_calls(client, voted):
    before = client.get("/resultats/").context["results"]
    release(voted)
    after = client.get("/resultats/").context["results"]

    assert (before, [call.slug for call in after]) == ([], ["vague-1"])


def test_map_places_the_lycees_whose_coordinates_are_known(client, voted):
    Application.objects.filter(outcome="awarded").get().establishment.__class__.objects.filter(name="Lycée retenu").update(
        latitude=Decimal("48.67"), longitude=Decimal("5.89")
    )
    release(voted)

    drawing = client.get("/resultats/vague-1/").context["shown"].drawing
    elsewhere = client.get("/resultats/vague-1/?departement=51").context["shown"].drawing
    uai = Application.objects.get(outcome="awarded").establishment.uai

    assert [(dot.label, dot.address) for dot in drawing.dots] == [("Lycée retenu, Toul", f"#lycee-{uai}")]
    assert drawing.unplaced == 1
    assert [(dot.address, dot.is_faint) for dot in elsewhere.dots] == [("", True)]


def test_a_point_of_the_map_leads_to_the_page_of_the_list_that_has_its_lycee(client, voted):
    rows = [
        decided(voted, "awarded", Decimal("10.00"), establishment=EstablishmentFactory(latitude=48.7, longitude=6.1, name=f"Z{rank:02}"))
        for rank in range(queries.PER_PAGE)
    ]
    release(voted)

    response = client.get("/resultats/vague-1/?autorite=academie-12")
    last = response.context["shown"].drawing.dots[-1]
    page = client.get(f"/resultats/vague-1/{last.address}")

    assert last.address.startswith("?autorite=academie-12&page=2#lycee-")
    assert f'id="{last.address.partition("#")[2]}"' in page.text
    assert len(rows) == queries.PER_PAGE


def test_release_without_starter_pages_goes_on(db):
    call = CallFactory(state=CallState.VOTED, closed=True)
    Vote.objects.create(call=call, number="2026-CP-143", held_on=date(2026, 10, 16))

    assert release(call).state == CallState.RELEASED
    assert ResultsPage.objects.count() == 0
