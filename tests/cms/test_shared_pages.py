"""What machines read of the public pages: search engines, share cards, caches."""

import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from tests.factories.accounts import person
from tests.factories.calls import CallFactory

pytestmark = pytest.mark.django_db
LINKED = re.compile(r'<script type="application/ld\+json">(.+?)</script>', re.DOTALL)
ADDRESS = "/appels/lycee-4-0-vague-2/"


def linked_data(response) -> dict:
    graph = json.loads(LINKED.search(response.content.decode())[1])["@graph"]
    return {thing["@type"]: thing for thing in graph}


def test_a_call_is_a_service_received_between_two_instants(client, open_call):
    service = linked_data(client.get(ADDRESS))["GovernmentService"]

    assert (service["name"], service["url"]) == ("Lycée 4.0, vague 2", f"http://testserver{ADDRESS}")
    assert service["hoursAvailable"]["validThrough"] == open_call.closes_at.isoformat()


def test_a_call_that_is_over_is_received_no_more(client, publish_page):
    publish_page(CallFactory(slug="clos", closed=True))

    assert "hoursAvailable" not in linked_data(client.get("/appels/clos/"))["GovernmentService"]


def test_a_title_cannot_end_the_script(client, publish_page):
    publish_page(CallFactory(slug="piege", title="</script><b>Gras"))
    response = client.get("/appels/piege/")

    assert linked_data(response)["GovernmentService"]["name"] == "</script><b>Gras"
    assert "</script><b>" not in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/appels/", ADDRESS, "/resultats/", "/contact/"])
def test_a_page_says_its_own_address_whatever_is_searched_on_it(client, open_call, path):
    content = client.get(path, {"q": "robotique"}).content.decode()

    assert f'<link rel="canonical" href="http://testserver{path}">' in content
    assert f'<meta property="og:url" content="http://testserver{path}">' in content


def test_the_card_of_a_call_has_its_title_and_its_sentence(client, open_call):
    content = client.get(ADDRESS).content.decode()

    assert '<meta property="og:title" content="Lycée 4.0, vague 2">' in content
    assert '<meta property="og:description" content="Équiper et former.">' in content


def max_age(response) -> int:
    return int(re.search(r"max-age=(\d+)", response["Cache-Control"])[1])


NOON = datetime(2027, 3, 2, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize("path", ["/", "/appels/", "/appels/vient/"])
def test_a_copy_never_outlives_an_opening_a_closing_nor_midnight(client, publish_page, path):
    with time_machine.travel(NOON, tick=False):
        publish_page(CallFactory(slug="vient", opens_at=NOON + timedelta(hours=1), closes_at=NOON + timedelta(hours=3)))
    found = []
    for seconds in (0, 3590, 3600, 10795, 12 * 3600 - 20):
        with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
            found.append(max_age(client.get(path)))

    assert found == [60, 10, 60, 5, 20]


@pytest.mark.parametrize("path", ["/", "/appels/", ADDRESS, "/resultats/", "/contact/"])
def test_a_copy_asked_for_again_is_not_sent_again_while_nothing_has_changed(client, open_call, path):
    with time_machine.travel(timezone.now(), tick=False):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_a_publication_changes_what_caches_compare(client, open_call, publish_page):
    with time_machine.travel(timezone.now(), tick=False):
        before = client.get("/")["ETag"]
        publish_page(CallFactory(slug="autre", title="Un autre appel"))
        after = client.get("/", headers={"If-None-Match": before})

    assert (after.status_code, after["ETag"] == before) == (200, False)


def test_the_page_of_whoever_has_a_cookie_is_no_copy_for_others(client, open_call):
    client.cookies["autre"] = "1"
    response = client.get(ADDRESS)

    assert "ETag" not in response and "public" not in response.get("Cache-Control", "")


def test_the_page_of_a_person_signed_in_is_kept_by_nobody_else(client, open_call):
    client.force_login(person())

    assert client.get(ADDRESS)["Cache-Control"] == "private, no-store"


def test_a_draft_is_kept_by_no_cache(client, publish_page):
    publish_page(CallFactory(slug="brouillon", state="draft"))
    response = client.get("/appels/brouillon/")

    assert response.status_code == 404 and "public" not in response.get("Cache-Control", "")


def test_the_page_of_a_call_is_light(client, open_call, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        response = client.get(ADDRESS)

    assert len(response.content) <= 60_000
