"""The dates of a call outside its page: the diary of a team, the feed of a reader."""

from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

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
