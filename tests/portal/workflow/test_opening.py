"""A transition called by itself is refused by django-fsm, whatever the machine."""

import pytest
from django_fsm import FSMMeta

from calls.models import Application
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from portal.workflow.graph import workflow_models
from portal.workflow.machine import transitions_of
from portal.workflow.opening import OutsideTheGate, is_open_for, opened_for
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.workflow import reacting


@pytest.mark.parametrize("model", workflow_models(), ids=lambda model: model.__name__)
def test_no_arrow_of_any_machine_is_followed_outside_the_gate(model, monkeypatch):
    monkeypatch.setattr(FSMMeta, "conditions_met", lambda *args: True)

    for arrow in transitions_of(model()):
        obj = model(state=arrow.source)
        with pytest.raises(OutsideTheGate, match=rf"{model.__name__}\.{arrow.name}\(\) is called by itself"):
            getattr(obj, arrow.name)()
        assert obj.state == arrow.source


@pytest.mark.django_db
def test_a_refused_call_changes_nothing():
    application = ApplicationFactory(call__closed=True, submitted=True)

    with pytest.raises(OutsideTheGate):
        application.declare_inadmissible(motive="Hors délai.")

    application.save()
    kept = Application.objects.get()
    assert (kept.state, kept.checked_at, kept.inadmissibility_reason) == ("submitted", None, "")
    assert JournalEntry.objects.count() == 0


def test_the_gate_opens_for_one_object_only():
    mine, other = Application(pk=1), Application(pk=1)

    with opened_for(mine):
        assert is_open_for(mine)
        assert not is_open_for(other)
        with opened_for(other):
            assert not is_open_for(mine)
        assert is_open_for(mine)

    assert not is_open_for(mine)


@pytest.mark.django_db
def test_the_gate_is_closed_again_after_each_transition():
    application = ApplicationFactory(call__closed=True, submitted=True)
    seen = []

    with reacting(lambda obj, move: seen.append(is_open_for(obj)), (Application, "declare_admissible")):
        fresh = perform(application, "declare_admissible", actor=person(Role.OFFICER))

    assert seen == [False]
    assert not is_open_for(fresh)


@pytest.mark.django_db
def test_the_gate_is_closed_again_after_a_body_that_fails(monkeypatch):
    application = ApplicationFactory(call__closed=True, submitted=True)
    opened = []

    def failing(self, *args, **kwargs):
        opened.append(self)
        raise TransitionRefused(["Panne."])

    monkeypatch.setattr(Application, "declare_admissible", failing)
    with pytest.raises(TransitionRefused):
        perform(application, "declare_admissible", actor=person(Role.OFFICER))

    assert len(opened) == 1
    assert not is_open_for(opened[0])
