"""More time for one lycée: until when it is judged, who may give it, what undoes it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls.actions.extensions import cancel_extension, grant_extension
from calls.actions.start import start_application
from calls.actions.steering import extend_closing
from calls.admissibility import automatic_checks
from calls.checks import opening_gaps
from calls.enums import CallState
from calls.models import Application, Call
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.text.dates import moment
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.outcomes import refusal_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    """Closed yesterday."""
    return CallFactory(closed=True, requires_approval=False)


@pytest.fixture
def manager():
    return person(Role.CALL_MANAGER)


@pytest.fixture
def file(call):
    return ApplicationFactory(call=call, complete=True)


def granted(file, manager, *, days=2, **fields):
    given = {"closes_at": timezone.now() + timedelta(days=days), "reason": "Panne du réseau.", "actor": manager} | fields
    return grant_extension(call=file.call, establishment=file.establishment, **given)


def again(file):
    return Application.objects.select_related("call", "establishment").get(pk=file.pk)


def test_the_lycee_alone_writes_and_sends_after_the_closing_of_all(file, manager):
    member = person(Role.MEMBER, at=file.establishment, email="equipe@x.example")
    other = ApplicationFactory(call=file.call, complete=True)
    granted(file, manager)

    perform(again(file), "request_approval", actor=member)
    sent = perform(again(file), "submit", actor=member, received_at=timezone.now())

    assert sent.submitted_at
    assert "clos depuis" in refusal_of(perform, again(other), "request_approval", actor=person(Role.MEMBER, at=other.establishment))[0]
    assert told("extension_granted") == {"equipe@x.example", file.establishment.email}


def test_it_may_begin_a_file_it_had_not(call, manager):
    school = EstablishmentFactory()
    grant_extension(call=call, establishment=school, closes_at=timezone.now() + timedelta(days=1), reason="Panne.", actor=manager)

    assert start_application(call=call, establishment=school, actor=person(Role.MEMBER, at=school)).pk


def test_a_file_received_in_it_is_on_time_and_says_why(file, manager):
    granted(file, manager)
    Application.objects.filter(pk=file.pk).update(state="submitted", submitted_at=timezone.now())
    file = again(file)

    check = next(check for check in automatic_checks(file) if "délai" in check.label)

    assert (check.level, check.label) == ("ok", "Déposé dans le délai prolongé")
    assert "accordée à ce lycée" in check.details[0]


def test_the_instruction_waits_for_the_last_lycee(file, manager):
    granted(file, manager)

    assert "prolongé pour un lycée" in refusal_of(perform, file.call, "start_instruction", actor=manager)[0]


def test_the_journal_of_the_call_and_that_of_the_file_have_it(file, manager):
    extension = granted(file, manager)

    lines = JournalEntry.objects.filter(action="grant_extension").order_by("pk")
    assert [(line.subject_id, line.reason) for line in lines] == [
        (str(file.call_id), "Panne du réseau."),
        (str(file.pk), "Panne du réseau."),
    ]
    assert lines[0].data["lycee"] == f"{file.establishment.name} ({file.establishment.uai})"
    assert extension.granted_by == manager


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FINANCE, Role.AUDITOR])
def test_nobody_but_who_manages_the_call_gives_it(file, role):
    with pytest.raises(PermissionDenied):
        granted(file, person(role))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"days": -2}, "déjà fixée au"),
        ({"days": 40}, "30 jours après la clôture de tous"),
    ],
)
def test_a_date_that_gives_nothing_or_too_much_is_refused(file, manager, fields, told):
    assert told in refusal_of(granted, file, manager, **fields)[0]


def test_a_closing_after_the_jury_is_refused(file, manager):
    file.call.jury_on = timezone.localdate() + timedelta(days=1)
    file.call.save(update_fields=["jury_on"])
    assert "Le jury est annoncé" in refusal_of(granted, file, manager)[0]


def test_it_is_too_late_eleven_days_after_the_closing(file, manager):
    file.call.closes_at = timezone.now() - timedelta(days=11)
    file.call.save(update_fields=["closes_at"])
    assert "jusqu’à 10 jours après la clôture" in refusal_of(granted, file, manager)[0]


def test_it_is_too_late_once_the_instruction_is_open(file, manager):
    type(file.call).objects.filter(pk=file.call_id).update(state=CallState.INSTRUCTION)
    assert "En instruction" in refusal_of(granted, file, manager)[0]


def test_taken_back_unused_the_lycee_closes_as_before(file, manager):
    extension = granted(file, manager)
    cancel_extension(extension=extension, reason="Accordé par erreur.", actor=manager)

    file = again(file)
    assert file.closes_at == file.call.closes_at
    assert file.call.latest_closing is None
    assert opening_gaps(file.call, file.establishment)
    assert told("extension_cancelled") == {file.establishment.email}


def test_of_two_the_later_counts_and_the_other_remains_when_it_is_taken_back(file, manager):
    first = granted(file, manager, days=2)
    second = granted(file, manager, days=4)
    assert again(file).closes_at == second.closes_at

    cancel_extension(extension=second, reason="Trop.", actor=manager)

    assert again(file).closes_at == first.closes_at


def test_once_a_file_came_by_it_it_stays(file, manager):
    extension = granted(file, manager)
    Application.objects.filter(pk=file.pk).update(state="submitted", submitted_at=timezone.now())

    assert refusal_of(cancel_extension, extension=extension, reason="Non.", actor=manager) == [
        f"Elle a déjà servi : {file.reference} a été déposé après la clôture de tous."
    ]


def test_a_call_prolonged_beyond_it_closes_for_that_lycee_with_all(file, manager):
    granted(file, manager)
    file.call.closes_at = timezone.now() + timedelta(days=9)
    file.call.save(update_fields=["closes_at"])

    file = again(file)
    assert file.closes_at == file.call.closes_at


def test_a_lycee_with_a_later_closing_is_told_its_own_when_all_are_given_more_time(file, manager):
    member, other = person(Role.MEMBER, at=file.establishment), ApplicationFactory(call=file.call)
    elsewhere = person(Role.MEMBER, at=other.establishment)
    granted(file, manager, days=9)
    own = file.call.extensions.get().closes_at

    extend_closing(call=Call.objects.get(pk=file.call_id), closes_at=timezone.now() + timedelta(days=5), reason="Panne.", actor=manager)

    assert [mail.recipient for mail in Message.objects.filter(code="call_extended")] == [elsewhere]
    mail = Message.objects.get(code="call_extended_elsewhere", recipient=member)
    assert moment(own) in mail.body and "Rien ne change" in mail.body
    extend_closing(call=Call.objects.get(pk=file.call_id), closes_at=own + timedelta(days=1), reason="Panne.", actor=manager)
    assert {mail.recipient for mail in Message.objects.filter(code="call_extended")} == {elsewhere, member}
