import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls.enums import ApplicationState
from calls.models import Application, CompletionRequest
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, available_transitions, check_person, is_ready, option_for, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.workflow import reacting

pytestmark = pytest.mark.django_db


def test_perform_changes_the_state_and_journals_it():
    application = ApplicationFactory(call__closed=True, submitted=True)
    officer = person(Role.OFFICER)

    fresh = perform(application, "declare_inadmissible", actor=officer, reason="Hors délai.", motive="Hors délai.")

    entry = JournalEntry.objects.get(action="declare_inadmissible")
    assert fresh.state == ApplicationState.INADMISSIBLE
    assert (entry.actor, entry.source, entry.target, entry.reason) == (officer, "submitted", "inadmissible", "Hors délai.")


def test_perform_refuses_a_person_without_the_role_and_writes_nothing():
    application = ApplicationFactory(call__closed=True, submitted=True)
    stranger = person(Role.MEMBER, at=application.establishment)

    with pytest.raises(PermissionDenied):
        perform(application, "declare_admissible", actor=stranger)

    assert Application.objects.get().state == ApplicationState.SUBMITTED
    assert JournalEntry.objects.count() == 0


def test_perform_refuses_a_wrong_state_and_says_which_it_is():
    application = ApplicationFactory(admissible=True)
    officer = person(Role.OFFICER)

    with pytest.raises(TransitionRefused) as refusal:
        perform(application, "declare_admissible", actor=officer)

    assert refusal.value.wrong_state
    assert refusal.value.reasons == ["« Déclarer recevable » n’est pas possible : état actuel « Recevable »."]
    assert JournalEntry.objects.count() == 0


def test_perform_rolls_back_everything_when_a_reaction_fails():
    application = ApplicationFactory(call__closed=True, submitted=True)
    officer = person(Role.OFFICER)

    def failing(application, move):
        raise RuntimeError("panne")

    with reacting(failing, (Application, "declare_inadmissible")), pytest.raises(RuntimeError):
        perform(application, "declare_inadmissible", actor=officer, motive="x")

    assert Application.objects.get().state == ApplicationState.SUBMITTED
    assert JournalEntry.objects.count() == 0


def test_available_transitions_follow_the_person():
    application = ApplicationFactory(call__closed=True, submitted=True)

    officer_sees = [o.name for o in available_transitions(application, person(Role.OFFICER))]
    auditor_sees = [o.name for o in available_transitions(application, person(Role.AUDITOR))]

    assert officer_sees == ["declare_admissible", "declare_inadmissible"]
    assert auditor_sees == []


def test_an_occasion_that_is_past_has_no_button_and_refuses_as_too_late():
    application = ApplicationFactory(state="awaiting_approval", complete=True, approved_at=timezone.now())
    head = person(Role.HEAD, at=application.establishment)

    option = option_for(application, head, "approve")
    with pytest.raises(TransitionRefused) as refusal:
        perform(application, "approve", actor=head)

    assert "approve" not in [o.name for o in available_transitions(application, head)]
    assert (option.possible, option.ready, option.missing) == (False, False, ("Le visa est déjà donné.",))
    assert (refusal.value.reasons, refusal.value.wrong_state) == (["Le visa est déjà donné."], True)


def test_what_a_person_can_complete_keeps_its_button_and_is_no_lateness():
    application = ApplicationFactory(state="awaiting_approval", complete=True)
    member = person(Role.MEMBER, at=application.establishment)

    option = option_for(application, member, "submit")
    with pytest.raises(TransitionRefused) as refusal:
        perform(application, "submit", actor=member)

    assert "submit" in [o.name for o in available_transitions(application, member)]
    assert (option.possible, option.ready, option.missing) == (True, False, ("Il manque le visa du chef d’établissement.",))
    assert not refusal.value.wrong_state


def test_an_option_is_refused_to_the_wrong_person_in_any_state():
    application = ApplicationFactory()
    member = person(Role.MEMBER, at=application.establishment)

    for ask in (option_for, check_person):
        with pytest.raises(PermissionDenied):
            ask(application, member, "approve")
        with pytest.raises(LookupError):
            ask(application, member, "fly")


def test_an_option_of_another_state_is_not_possible():
    application = ApplicationFactory()
    head = person(Role.HEAD, at=application.establishment)

    option = option_for(application, head, "approve")

    assert (option.label, option.possible, option.missing) == ("Donner le visa", False, ())


def test_is_ready_tells_state_person_and_requirements_apart():
    submitted, draft = ApplicationFactory(call__closed=True, submitted=True), ApplicationFactory()
    officer, auditor = person(Role.OFFICER), person(Role.AUDITOR)
    assert is_ready(submitted, officer, "request_completion")
    assert not is_ready(submitted, auditor, "request_completion")
    assert not is_ready(draft, officer, "request_completion")

    CompletionRequest.objects.create(application=submitted, fields=["resume"], message="Précisez.", due_on=timezone.localdate())

    assert not is_ready(submitted, officer, "request_completion")
