"""What staff read of a file that its school has withdrawn."""

import pytest

from calls.actions.versions import freeze_version
from calls.enums import VersionReason
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
