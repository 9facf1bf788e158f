"""What staff read of a file that its school has withdrawn."""

import pytest

from calls.actions.versions import freeze_version
from calls.enums import CallState, VersionReason
from calls.hooks.todo import todo_for
from calls.models import Call
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db

SECRET = "Les six classes de seconde coopèrent."
STAFF = [Role.OFFICER, Role.CALL_MANAGER, Role.AUDITOR, Role.ADMIN]
OTHERS = [Role.JUROR, Role.CHAIR, Role.TECHNICIAN, Role.FINANCE, Role.ORDERS]  # the last two: until their work begins


@pytest.fixture
def filed():
    """A complete, filed file with its frozen version; its school has a head."""
    file = ApplicationFactory(reference="L40-V2-0147", submitted=True, complete=True)
    person(Role.HEAD, at=file.establishment, email="chef@lycee.example")
    freeze_version(application=file, reason=VersionReason.SUBMISSION, actor=SYSTEM)
    return file


def url(file, suffix=""):
    return f"/dossiers/{file.reference}/{suffix}"


def withdrawn_by_its_head(file):
    head = person(Role.HEAD, at=file.establishment)
    return perform(file, "withdraw_filed", actor=head, reason="Les travaux sont reportés.")


@pytest.mark.parametrize("role", STAFF)
def test_staff_still_read_a_file_that_its_school_has_withdrawn(client, filed, role):
    withdrawn_by_its_head(filed)
    client.force_login(person(role))

    page = client.get(url(filed)).content.decode()

    assert SECRET in page
    assert "Retiré" in words_of(tree_of(page))


@pytest.mark.parametrize("role", OTHERS)
def test_a_withdrawn_file_opens_to_nobody_else(client, filed, role):
    withdrawn_by_its_head(filed)
    client.force_login(person(role))

    assert client.get(url(filed)).status_code == 404


def test_a_draft_that_was_withdrawn_stays_unknown_to_staff(client):
    draft = ApplicationFactory(complete=True)
    perform(draft, "withdraw", actor=person(Role.MEMBER, at=draft.establishment), reason="Doublon.")
    client.force_login(person(Role.OFFICER))

    assert client.get(url(draft)).status_code == 404


def test_the_officer_who_had_it_open_reads_that_it_is_withdrawn(client, filed):
    client.force_login(person(Role.OFFICER))
    withdrawn_by_its_head(filed)

    for name, form in (("declare_admissible", {}), ("declare_inadmissible", {"reason": "Hors délai."})):
        response = client.post(url(filed, f"action/{name}/"), form)
        assert response.status_code == 409
        assert "état actuel « Retiré »" in " ".join(words_of(tree_of(response.content.decode())).split())


def test_the_head_reads_what_a_withdrawal_ends_and_a_member_may_not(client, filed):
    client.force_login(person(Role.MEMBER, at=filed.establishment))
    assert "withdraw" not in client.get(url(filed)).content.decode()
    assert client.post(url(filed, "action/withdraw_filed/"), {"reason": "Non."}).status_code == 403

    client.force_login(person(Role.HEAD, at=filed.establishment))
    page = words_of(tree_of(client.get(url(filed, "action/withdraw_filed/")).content.decode()))
    assert "La demande d’aide prend fin" in page
    assert "L’équipe, le chef d’établissement et l’instructeur en sont prévenus" in page
    done = client.post(url(filed, "action/withdraw_filed/"), {"reason": "Travaux reportés."}, follow=True)
    assert "Le dossier est retiré." in words_of(tree_of(done.content.decode()))


# -- Who brings it back, and what may be begun -------------------------------------------------------------------------------


def read(page) -> str:
    return " ".join(words_of(tree_of(page)).replace("\xa0", " ").split())


def at(file, state):
    Call.objects.filter(pk=file.call_id).update(state=state, contact_email="lycee40@region.example")


@pytest.mark.parametrize(
    ("state", "back", "another"),
    [(CallState.PUBLISHED, True, True), (CallState.INSTRUCTION, True, False), (CallState.ASSESSMENT, False, False)],
)
def test_the_school_and_the_officer_read_who_brings_a_withdrawn_file_back(client, filed, state, back, another):
    member = person(Role.MEMBER, at=filed.establishment)
    withdrawn_by_its_head(filed)
    at(filed, state)

    client.force_login(member)
    school = read(client.get(url(filed)))
    client.force_login(person(Role.OFFICER))
    region = read(client.get(url(filed)))

    assert ("le chef d’établissement écrit à la Région (lycee40@region.example) : elle peut le rétablir" in school) == back
    assert ("ce retrait est définitif" in school) == (not back)
    assert ("un autre dossier peut être commencé à sa place" in school) == another
    assert "Motif : Les travaux sont reportés." in region
    assert ("le gestionnaire de l’appel peut le rétablir jusqu’à l’ouverture de la notation" in region) == back
    assert ("le retrait est définitif" in region) == (not back)


@pytest.mark.parametrize(("state", "open_now"), [(CallState.PUBLISHED, True), (CallState.INSTRUCTION, False)])
def test_the_team_reads_until_when_a_withdrawn_draft_is_taken_up_again(client, state, open_now):
    draft = ApplicationFactory(complete=True)
    member = person(Role.MEMBER, at=draft.establishment)
    perform(draft, "withdraw", actor=member, reason="Doublon.")
    at(draft, state)
    client.force_login(member)

    page = read(client.get(url(draft)))

    assert "Brouillon retiré." in page
    assert ("Toute l’équipe peut le reprendre jusqu’au" in page) == open_now
    assert ("Reprendre le brouillon" in page) == open_now
    assert ("l’appel n’est pas ouvert" in page) == (not open_now)


def test_things_to_do_name_the_file_that_was_withdrawn(filed):
    member = person(Role.MEMBER, at=filed.establishment)
    assert todo_for(member) == []
    withdrawn_by_its_head(filed)

    item = todo_for(member)[0]

    assert item.detail == f"{filed.establishment.name} · dossier L40-V2-0147 retiré, un autre peut être commencé"


def test_a_file_that_was_never_withdrawn_says_nothing_of_a_withdrawal(client, filed):
    client.force_login(person(Role.OFFICER))

    assert "n’est plus instruit" not in read(client.get(url(filed)))
