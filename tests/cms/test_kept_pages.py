"""A public page is drawn once a minute at most, and again as soon as something that it says is written."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from calls.models import Call
from portal.roles import Role
from portal.workflow.gate import perform
from tests.cms.test_shared_pages import ADDRESS, max_age
from tests.factories.accounts import person
from tests.factories.calls import CallFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 3, 2, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
EVERY = ["/", "/appels/", ADDRESS, "/actualites/", "/resultats/", "/contact/"]


@pytest.fixture
def still():
    """Time stands still: a page drawn during the test stays true until its end."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.mark.parametrize("path", EVERY)
def test_the_second_reader_asks_nothing_of_the_database(still, client, open_call, path, django_assert_num_queries):
    first = client.get(path)

    with django_assert_num_queries(0):
        again = Client().get(path)
    head = Client().head(path)
    assert (again.status_code, again.content, again["ETag"], max_age(again)) == (200, first.content, first["ETag"], 60)
    assert set(again.headers) == set(first.headers)
    assert {"Cookie", "Accept-Encoding"} <= set(again["Vary"].split(", "))
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])


@pytest.mark.parametrize("path", EVERY)
def test_whoever_has_the_kept_page_is_told_so(still, client, open_call, path):
    first = client.get(path)
    again = Client().get(path, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "public, max-age=60")


def test_what_remains_of_its_time_is_what_caches_are_told(client, publish_page):
    """Kept for a minute here and a minute there would make two."""
    with time_machine.travel(NOON, tick=False):
        publish_page(CallFactory(slug="vient", opens_at=NOON + timedelta(seconds=45), closes_at=NOON + timedelta(hours=3)))
        client.get("/appels/vient/")
    with time_machine.travel(NOON + timedelta(seconds=20, milliseconds=300), tick=False):
        assert max_age(client.get("/appels/vient/")) == 24


def test_a_page_kept_before_the_opening_says_open_at_its_second(client, publish_page):
    with time_machine.travel(NOON, tick=False):
        publish_page(CallFactory(slug="vient", opens_at=NOON + timedelta(seconds=30), closes_at=NOON + timedelta(hours=3)))
    said = []
    for seconds in (0, 29, 30):
        with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
            said.append("À venir" not in client.get("/appels/vient/").text)

    assert said == [False, False, True]


def test_a_date_that_moves_is_said_at_once(still, client, open_call):
    client.get(ADDRESS)
    open_call.closes_at += timedelta(days=3)
    open_call.save()

    assert open_call.closes_at.isoformat() in client.get(ADDRESS).content.decode()


def test_the_opening_of_sealed_files_is_said_at_once(still, client, publish_page):
    call = CallFactory(slug="scelle", closed=True, sealed=True)
    publish_page(call)
    before = client.get("/appels/scelle/").text
    perform(call, "ask_opening", actor=person(Role.CALL_MANAGER))
    perform(Call.objects.get(), "open_files", actor=person(Role.ADMIN))

    assert "personne d’autre que le lycée ne les lit" in before
    assert "où deux personnes les ont ouverts" in client.get("/appels/scelle/").text


def test_a_page_taken_off_is_a_404_at_once(still, client, publish_page):
    page = publish_page(CallFactory(slug="retire"))
    before = client.get("/appels/retire/").status_code
    page.unpublish()

    assert (before, client.get("/appels/retire/").status_code) == (200, 404)


def test_a_person_with_a_session_neither_reads_a_kept_page_nor_leaves_theirs(still, client, open_call):
    manager = Client()
    manager.force_login(person(Role.CALL_MANAGER))
    kept = client.get(ADDRESS).content
    theirs = manager.get(ADDRESS)

    assert theirs.content != kept
    assert theirs["Cache-Control"] == "private, no-store"
    assert Client().get(ADDRESS).content == kept


def test_a_question_is_answered_each_time_and_kept_for_nobody(still, client, open_call):
    asked = client.get(ADDRESS, {"q": "robotique"})

    assert "robotique" in asked.text
    assert "robotique" not in client.get(ADDRESS).text
    assert "robotique" in client.get(ADDRESS, {"q": "robotique"}).text


def test_a_draft_that_was_public_by_mistake_is_not_read_from_what_was_kept(still, client, open_call):
    client.get(ADDRESS)
    Call.objects.filter(pk=open_call.pk).update(state="draft")
    open_call.programme.save()  # any word of the page

    assert client.get(ADDRESS).status_code == 404


def test_another_name_of_the_portal_has_its_own_pages(still, client, open_call, settings):
    settings.ALLOWED_HOSTS = ["testserver", "ailleurs.test"]
    client.get("/")

    assert client.get("/", headers={"host": "ailleurs.test"}).status_code == 200
    assert len(caches["pages"]._cache) == 2  # no public way to count them
    assert client.get("/", headers={"host": "nulle-part.test"}).status_code == 400
