"""What machines read of the public pages: search engines, share cards, caches."""

import json
import re
from datetime import date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from PIL import Image
from wagtail.models import Page

from calls.models import Call
from portal.ui.share_picture import SharePicture, draw
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.site import news

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


def picture_of(client, path) -> tuple[str, str]:
    """Address and words of the picture of a page."""
    html = client.get(path).text
    return tuple(re.search(rf'<meta property="og:image{part}" content="([^"]+)">', html)[1] for part in ("", ":alt"))


def test_a_call_and_a_piece_of_news_are_shared_with_a_picture_of_their_words(client, open_call):
    page = news("Les tablettes arrivent", dated_on=date(2026, 3, 12))

    for path, words in ((ADDRESS, "Lycée 4.0, vague 2"), (page.get_url(), "Les tablettes arrivent")):
        address, alternative = picture_of(client, path)
        drawn = client.get(address)

        assert words in alternative
        assert Image.open(BytesIO(drawn.content)).size == (1200, 630)
        assert drawn["Content-Type"] == "image/png" and "public" in drawn["Cache-Control"]
        assert client.get(address, headers={"If-None-Match": drawn["ETag"]}).status_code == 304


def test_the_address_of_a_picture_changes_with_its_words(client, open_call):
    before, _ = picture_of(client, ADDRESS)
    open_call.title = "Un autre nom"
    open_call.save()
    after, _ = picture_of(client, ADDRESS)

    assert before != after


def test_a_page_without_picture_has_a_small_card(client, site):
    assert '<meta name="twitter:card" content="summary">' in client.get("/contact/").text


def test_the_picture_of_what_is_not_public_does_not_exist(client, publish_page):
    publish_page(CallFactory(slug="brouillon", state="draft"))
    page = news("Secret", slug="secret", live=False)

    assert client.get("/appels/brouillon/partage.png").status_code == 404
    assert client.get(f"/actualites/{page.slug}/partage.png").status_code == 404


@pytest.mark.parametrize("title", ["", "Mot", "mot " * 60, "M" * 300])
def test_a_picture_holds_any_title(title):
    assert Image.open(BytesIO(draw(SharePicture("Appel", title, "")))).size == (1200, 630)


@pytest.mark.parametrize("address", ["/appels/flux.rss", "/actualites/flux.rss"])
def test_a_feed_is_asked_for_again_and_changes_with_its_words_alone(client, open_call, address):
    """No date of its latest entry, from which a cache would guess for how many days it may keep the feed."""
    news("Réunion")
    first = client.get(address)

    again = client.get(address, headers={"if-none-match": first["ETag"], "if-modified-since": "Sun, 29 Nov 2099 09:00:00 GMT"})
    Page.objects.filter(title="Réunion").update(title="Réunion reportée")
    Call.objects.update(title="Lycée 4.0, deuxième vague")
    changed = client.get(address, headers={"if-none-match": first["ETag"], "if-modified-since": "Sun, 29 Nov 2099 09:00:00 GMT"})

    assert (first["Cache-Control"], first.has_header("Last-Modified")) == ("public, no-cache", False)
    assert (again.status_code, changed.status_code) == (304, 200)
