"""What the portal wrote about one file, read by those who examine it: in their perimeter, without a word of the texts."""

import pytest

from portal.notifications.models import Message
from portal.notifications.tasks import send_pending
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.directory import AuthorityFactory
from tests.factories.threads import talk
from tests.reading import links_of, rows_of, tree_of, words_of

pytestmark = pytest.mark.django_db
SECRET = "Ce que le lycée seul écrit"


@pytest.fixture
def file():
    application = ApplicationFactory(submitted=True, complete=True)
    member = person(Role.MEMBER, at=application.establishment, email="membre@lycee.example")
    perform(application, "declare_admissible", actor=person(Role.OFFICER))
    talk(application, member, SECRET)
    send_pending()
    return application


def test_an_officer_reads_to_whom_and_how_it_went(client, file):
    other = ApplicationFactory(submitted=True, complete=True)
    person(Role.MEMBER, at=other.establishment, email="ailleurs@lycee.example")
    perform(other, "declare_admissible", actor=person(Role.OFFICER))
    Message.objects.filter(to_email="membre@lycee.example").update(state="bounced", last_error="5.1.1 user unknown")
    client.force_login(person(Role.OFFICER, authority=file.establishment.authority))

    page = client.get(f"/dossiers/{file.reference}/courriels/")

    words = words_of(tree_of(page))
    assert len(rows_of(page, "tbody")) == 2  # what was declared, and the turn that passed to the Région
    assert "membre@lycee.example" in words and "5.1.1 user unknown" in words and "Revenu" in words
    assert "ailleurs@lycee.example" not in words and SECRET not in words
    assert ("Courriels", f"/dossiers/{file.reference}/courriels/") in links_of(client.get(f"/dossiers/{file.reference}/"))


@pytest.mark.parametrize(
    ("role", "status"), [(Role.CALL_MANAGER, 200), (Role.AUDITOR, 200), (Role.FINANCE, 404), (Role.JUROR, 404), (None, 404)]
)
def test_who_reads_them(client, file, role, status):
    client.force_login(person(role))

    assert client.get(f"/dossiers/{file.reference}/courriels/").status_code == status


def test_neither_the_school_nor_another_perimeter(client, file):
    for user in (person(Role.HEAD, at=file.establishment), person(Role.OFFICER, authority=AuthorityFactory(reims=True))):
        client.force_login(user)
        page = client.get(f"/dossiers/{file.reference}/courriels/")
        assert (page.status_code, "membre@lycee.example" in page.content.decode()) == (404, False)
