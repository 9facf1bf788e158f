"""A call without any file for its jury ends, for a reason that everybody reads; nothing else ends so."""

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.models import Call
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, option_for, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import PanelMemberFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db
WHY = "Les deux dossiers reçus étaient hors du champ de l’appel."


def checked_call(*states: str, state: str = "instruction") -> Call:
    """A closed call whose files are in these states."""
    call = CallFactory(state=state, closed=True, contact_email="appels@region.example")
    for each in states:
        filed = {} if each == "draft" else {"submitted_at": timezone.now(), "approved_at": timezone.now()}
        ApplicationFactory(call=call, state=each, **filed)
    return call


def end(call: Call, actor=None) -> Call:
    return perform(call, "declare_unsuccessful", actor=actor or person(Role.CALL_MANAGER), reason=WHY, because=WHY)


@pytest.mark.parametrize("state", ["instruction", "assessment", "deliberation"])
@pytest.mark.parametrize("files", [(), ("inadmissible", "inadmissible"), ("withdrawn", "draft", "inadmissible")])
def test_a_call_that_leaves_nothing_to_its_jury_ends_for_a_reason(state, files):
    ended = end(checked_call(*files, state=state))

    assert (ended.state, ended.unsuccessful_because) == ("unsuccessful", WHY)
    assert JournalEntry.objects.get(action="declare_unsuccessful").reason == WHY


@pytest.mark.parametrize(
    ("files", "said"), [(("submitted", "inadmissible"), "reste à prononcer"), (("admissible", "inadmissible"), "le jury les examine")]
)
def test_a_call_with_a_file_to_check_or_to_read_does_not_end_so(files, said):
    call = checked_call(*files)

    with pytest.raises(TransitionRefused, match=said):
        end(call)

    assert not option_for(call, person(Role.CALL_MANAGER), "declare_unsuccessful").possible
    assert (Call.objects.get().state, Message.objects.count()) == ("instruction", 0)


def test_the_scoring_that_is_refused_names_the_way_out():
    with pytest.raises(TransitionRefused, match="L’appel peut être déclaré infructueux"):
        perform(checked_call("inadmissible"), "start_assessment", actor=person(Role.CALL_MANAGER))


def test_the_teams_the_managers_and_the_jury_are_told_why_and_nobody_else():
    call = checked_call("inadmissible", "draft", "withdrawn")
    refused, unfiled, gone = call.applications.order_by("pk")
    told = [
        person(Role.HEAD, at=refused.establishment).email,
        person(Role.MEMBER, at=unfiled.establishment).email,
        PanelMemberFactory(call=call, user=person(Role.JUROR)).user.email,
    ]
    person(Role.HEAD, at=gone.establishment)
    person(Role.HEAD, at=EstablishmentFactory())
    PanelMemberFactory(user=person(Role.JUROR))
    manager = person(Role.CALL_MANAGER)

    end(call, manager)

    assert sorted(Message.objects.values_list("to_email", flat=True)) == sorted([*told, manager.email])
    assert all(WHY in message.body for message in Message.objects.all())


def test_a_file_of_an_ended_call_is_not_taken_up_again():
    call = end(checked_call("inadmissible", "withdrawn"))
    refused, withdrawn = call.applications.order_by("pk")
    manager = person(Role.CALL_MANAGER)

    for file, name in ((refused, "resume_instruction"), (withdrawn, "reinstate")):
        with pytest.raises(TransitionRefused, match="L’appel est déclaré infructueux"):
            perform(file, name, actor=manager, reason="x")


def test_the_manager_reads_what_it_does_then_writes_why(client):
    call = checked_call("inadmissible")
    client.force_login(person(Role.CALL_MANAGER))
    address = reverse("calls:call_action", args=[call.slug, "declare_unsuccessful"])

    asked = client.get(address)
    refused = client.post(address, {"reason": " "})

    assert "sans jury, sans vote et sans décision" in text_of(asked)
    assert "Le motif est public" in text_of(asked)
    assert refused.status_code == 422
    assert client.post(address, {"reason": WHY}).status_code == 302
    assert Call.objects.get().unsuccessful_because == WHY


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FINANCE, Role.AUDITOR, Role.JUROR, Role.HEAD])
def test_nobody_else_ends_a_call(client, role):
    call = checked_call("inadmissible")
    client.force_login(person(role, at=call.applications.get().establishment if role == Role.HEAD else None))

    answer = client.post(reverse("calls:call_action", args=[call.slug, "declare_unsuccessful"]), {"reason": WHY})

    assert answer.status_code == 403
    assert (Call.objects.get().state, Message.objects.count()) == ("instruction", 0)
