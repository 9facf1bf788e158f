"""A delegate answers the requests to join a lycée in the place of its head, and gives no other role."""

import pytest
from django.core.exceptions import PermissionDenied

from portal.accounts.actions import answer_join
from portal.accounts.models import JoinRequest, User
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.ui.todo import items_for
from tests.factories.accounts import DelegationFactory, is_member, person
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def pages(school) -> tuple[str, str]:
    return f"/etablissements/{school.uai}/equipe/", f"/etablissements/{school.uai}/equipe/delegations/nouvelle/"


def test_a_delegate_answers_a_request_to_join_and_gives_no_other_role(client, school, asked, asker, head, deputy, mails):
    DelegationFactory(establishment=school, head=head, delegate=deputy, acts=["team"])
    client.force_login(deputy)

    assert "Répondre à 1\u00a0demande de rattachement" in [item.title for item in items_for(fresh(deputy))]
    client.post(f"{pages(school)[0]}demandes/{asked.pk}/", {"answer": "approve"})

    assert is_member(asker, school)
    assert JournalEntry.objects.get(action="approve_join").data["delegation"].startswith("par délégation de Delphine Roussel")
    other = person(Role.MEMBER, at=school).role_grants.get()
    assert client.post(f"{pages(school)[0]}{other.pk}/terminer/", {}).status_code == 403


@pytest.mark.parametrize("terms", [{"acts": ["visa"]}, {"past": True}, {"ended": True}])
def test_without_a_delegation_for_it_nobody_answers(client, school, asked, asker, head, deputy, terms):
    DelegationFactory(establishment=school, head=head, delegate=deputy, **terms)
    client.force_login(deputy)

    page = client.get(pages(school)[0])

    assert "Karim Benali" not in text_of(page)
    assert client.post(f"{pages(school)[0]}demandes/{asked.pk}/", {"answer": "approve"}).status_code == 403
    with pytest.raises(PermissionDenied):
        answer_join(join_request=JoinRequest.objects.get(), approve=True, actor=fresh(deputy))
    assert not is_member(asker, school)


def test_a_delegate_of_elsewhere_answers_nothing_here(client, school, other_school, asked, asker):
    stranger = DelegationFactory(establishment=other_school).delegate
    client.force_login(stranger)

    assert client.post(f"{pages(school)[0]}demandes/{asked.pk}/", {"answer": "approve"}).status_code == 404
    with pytest.raises(PermissionDenied):
        answer_join(join_request=asked, approve=True, actor=fresh(stranger))


def test_the_mail_of_a_request_reaches_the_delegate_too(client, school, head, deputy, asker, mails):
    DelegationFactory(establishment=school, head=head, delegate=deputy, acts=["team"])
    person(Role.MEMBER, at=school)
    client.force_login(asker)

    client.post(f"/compte/etablissement/{school.uai}/", {"note": ""})

    assert mails(deputy.email)
    assert mails(head.email)
