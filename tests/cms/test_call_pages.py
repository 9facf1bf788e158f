"""The public pages of calls: what they show, to whom, at each moment of the call."""

import re
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from icalendar import Calendar

from calls.enums import CallState
from cms.models import CallPage
from cms.queries import calls
from cms.queries.site import listed_pages
from cms.queries.timeline import timeline
from portal.roles import Role
from portal.ui.kept_pages import forget
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import CriterionFactory, GridFactory
from tests.reading import links_of, texts_of

pytestmark = pytest.mark.django_db
PAGE = "/appels/lycee-4-0-vague-2/"
LONE_LINE_FEED = re.compile(r"(?<!\r)\n")


def test_page_of_an_open_call_invites_to_apply(client, open_call):
    page = client.get(PAGE)

    html = page.content.decode()
    assert [address for _, address in links_of(page)].count("/appels/lycee-4-0-vague-2/deposer/") == 2
    assert "Ouvert" in html
    assert "1\u00a0000\u00a0000\u00a0€" in html


def test_page_has_the_title_and_the_address_of_its_call(open_call):
    page = CallPage.objects.get()

    assert (page.title, page.slug, page.url) == ("Lycée 4.0, vague 2", "lycee-4-0-vague-2", PAGE)


@pytest.mark.parametrize(
    ("traits", "badge"),
    [
        ({"upcoming": True}, "À venir"),
        ({"closed": True}, "Clos"),
        ({"closed": True, "state": CallState.INSTRUCTION}, "En cours d’examen"),
        ({"closed": True, "state": CallState.DELIBERATION}, "En cours d’examen"),
        ({"closed": True, "state": CallState.VOTED}, "En cours d’examen"),
        ({"closed": True, "state": CallState.ARCHIVED}, "Archivé"),
        ({"closed": True, "state": CallState.UNSUCCESSFUL}, "Infructueux"),
        ({"state": CallState.WITHDRAWN}, "Retiré"),
    ],
)
def test_page_outside_the_deposit_offers_none(client, publish_page, traits, badge):
    call = CallFactory(slug="autre", **traits)
    publish_page(call)

    response = client.get("/appels/autre/")

    assert response.status_code == 200
    assert response.context["live_label"] == badge
    assert "/deposer/" not in response.content.decode()


def test_page_of_an_unsuccessful_call_says_why_and_promises_no_result(client, publish_page):
    call = CallFactory(
        slug="sans-suite",
        closed=True,
        state=CallState.UNSUCCESSFUL,
        unsuccessful_because="Aucun dossier n’entrait dans le champ de l’appel.",
        jury_on=timezone.localdate() + timedelta(days=20),
        results_on=timezone.localdate() + timedelta(days=40),
    )
    publish_page(call)

    page = client.get("/appels/sans-suite/").text
    listed = client.get("/appels/?etat=unsuccessful").text
    diary = client.get("/appels/sans-suite/calendrier.ics")

    assert "Aucun dossier n’entrait dans le champ de l’appel." in page
    assert "Il n’attribue aucune aide." in page
    for text in (page, listed):
        assert "Résultats attendus" not in text
        assert "Voir les résultats" not in text
    assert "Délibération du jury" not in page
    assert "Aucun dossier n’a pu être examiné." in listed
    assert "Délibération du jury" not in diary.text


def test_page_of_a_withdrawn_call_says_so(client, publish_page):
    publish_page(CallFactory(slug="retire", state=CallState.WITHDRAWN))

    html = client.get("/appels/retire/").content.decode()

    assert "La Région a retiré cet appel." in html
    assert "Le calendrier" not in html


def test_page_of_a_draft_call_does_not_exist_even_live(client, publish_page):
    call = CallFactory(slug="brouillon", state=CallState.DRAFT)
    CallPage.objects.filter(pk=publish_page(CallFactory(slug="x")).pk).update(
        call=call, slug="brouillon", url_path="/accueil/appels/brouillon/"
    )

    assert client.get("/appels/brouillon/").status_code == 404


def test_countdown_is_in_days_hours_and_minutes():
    now = timezone.now()
    call = CallFactory.build(
        programme=None, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=8, hours=3, minutes=1, seconds=30)
    )

    assert calls.countdown(call, now) == [(8, "jours"), (3, "heures"), (1, "minute")]


def test_timeline_is_in_order_and_knows_where_we_are():
    now = timezone.now()
    call = CallFactory.build(
        programme=None,
        opens_at=now - timedelta(days=3),
        closes_at=now + timedelta(days=2),
        jury_on=timezone.localdate(now + timedelta(days=20)),
        results_on=timezone.localdate(now + timedelta(days=40)),
    )

    steps = timeline(call, [], now)

    assert [(step["detail"], step["status"]) for step in steps] == [
        ("Ouverture de l’appel", "done"),
        ("Clôture des dépôts", "now"),
        ("Délibération du jury", ""),
        ("Résultats publiés", ""),
    ]


@pytest.mark.parametrize(
    ("state", "shown"),
    [  # opening, closing, instruction, jury, vote, results: every day but that of the results has passed
        (CallState.PUBLISHED, ["done", "done", "now", "", "", ""]),
        (CallState.INSTRUCTION, ["done", "done", "now", "", "", ""]),
        (CallState.ASSESSMENT, ["done", "done", "done", "now", "", ""]),
        (CallState.DELIBERATION, ["done", "done", "done", "now", "", ""]),
        (CallState.VOTED, ["done", "done", "done", "done", "done", "now"]),
        (CallState.RELEASED, ["done", "done", "done", "done", "done", "done"]),
    ],
)
def test_a_step_is_done_once_what_follows_has_begun_and_not_by_its_day(state, shown):
    now = timezone.now()

    def ago(days):
        return timezone.localdate(now - timedelta(days=days))

    call = CallFactory.build(
        programme=None, state=state, opens_at=now - timedelta(days=60), closes_at=now - timedelta(days=30), jury_on=ago(10),
        results_on=ago(-3),
    )  # fmt: skip
    added = [
        SimpleNamespace(value={"starts_on": ago(29), "ends_on": ago(12), "label": "Instruction"}),
        SimpleNamespace(value={"starts_on": ago(5), "ends_on": None, "label": "Vote"}),
    ]

    assert [step["status"] for step in timeline(call, added, now)] == shown


def test_a_stage_under_way_is_where_we_are_and_a_meeting_is_over_with_its_day():
    now = timezone.now()
    call = CallFactory.build(programme=None, opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=3))

    def on(days):
        return timezone.localdate(now + timedelta(days=days))

    added = [
        SimpleNamespace(value={"starts_on": on(-1), "ends_on": on(15), "label": "Instruction"}),
        SimpleNamespace(value={"starts_on": on(-6), "ends_on": None, "label": "Réunion"}),
    ]

    assert [step["status"] for step in timeline(call, added, now)] == ["done", "done", "done", "now"]


def test_criteria_come_from_the_grid_with_their_share(open_call):
    grid = GridFactory(call=open_call)
    CriterionFactory(grid=grid, label="Projet", weight=30)
    CriterionFactory(grid=grid, label="Territoire", weight=10, kind="computed", function="territory", levels=[])
    CriterionFactory(grid=grid, label="Sans poids", weight=0)

    assert [(row.label, row.mode, row.share, row.bar) for row in calls.criteria_shares(open_call)] == [
        ("Projet", "Noté par le jury", 75, 100),
        ("Territoire", "Calculé à partir de l’annuaire", 25, 33),
    ]


# -- Eligibility ------------------------------------------------------------------------------------------------------


def test_my_own_lycee_is_explained_with_its_file(client, open_call):
    school = EstablishmentFactory(name="LPO Marguerite-Thibaut")
    file = ApplicationFactory(call=open_call, establishment=school, reference="L40-V2-0147")
    ApplicationFactory(call=open_call, reference="L40-V2-0999")
    client.force_login(person(Role.MEMBER, at=school))

    schools = client.get(PAGE).context["schools"]

    assert [(s.establishment, s.is_eligible, s.files, s.is_mine) for s in schools] == [(school, True, [file], True)]


def test_lycee_that_may_not_apply_is_told_why(client, open_call):
    school = EstablishmentFactory(without_contract=True)
    client.force_login(person(Role.HEAD, at=school))

    response = client.get(PAGE)

    assert response.context["schools"][0].gaps == ["L’appel n’est pas ouvert aux lycées de statut « Privé hors contrat »."]
    assert "Non éligible" in response.content.decode()


def test_visitor_finds_a_lycee_but_no_file_of_it(client, open_call):
    school = EstablishmentFactory(name="LPO Marguerite-Thibaut", email="ce.0540001h@ac-nancy-metz.example")
    ApplicationFactory(call=open_call, establishment=school, reference="L40-V2-0147", submitted=True)

    response = client.get(PAGE, {"q": "THIBAUT"})
    html = response.content.decode()

    assert [found.establishment for found in response.context["schools"]] == [school]
    assert "L40-V2-0147" not in html
    assert school.email not in html


@pytest.mark.parametrize("typed", ['"', "'; DROP TABLE", "\x00", "%", "é" * 5000, "<script>alert(1)</script>"])
def test_odd_searches_are_answered(client, open_call, typed):
    for path in (PAGE, "/appels/"):
        response = client.get(path, {"q": typed})

        assert response.status_code == 200
        assert [text for text in texts_of(response, "script") if "alert" in text] == []


def test_search_shows_five_lycees_at_most(client, open_call):
    for _ in range(8):
        EstablishmentFactory(commune_name="Toul")

    assert len(client.get(PAGE, {"q": "toul"}).context["schools"]) == 5


# -- List, feed, diary, site map --------------------------------------------------------------------------------------


@pytest.fixture
def all_calls(publish_page):
    """One call of each kind; only some are public."""
    kinds = {
        "ouvert": {},
        "a-venir": {"upcoming": True},
        "examen": {"closed": True, "state": CallState.ASSESSMENT},
        "publie": {"closed": True, "state": CallState.RELEASED},
        "retire": {"state": CallState.WITHDRAWN},
    }
    for slug, traits in kinds.items():
        publish_page(CallFactory(slug=slug, title=f"Appel {slug}", **traits))
    CallFactory(slug="sans-page", title="Appel sans page")
    CallFactory(slug="brouillon", title="Appel brouillon", state=CallState.DRAFT)


def test_list_groups_the_public_calls(client, all_calls):
    groups = client.get("/appels/").context["groups"]

    assert [(code, [card.call.slug for card in cards]) for code, _, cards in groups] == [
        ("open", ["ouvert"]),
        ("upcoming", ["a-venir"]),
        ("examination", ["examen"]),
        ("results", ["publie"]),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "OUVERT"}, ["ouvert"]),
        ({"q": "appel à-venir"}, ["a-venir"]),
        ({"etat": "examination"}, ["examen"]),
        ({"etat": "inconnu"}, ["ouvert", "a-venir", "examen", "publie"]),
        ({"programme": "l40"}, ["ouvert", "a-venir", "examen", "publie"]),
        ({"programme": "autre"}, []),
    ],
)
def test_list_is_searched(client, all_calls, query, found):
    groups = client.get("/appels/", query).context["groups"]

    assert [card.call.slug for _, _, cards in groups for card in cards] == found


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(client, publish_page, count, django_assert_num_queries):
    for _ in range(count):
        publish_page(CallFactory())
    client.get("/appels/")
    forget()

    with django_assert_num_queries(10):
        client.get("/appels/")


def test_feed_tells_public_calls_only(client, all_calls):
    response = client.get("/appels/flux.rss")
    xml = response.content.decode()

    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert [
        slug for slug in ("ouvert", "a-venir", "examen", "publie", "retire", "sans-page", "brouillon") if f"/appels/{slug}/" in xml
    ] == [
        "ouvert",
        "a-venir",
        "examen",
        "publie",
    ]


def test_diary_gives_the_dates_in_utc(client, site):
    call = CallFactory(slug="dates", title="Câbler, équiper; former", jury_on=timezone.localdate() + timedelta(days=30))

    response = client.get("/appels/dates/dates.ics")
    text = response.content.decode()

    events = {str(event["UID"]): event for event in Calendar.from_ical(response.content).events}
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert list(events) == ["dates-ouverture@preau", "dates-cloture@preau", "dates-jury@preau"]
    assert events["dates-cloture@preau"]["DTSTART"].dt == call.closes_at.replace(microsecond=0)
    assert events["dates-jury@preau"]["DTEND"].dt == call.jury_on + timedelta(days=1)
    assert {str(event["URL"]) for event in events.values()} == {"http://testserver/appels/dates/"}
    assert {str(event["TRANSP"]) for event in events.values()} == {"TRANSPARENT"}
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert f"DTSTART:{call.closes_at:%Y%m%dT%H%M%SZ}\r\n" in text
    assert f"DTSTART;VALUE=DATE:{call.jury_on:%Y%m%d}\r\n" in text
    assert "SUMMARY:Câbler\\, équiper\\; former : Clôture des dépôts\r\n" in text
    assert not LONE_LINE_FEED.search(text)
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


@pytest.mark.parametrize("state", [CallState.DRAFT, CallState.WITHDRAWN])
def test_diary_of_a_call_that_is_not_public_does_not_exist(client, site, state):
    CallFactory(slug="cache", state=state)

    assert client.get("/appels/cache/dates.ics").status_code == 404


def test_site_map_for_search_engines_gives_the_addresses_of_the_portal(client, all_calls, settings):
    settings.BASE_URL = "https://preau.example"

    response = client.get("/sitemap.xml")
    addresses = [place.text for place in ElementTree.fromstring(response.content).findall(".//{*}loc")]

    assert response["Content-Type"] == "application/xml"
    assert addresses == [f"https://preau.example{page.get_url()}" for page in listed_pages(response.wsgi_request)]
    assert "https://preau.example/appels/ouvert/" in addresses


def test_site_maps_list_public_pages_only(client, all_calls, call_index):
    hidden = CallPage.objects.get(slug="examen")
    hidden.unpublish()

    for path in ("/sitemap.xml", "/plan-du-site/"):
        text = client.get(path).content.decode()
        assert [slug for slug in ("ouvert", "publie", "examen", "retire", "brouillon") if f"/appels/{slug}/" in text] == [
            "ouvert",
            "publie",
        ]


def test_home_shows_open_calls_first(client, all_calls):
    response = client.get("/")

    assert [card.call.slug for card in response.context["open_calls"]] == ["ouvert"]
    assert [card.call.slug for card in response.context["upcoming_calls"]] == ["a-venir"]
    assert "partiellement conforme" in response.content.decode()


def test_amounts_are_those_of_the_call(client, publish_page):
    publish_page(CallFactory(slug="riche", budget_amount=Decimal("6000000.00"), ceiling_amount=None))

    html = client.get("/appels/riche/").content.decode()

    assert "6\u00a0000\u00a0000\u00a0€" in html
    assert "au plus par dossier" not in html
