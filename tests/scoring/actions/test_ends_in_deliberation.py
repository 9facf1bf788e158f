"""Every file is withdrawn while the jury deliberates: the call ends without a vote, once its sitting is cancelled."""

import pytest

from calls.models import Application, Call
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, available_transitions, option_for, perform
from scoring.models import SelectionSession
from tests.factories.accounts import person
from tests.factories.deliberation import close, deliberation, sit

pytestmark = pytest.mark.django_db
WHY = "Les lycées ont tous retiré leur dossier."


def withdraw_all(made) -> Call:
    for file in made.files:
        head = person(Role.HEAD, at=file.establishment)
        perform(Application.objects.get(pk=file.pk), "withdraw_filed", actor=head, reason="Projet abandonné.")
    return Call.objects.get(pk=made.call.pk)


def end(call: Call, actor) -> Call:
    return perform(call, "declare_unsuccessful", actor=actor, reason=WHY, because=WHY)


def test_the_sitting_is_cancelled_first_then_the_call_ends():
    made = sit(deliberation())
    assert not option_for(made.call, made.manager, "declare_unsuccessful").possible
    call = withdraw_all(made)

    with pytest.raises(TransitionRefused, match="annulez-la d’abord"):
        end(call, made.manager)
    perform(SelectionSession.objects.get(), "cancel", actor=made.manager, reason=WHY)
    ended = end(call, made.manager)

    assert (ended.state, ended.unsuccessful_because) == ("unsuccessful", WHY)
    assert Message.objects.filter(code="jury_without_files", to_email=made.juror.email).exists()


def test_a_closed_sitting_stays_as_it_was_and_is_not_offered_back():
    made = close(deliberation())
    ended = end(withdraw_all(made), made.manager)

    sitting = SelectionSession.objects.get()
    assert (ended.state, sitting.state) == ("unsuccessful", "closed")
    assert "reopen" not in {option.name for option in available_transitions(sitting, made.manager)}
