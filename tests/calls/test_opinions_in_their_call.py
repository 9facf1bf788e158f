"""Opinions with the rest of a call: reminders, the next wave, the opening of the scoring, what is erased."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from calls.actions.erasing import content_held, erase_content
from calls.actions.next_wave import Wave, prepare_next_wave
from calls.actions.opinion_reminders import remind_opinions
from calls.enums import OpinionValue
from calls.retention import DRAFTS, OF_CONTENT
from portal.notifications.models import Message
from portal.workflow.readiness import readiness_of
from tests.factories.opinions import an_opinion, asking, examined_file, two_opinions

pytestmark = pytest.mark.django_db
SECRET = "Cette équipe se défait"


@pytest.fixture
def made():
    return two_opinions()


# -- Reminded -------------------------------------------------------------------------------------------------------------


def test_people_are_reminded_once_a_step_by_one_mail_then_once_when_late(made, monkeypatch):
    monkeypatch.setattr("calls.actions.opinion_reminders.EARLIEST_HOUR", 0)
    long_ago = timezone.now() - timedelta(days=40)
    type(made.call).objects.filter(pk=made.call.pk).update(reminder_days=[30])
    an_opinion(made.file, days=2, asked_at=long_ago)
    an_opinion(examined_file(made.call, establishment=made.file.establishment), days=-1, asked_at=long_ago)
    an_opinion(made.farm, days=90)
    assert remind_opinions() == 1
    mail = Message.objects.get(code="opinions_reminded")
    assert mail.recipient == made.own and "peut l’être encore" in mail.body
    Message.objects.all().delete()
    assert remind_opinions() == 0  # each step once, whatever the day


def test_nothing_is_reminded_of_what_may_be_given_no_more(made, monkeypatch):
    monkeypatch.setattr("calls.actions.opinion_reminders.EARLIEST_HOUR", 0)
    type(made.call).objects.filter(pk=made.call.pk).update(opinions=asking(takes_late=False))
    an_opinion(made.file, days=-1)
    an_opinion(made.farm, "given", days=-1)
    assert remind_opinions() == 0


# -- With the rest of the call ---------------------------------------------------------------------------------------------


def test_what_it_says_goes_with_the_content_of_the_file_and_its_value_stays(made):
    opinion = an_opinion(made.file, "given", reserves=SECRET, given_by=made.own)
    assert made.own.pk in content_held([made.file.pk])[made.file.pk].people
    erase_content(made.file, next(rule for rule in OF_CONTENT if rule is not DRAFTS))
    opinion.refresh_from_db()
    assert (opinion.texts, opinion.reserves, opinion.remark, opinion.value) == ({}, "", "", OpinionValue.FAVOURABLE)


def test_the_next_wave_asks_the_same_without_the_day_of_the_last_one(made):
    type(made.call).objects.filter(pk=made.call.pk).update(opinions=asking(until=timezone.localdate()))
    opens_at = timezone.now() + timedelta(days=200)
    following = prepare_next_wave(call=made.call, wave=Wave("SUITE-2", "La suite", opens_at, Decimal("1000.00")), actor=made.manager)
    following.refresh_from_db()
    assert following.opinions == asking() and following.asked_opinions.until is None


def test_who_opens_the_scoring_reads_how_many_are_awaited(made):
    an_opinion(made.file, "given")
    an_opinion(made.farm)
    line = next(line for line in readiness_of(made.call, "start_assessment") if line.label == "Avis")
    assert "1 avis rendu" in line.sentence.replace("\u00a0", " ") and "encore attendu" in line.sentence and not line.is_missing
