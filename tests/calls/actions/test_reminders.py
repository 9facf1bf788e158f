"""Reminders leave on the working days that the call sets, one mail a person, once; a closing tells those it left behind."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from calls.actions.reminders import send_reminders, set_reminders, tell_unsent
from calls.enums import ApplicationState, CallState
from calls.models import Application, CompletionRequest, Reminder
from calls.queries.reminders import by_person, just_closed, step_reached
from portal import working_days
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.outcomes import refusal_of, told, written_to
from tests.reading import text_of

PARIS = ZoneInfo("Europe/Paris")
CLOSING = datetime(2027, 5, 14, 18, tzinfo=PARIS)  # the Friday after that of Ascension: 6 May 2027 is a holiday
STEPS = {7: date(2027, 5, 4), 3: date(2027, 5, 11), 1: date(2027, 5, 13)}
BEGUN = datetime(2027, 4, 1, 9, tzinfo=PARIS)


def at(day: date, hour: int = 9):
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=PARIS), tick=False)


@pytest.fixture
def call(db):
    return CallFactory(opens_at=BEGUN, closes_at=CLOSING)


@pytest.fixture
def file(call):
    return ApplicationFactory(call=call, complete=True, created_at=BEGUN)


@pytest.fixture
def member(file):
    return person(Role.MEMBER, at=file.establishment, email="equipe@x.example")


def test_days_are_counted_back_over_holidays_and_week_ends():
    assert {step: working_days.before(CLOSING.date(), step) for step in STEPS} == STEPS
    assert all(working_days.between(day, CLOSING.date()) == step for step, day in STEPS.items())


@pytest.mark.parametrize(
    ("day", "step"),
    [(date(2027, 5, 3), None), (STEPS[7], 7), (date(2027, 5, 7), 7), (STEPS[3], 3), (STEPS[1], 1), (CLOSING.date(), 1)],
)
def test_the_last_step_reached_is_the_one_that_is_said(day, step):
    assert step_reached(CLOSING, [7, 3, 1], BEGUN, datetime(day.year, day.month, day.day, 9, tzinfo=PARIS)) == step


def test_nothing_is_said_of_a_step_older_than_the_file_nor_after_the_deadline():
    assert step_reached(CLOSING, [7], datetime(2027, 5, 4, 10, tzinfo=PARIS), datetime(2027, 5, 5, 9, tzinfo=PARIS)) is None
    assert step_reached(CLOSING, [7, 1], BEGUN, CLOSING + timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("rewriting", "told_to", "says"),
    [("writing", "equipe@x.example", "Nouvelle version à déposer"), ("visa", "chef@x.example", "Visa à donner")],
)
def test_a_new_version_that_is_not_filed_is_reminded_and_no_closing_says_that_the_file_is_lost(file, member, rewriting, told_to, says):
    person(Role.HEAD, at=file.establishment, email="chef@x.example")
    Application.objects.update(state=ApplicationState.SUBMITTED, submitted_at=BEGUN, approved_at=BEGUN, rewriting=rewriting)
    with at(STEPS[3]):
        send_reminders()
    with time_machine.travel(CLOSING + timedelta(hours=3), tick=False):
        assert tell_unsent() == 0

    letters = Message.objects.filter(code="deadline_reminder")
    assert told_to in told("deadline_reminder") and says in {each.get_kind_display() for each in Reminder.objects.all()}
    assert ("leur nouvelle version ne l’est pas" in letters.first().body) == (rewriting == "writing")


def test_a_person_with_several_files_has_one_mail_however_often_the_clock_calls(file, member):
    other = ApplicationFactory(call=CallFactory(opens_at=BEGUN, closes_at=CLOSING), establishment=file.establishment, created_at=BEGUN)
    with at(STEPS[7]):
        assert [send_reminders(), send_reminders()] == [1, 0]
    with at(STEPS[7], hour=20):
        assert send_reminders() == 0

    body = Message.objects.get(code="deadline_reminder").body
    assert file.reference in body
    assert other.reference in body
    assert Reminder.objects.count() == 2


def test_each_step_is_said_and_a_missed_one_gives_way(file, member):
    for day in (STEPS[7], date(2027, 5, 12), STEPS[1]):
        with at(day):
            send_reminders()
    assert list(Reminder.objects.order_by("pk").values_list("step", flat=True)) == [7, 3, 1]


def test_nobody_is_reminded_at_night_nor_after_the_closing(file, member):
    with at(STEPS[7], hour=5):
        assert send_reminders() == 0
    with at(CLOSING.date(), hour=19):
        assert send_reminders() == 0


def test_a_visa_is_asked_of_who_gives_it_and_not_on_the_day_it_was_asked(file, member):
    head = person(Role.HEAD, at=file.establishment, email="chef@x.example")
    with at(date(2027, 5, 5)):
        perform(file, "request_approval", actor=member)
        assert send_reminders() == 0
    with at(STEPS[3]):
        send_reminders()

    assert told("deadline_reminder") == {head.email}
    assert "Le visa est attendu" in Message.objects.get(code="deadline_reminder").body


def test_complements_are_reminded_of_by_their_own_date(file, member):
    Application.objects.filter(pk=file.pk).update(state=ApplicationState.SUBMITTED, submitted_at=BEGUN)
    CompletionRequest.objects.create(application=file, fields=["resume"], message="Précisez.", due_on=date(2027, 6, 11), opened_at=BEGUN)
    with at(date(2027, 6, 8)):
        send_reminders()

    assert "La Région attend des compléments" in Message.objects.get(code="deadline_reminder").body


def test_a_call_that_sets_no_day_reminds_nobody(file, member):
    set_reminders(call=file.call, reminder_days=[], actor=person(Role.CALL_MANAGER))
    with at(STEPS[3]):
        assert send_reminders() == 0


def test_once_the_jury_scores_there_is_nothing_to_set(call):
    type(call).objects.filter(pk=call.pk).update(state=CallState.ASSESSMENT)
    assert refusal_of(set_reminders, call=call, reminder_days=[2], actor=person(Role.CALL_MANAGER)) == [
        "Plus aucun rappel n’est à envoyer : l’appel est « En notation »."
    ]


def test_a_closing_tells_once_the_teams_of_the_files_it_left_unsent(file, member):
    head = person(Role.HEAD, at=file.establishment, email="chef@x.example")
    sent = ApplicationFactory(call=file.call, submitted=True)
    person(Role.MEMBER, at=sent.establishment, email="depose@x.example")
    with at(CLOSING.date(), hour=17):
        assert tell_unsent() == 0
    with at(CLOSING.date(), hour=19):
        assert [tell_unsent(), tell_unsent()] == [2, 0]
    with at(CLOSING.date() + timedelta(days=9)):
        assert tell_unsent() == 0

    assert written_to("unsent_at_closing") == sorted([head.email, member.email])
    assert "n’a pas été déposé avant la clôture, le 14 mai 2027 à 18 h 00" in Message.objects.first().body.replace("\u00a0", " ")


def test_a_reminder_sent_is_a_line_of_its_file_once_and_says_of_what_and_to_whom(client, file, member):
    with at(STEPS[7]):
        send_reminders()
        send_reminders()
        client.force_login(member)
        page = text_of(client.get(file.get_absolute_url()))

    line = JournalEntry.objects.get(action="remind")
    assert (line.subject_id, line.data["what"], line.actor) == (str(file.pk), "Brouillon à déposer", None)
    assert "Rappel envoyé" in page
    assert f"Brouillon à déposer, à {member.get_full_name()}" in page


def test_a_worker_that_read_before_another_wrote_tells_what_is_left_and_that_alone(file, member, monkeypatch):
    other = ApplicationFactory(call=file.call, establishment=file.establishment)
    with at(CLOSING.date(), hour=19):
        found = by_person(just_closed(timezone.now()))
        first, second = sorted(found[member], key=lambda due: due.application.pk)
        monkeypatch.setattr("calls.actions.reminders.by_person", lambda dues: {member: [first]})
        assert tell_unsent() == 1
        monkeypatch.setattr("calls.actions.reminders.by_person", lambda dues: {member: [first, second]})  # read before the first was told
        assert [tell_unsent(), tell_unsent()] == [1, 0]

    mails = [mail.body for mail in Message.objects.filter(code="unsent_at_closing").order_by("pk")]
    assert [(file.reference in body, other.reference in body) for body in mails] == [(True, False), (False, True)]
    assert Reminder.objects.count() == 2
