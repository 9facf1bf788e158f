"""Acts taken back: an admissibility pronounced by mistake, a file withdrawn."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls.enums import CallState
from calls.models import Application
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, available_transitions, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.outcomes import told

pytestmark = pytest.mark.django_db


def filed(state: str, call_state: str = CallState.INSTRUCTION, **fields) -> Application:
    return ApplicationFactory(
        call=CallFactory(state=call_state, closed=True),
        state=state,
        complete=True,
        submitted_at=timezone.now(),
        approved_at=timezone.now(),
        checked_at=None if state == "submitted" else timezone.now(),
        **fields,
    )


@pytest.mark.parametrize(("state", "motive"), [("admissible", ""), ("inadmissible", "Déposé hors délai.")])
def test_what_was_pronounced_by_mistake_is_pronounced_again_and_told_again(state, motive):
    application = filed(state, inadmissibility_reason=motive)
    member, head = person(Role.MEMBER, at=application.establishment), person(Role.HEAD, at=application.establishment)
    officer = person(Role.OFFICER, authority=application.establishment.authority, second_factor=False)

    fresh = perform(application, "resume_instruction", actor=officer, reason="Case cochée par erreur.")

    assert (fresh.state, fresh.checked_at, fresh.inadmissibility_reason) == ("submitted", None, "")
    assert told("instruction_resumed") == {member.email, head.email}
    assert "Motif : Case cochée par erreur." in Message.objects.filter(code="instruction_resumed").first().body

    for _ in range(2):
        declared = perform(fresh, "declare_admissible", actor=officer)
        fresh = perform(declared, "resume_instruction", actor=officer, reason="Encore.")
    assert Message.objects.filter(code="declared_admissible", to_email=head.email).count() == 2
    assert Message.objects.filter(code="instruction_resumed", to_email=head.email).count() == 3


@pytest.mark.parametrize(
    ("call_state", "officer", "manager"),
    [
        (CallState.PUBLISHED, {"resume_instruction"}, {"resume_instruction"}),
        (CallState.INSTRUCTION, {"resume_instruction"}, {"resume_instruction"}),
        (CallState.ASSESSMENT, set(), {"resume_during_scoring"}),
        (CallState.DELIBERATION, set(), set()),
        (CallState.VOTED, set(), set()),
        (CallState.RELEASED, set(), set()),
    ],
)
def test_once_the_jury_scores_the_call_manager_alone_takes_a_file_back_and_nobody_once_it_deliberates(call_state, officer, manager):
    application = filed("admissible", call_state)

    def offered(who) -> set[str]:
        return {option.name for option in available_transitions(application, who)} & {"resume_instruction", "resume_during_scoring"}

    assert offered(person(Role.OFFICER, second_factor=False)) == officer
    assert offered(person(Role.CALL_MANAGER, second_factor=False)) == manager


def test_a_filed_file_is_withdrawn_by_its_head_and_everybody_who_works_on_it_is_told():
    officer = person(Role.OFFICER, second_factor=False)
    application = filed("admissible", officer=officer)
    member, head = person(Role.MEMBER, at=application.establishment), person(Role.HEAD, at=application.establishment)
    manager = person(Role.CALL_MANAGER, second_factor=False)
    elsewhere = person(Role.OFFICER, second_factor=False)

    with pytest.raises(PermissionDenied):
        perform(application, "withdraw_filed", actor=member, reason="Non.")
    fresh = perform(application, "withdraw_filed", actor=head, reason="Travaux reportés.")

    assert (fresh.state, fresh.submitted_at is None) == ("withdrawn", False)
    assert told("application_withdrawn") == {member.email, head.email, officer.email, manager.email}
    assert elsewhere.email not in told("application_withdrawn")
    body = Message.objects.filter(code="application_withdrawn").first().body
    assert "Motif : Travaux reportés." in body
    assert head.get_full_name() in body


def test_nobody_follows_the_file_the_officers_of_its_perimeter_are_told():
    application = filed("submitted")
    officer = person(Role.OFFICER, authority=application.establishment.authority, second_factor=False)

    perform(application, "withdraw_filed", actor=person(Role.HEAD, at=application.establishment), reason="Abandon.")

    assert officer.email in told("application_withdrawn")


def test_a_draft_withdrawn_by_mistake_is_taken_up_again_without_its_visa():
    application = ApplicationFactory(state="awaiting_approval", complete=True, approved_at=timezone.now())
    member = person(Role.MEMBER, at=application.establishment)
    mate = person(Role.MEMBER, at=application.establishment)

    withdrawn = perform(application, "withdraw", actor=member, reason="Doublon.")
    assert told("draft_withdrawn") == {member.email, mate.email}
    restored = perform(withdrawn, "restore", actor=mate)

    assert (restored.state, restored.approved_at) == ("draft", None)
    assert told("draft_restored") == {member.email, mate.email}


def test_a_draft_is_not_taken_up_again_beside_the_one_that_took_its_place():
    call = CallFactory(max_per_establishment=1)
    application = ApplicationFactory(call=call, state="withdrawn")
    other = ApplicationFactory(call=call, establishment=application.establishment)

    with pytest.raises(TransitionRefused, match=other.reference):
        perform(application, "restore", actor=person(Role.MEMBER, at=application.establishment))


def test_a_filed_file_withdrawn_by_mistake_is_as_it_was_received():
    application = filed("withdrawn")
    received = application.submitted_at
    head = person(Role.HEAD, at=application.establishment)

    with pytest.raises(TransitionRefused):
        perform(application, "restore", actor=head)
    fresh = perform(application, "reinstate", actor=person(Role.CALL_MANAGER, second_factor=False), reason="Lettre du 3 mars.")

    assert (fresh.state, fresh.submitted_at) == ("submitted", received)
    assert head.email in told("application_reinstated")
