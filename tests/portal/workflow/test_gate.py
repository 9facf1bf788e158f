import pytest
from django.core.exceptions import PermissionDenied

from calls.enums import ApplicationState
from calls.models import Application
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, available_transitions, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.workflow import reacting

pytestmark = pytest.mark.django_db


def test_perform_changes_the_state_and_journals_it():
    application = ApplicationFactory(submitted=True)
    officer = person(Role.OFFICER)

    fresh = perform(application, "declare_inadmissible", actor=officer, reason="Hors délai.", motive="Hors délai.")

    entry = JournalEntry.objects.get(action="declare_inadmissible")
    assert fresh.state == ApplicationState.INADMISSIBLE
    assert (entry.actor, entry.source, entry.target, entry.reason) == (officer, "submitted", "inadmissible", "Hors délai.")


def test_perform_refuses_a_person_without_the_role_and_writes_nothing():
    application = ApplicationFactory(submitted=True)
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
    application = ApplicationFactory(submitted=True)
    officer = person(Role.OFFICER)

    def failing(application, move):
        raise RuntimeError("panne")

    with reacting(failing, (Application, "declare_inadmissible")), pytest.raises(RuntimeError):
        perform(application, "declare_inadmissible", actor=officer, motive="x")

    assert Application.objects.get().state == ApplicationState.SUBMITTED
    assert JournalEntry.objects.count() == 0


def test_available_transitions_follow_the_person():
    application = ApplicationFactory(submitted=True)

    officer_sees = [o.name for o in available_transitions(application, person(Role.OFFICER))]
    auditor_sees = [o.name for o in available_transitions(application, person(Role.AUDITOR))]

    assert officer_sees == ["declare_admissible", "declare_inadmissible"]
    assert auditor_sees == []
