"""Extensions, closings and submissions at the same instant, on real row locks: one outcome each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.actions.extensions import cancel_extension, grant_extension
from calls.actions.reminders import send_reminders, tell_unsent
from calls.enums import ApplicationState, CallState
from calls.models import Application, Call, Reminder, SchoolExtension
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import perform
from tests.calls.test_concurrency import at_once
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
REFUSED = "TransitionRefused"


def granted(call, school, manager):
    return grant_extension(call=call, establishment=school, closes_at=timezone.now() + timedelta(days=2), reason="Panne.", actor=manager)


def test_more_time_and_the_opening_of_the_instruction_have_one_winner():
    manager, other = person(Role.CALL_MANAGER), person(Role.CALL_MANAGER)
    call = CallFactory(closed=True)
    file, _received = ApplicationFactory(call=call), ApplicationFactory(call=call, submitted=True)

    found = at_once([lambda: granted(call, file.establishment, manager), lambda: perform(call, "start_instruction", actor=other)])

    assert found.count(REFUSED) == 1
    state = Call.objects.get(pk=call.pk).state
    assert (state == CallState.PUBLISHED) == SchoolExtension.objects.exists()


def test_more_time_taken_back_while_the_file_is_sent_leaves_either_the_file_or_the_closing():
    manager, call = person(Role.CALL_MANAGER), CallFactory(closed=True, requires_approval=False)
    file = ApplicationFactory(call=call, complete=True)
    member = person(Role.MEMBER, at=file.establishment)
    extension = granted(call, file.establishment, manager)
    perform(file, "request_approval", actor=member)

    found = at_once(
        [
            lambda: cancel_extension(extension=extension, reason="Non.", actor=manager),
            lambda: perform(Application.objects.get(pk=file.pk), "submit", actor=member, received_at=timezone.now()),
        ]
    )

    assert found.count(REFUSED) == 1
    sent = Application.objects.get(pk=file.pk).state == ApplicationState.SUBMITTED
    assert sent == SchoolExtension.objects.standing().exists()


def test_two_managers_who_give_the_same_time_give_it_once():
    manager, other = person(Role.CALL_MANAGER), person(Role.CALL_MANAGER)
    file = ApplicationFactory(call=CallFactory(closed=True))
    closes_at = timezone.now() + timedelta(days=2)

    def give(actor):
        return grant_extension(call=file.call, establishment=file.establishment, closes_at=closes_at, reason="Panne.", actor=actor)

    assert at_once([lambda: give(manager), lambda: give(other)]).count(REFUSED) == 1
    assert SchoolExtension.objects.count() == 1


@pytest.mark.parametrize("job", [send_reminders, tell_unsent])
def test_two_workers_write_once_to_a_person(job, monkeypatch):
    monkeypatch.setattr("calls.actions.reminders.EARLIEST_HOUR", 0)
    soon = timezone.now() + timedelta(hours=3) if job is send_reminders else timezone.now() - timedelta(hours=1)
    call = CallFactory(closes_at=soon, opens_at=timezone.now() - timedelta(days=60))
    file = ApplicationFactory(call=call, created_at=timezone.now() - timedelta(days=50))
    person(Role.MEMBER, at=file.establishment)
    person(Role.HEAD, at=file.establishment)

    told = at_once([job, job, job])

    assert sum(told) == 2
    assert Message.objects.count() == 2
    assert Reminder.objects.count() == 2
