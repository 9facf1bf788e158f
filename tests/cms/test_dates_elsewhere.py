"""The dates of a call outside its page: the diary of a team, the feed of a reader."""

from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
import time_machine
from django.utils import timezone
from icalendar import Calendar

from calls.actions.steering import extend_closing
from portal.journal import recorder
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from scoring.models import Vote
from tests.factories.accounts import person
from tests.factories.calls import CallFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(client, open_call):
    """The events of the diary of the open call, by their key."""

    def read():
        found = Calendar.from_ical(client.get("/appels/lycee-4-0-vague-2/dates.ics").content).events
        return {str(event["UID"]).removeprefix("lycee-4-0-vague-2-").removesuffix("@preau"): event for event in found}

    return read


def test_a_moment_has_no_end_and_days_end_on_the_next_one(events):
    """DTEND, where it is given, is later than DTSTART (RFC 5545, 3.8.2.2)."""
    found = events()

    assert [found[key].get("DTEND") for key in ("ouverture", "cloture")] == [None, None]
    assert all(event["DTEND"].dt > event["DTSTART"].dt for event in found.values() if "DTEND" in event)


def test_the_closing_is_recalled_a_week_and_a_day_before(events):
    alarms = {key: [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] for key, event in events().items()}

    assert alarms.pop("cloture") == [timedelta(days=-7), timedelta(days=-1)]
    assert not any(alarms.values())


def test_the_diary_has_the_steps_that_the_page_shows(events, open_call):
    page = open_call.page
    page.milestones = [
        ("milestone", {"starts_on": date(2027, 2, 3), "ends_on": None, "label": "Réunion d’information en ligne"}),
        ("milestone", {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 3, 18), "label": "Instruction"}),
    ]
    page.save_revision().publish(skip_permission_checks=True)

    steps = {key: event for key, event in events().items() if key.startswith("etape-")}
    assert sorted((str(event["SUMMARY"]).split(" : ")[1], event["DTSTART"].dt, event["DTEND"].dt) for event in steps.values()) == [
        ("Instruction", date(2027, 3, 1), date(2027, 3, 19)),
        ("Réunion d’information en ligne", date(2027, 2, 3), date(2027, 2, 4)),
    ]
    assert set(events()) == set(events())  # the same step keeps its identity: a diary replaces it


def test_a_step_that_is_only_a_draft_is_in_no_diary(events, open_call):
    page = open_call.page
    page.milestones = [("milestone", {"starts_on": date(2027, 2, 3), "ends_on": None, "label": "Réunion"})]
    page.save_revision()

    assert not [key for key in events() if key.startswith("etape-")]


def test_the_feed_is_dated_from_the_announcement(client, open_call):
    """A call is announced before it opens; one changed since says when."""
    announced, changed = datetime(2026, 11, 2, 8, 0, tzinfo=UTC), datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    page = open_call.page
    type(page).objects.filter(pk=page.pk).update(first_published_at=announced, last_published_at=changed)

    channel = ElementTree.fromstring(client.get("/appels/flux.rss").content).find("channel")

    assert parsedate_to_datetime(channel.find("item/pubDate").text) == announced
    assert parsedate_to_datetime(channel.find("lastBuildDate").text) == changed


def moved(call, **changes):
    """An editor changes dates of the jury or of the results, as the editing site records it."""
    type(call).objects.filter(pk=call.pk).update(**changes)
    recorder.record(call, "edit", actor=SYSTEM, data=changes)


def test_a_diary_reads_the_same_until_a_date_moves_and_its_sequence_then_grows(client, events, open_call):
    first = client.get("/appels/lycee-4-0-vague-2/dates.ics")
    assert client.get("/appels/lycee-4-0-vague-2/dates.ics", headers={"If-None-Match": first["ETag"]}).status_code == 304
    before = events()["cloture"]

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        extend_closing(call=open_call, closes_at=timezone.now() + timedelta(days=30), reason="Vacances.", actor=person(Role.CALL_MANAGER))
        after = events()["cloture"]

    assert after["SEQUENCE"] > before["SEQUENCE"] and after["UID"] == before["UID"]
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt and after["DTSTART"].dt > before["DTSTART"].dt


def test_a_meeting_and_the_vote_are_recalled_the_day_before(events, open_call):
    page = open_call.page
    page.milestones = [("milestone", {"starts_on": date(2027, 2, 3), "ends_on": None, "label": "Réunion d’information"})]
    page.save_revision().publish(skip_permission_checks=True)
    type(open_call).objects.filter(pk=open_call.pk).update(state="released")
    Vote.objects.create(call=open_call, number="26CP-1542", held_on=date(2027, 4, 9), recorded_by=person(Role.FINANCE))

    meeting = next(event for key, event in events().items() if key.startswith("etape-"))
    vote = events()["vote"]

    assert vote["DTSTART"].dt == date(2027, 4, 9)
    assert [[alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] for event in (meeting, vote)] == [[timedelta(days=-1)]] * 2


def test_a_vote_that_is_not_public_is_in_no_diary(events, open_call):
    type(open_call).objects.filter(pk=open_call.pk).update(state="voted")
    Vote.objects.create(call=open_call, number="26CP-1542", held_on=date(2027, 4, 9), recorded_by=person(Role.FINANCE))

    assert "vote" not in events()


def test_one_address_has_the_dates_of_every_public_call(client, open_call, publish_page):
    publish_page(CallFactory(slug="autre", jury_on=date(2027, 3, 1)))
    publish_page(CallFactory(slug="retire", state="withdrawn"))
    CallFactory(slug="sans-page")

    response = client.get("/appels/calendrier.ics")

    found = {str(event["UID"]) for event in Calendar.from_ical(response.content).events}
    assert {"lycee-4-0-vague-2-cloture@preau", "autre-cloture@preau", "autre-jury@preau"} <= found
    assert not any(uid.startswith(("retire", "sans-page")) for uid in found)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"


def test_the_diary_of_all_costs_the_same_for_one_call_and_for_four(client, publish_page, django_assert_max_num_queries):
    for _ in range(4):
        publish_page(CallFactory())
    client.get("/appels/calendrier.ics")

    with django_assert_max_num_queries(8):
        client.get("/appels/calendrier.ics")


def test_an_entry_of_the_feed_comes_first_again_when_its_dates_move(client, open_call, publish_page):
    publish_page(CallFactory(slug="autre"))

    def items():
        return ElementTree.fromstring(client.get("/appels/flux.rss").content).findall("channel/item")

    assert "autre" in items()[0].find("link").text
    guid = next(item.find("guid").text for item in items() if "lycee-4-0" in item.find("link").text)

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        moved(open_call, jury_on=date(2027, 3, 9))
        first = items()[0]

    assert "lycee-4-0" in first.find("link").text and first.find("guid").text == guid
    assert "Dates changées" in first.find("description").text
    assert parsedate_to_datetime(first.find("pubDate").text) > timezone.now()


def test_an_entry_does_not_move_when_something_else_is_edited(client, open_call, publish_page):
    publish_page(CallFactory(slug="autre"))
    moved(open_call, summary="Équiper.")

    assert "Dates changées" not in client.get("/appels/flux.rss").content.decode()
