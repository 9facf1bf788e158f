"""A school takes colleagues in by itself: invited to read or to write until a day, or accepted by the team where the head lets it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from portal.accounts.actions import ActionRefused, answer_join, invite_colleague, set_team_open
from portal.accounts.actions.team import MOST_INVITED
from portal.accounts.models import JoinRequest, RoleGrant, TeamSettings, User
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.text.dates import day
from portal.ui.todo import items_for
from tests.factories.accounts import DelegationFactory, UserFactory, is_member, person
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def in_days(number: int):
    return timezone.localdate() + timedelta(days=number)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def head(school):
    return person(Role.HEAD, at=school, first_name="Delphine", last_name="Roussel")


@pytest.fixture
def member(school):
    return person(Role.MEMBER, at=school)


@pytest.fixture
def opened(school, head):
    set_team_open(establishment=school, members_accept=True, actor=head)


@pytest.fixture
def typed():
    return {
        "email": "Marc.Petit@x.example", "first_name": "Marc", "last_name": "Petit", "job_title": "Gestionnaire",
        "role": "reader", "until": in_days(60).isoformat(),
    }  # fmt: skip


def page_of(school) -> str:
    return f"/etablissements/{school.uai}/equipe/"


# -- Inviting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.READER, Role.MEMBER])
def test_a_head_invites_a_colleague_until_a_day(client, school, head, typed, mails, role):
    client.force_login(head)

    answer = client.post(f"{page_of(school)}inviter/", {**typed, "role": role.value}, follow=True)

    grant = User.objects.get(email="marc.petit@x.example").role_grants.get()
    assert (grant.role, grant.establishment, grant.last_day, grant.granted_by) == (role, school, in_days(60), head)
    assert day(in_days(60)) in text_of(answer)
    invitation = mails("marc.petit@x.example")[0].body
    assert "/compte/invitation/" in invitation
    assert f"Votre rôle : {grant.label}, jusqu’au {day(in_days(60))} inclus." in " ".join(invitation.split())
    assert not mails(head.email)
    assert list(JournalEntry.objects.order_by("pk").values_list("action", flat=True)) == ["invite_person", "give_role"]


def test_a_member_of_an_open_team_invites_the_head_is_told_and_takes_it_back(client, school, head, member, opened, typed, mails):
    client.force_login(member)
    assert "Inviter un collègue" in text_of(client.get(page_of(school)))

    client.post(f"{page_of(school)}inviter/", typed)

    grant = RoleGrant.objects.get(role=Role.READER)
    assert "fait entrer Marc Petit (marc.petit@x.example)" in mails(head.email)[-1].body
    client.post(f"{page_of(school)}{grant.pk}/terminer/", {"reason": ""})
    grant.refresh_from_db()
    assert not grant.is_in_force


def test_a_member_ends_only_what_they_gave(client, school, head, member, opened):
    other = person(Role.READER, at=school)
    client.force_login(member)

    assert client.post(f"{page_of(school)}{other.role_grants.get().pk}/terminer/", {}).status_code == 403
    assert client.post(f"{page_of(school)}{head.role_grants.get().pk}/terminer/", {}).status_code == 403
    assert other.role_grants.get().is_in_force


def test_a_delegate_for_it_invites_and_the_journal_says_so(school, head, member):
    DelegationFactory(establishment=school, head=head, delegate=member, acts=["team"])
    given = {"email": "m@x.example", "first_name": "Marc", "last_name": "Petit", "role": Role.READER, "until": in_days(9)}

    invite_colleague(establishment=school, actor=fresh(member), **given)

    assert JournalEntry.objects.get(action="invite_person").data["delegation"].startswith("par délégation de Delphine Roussel")


def test_nobody_else_invites(client, school, other_school, head, member, typed):
    given = {"email": "m@x.example", "first_name": "Marc", "last_name": "Petit", "until": in_days(9)}
    foreign = person(Role.HEAD, at=other_school)
    for user, status in ((member, 403), (person(Role.READER, at=school), 403), (person(Role.ADMIN), 403), (foreign, 404), (person(), 404)):
        client.force_login(user)
        assert client.get(f"{page_of(school)}inviter/").status_code == status
        assert client.post(f"{page_of(school)}inviter/", typed).status_code == status
        with pytest.raises(PermissionDenied):
            invite_colleague(establishment=school, actor=fresh(user), role=Role.READER, **given)
    for role in (Role.HEAD, Role.OFFICER, Role.ADMIN):
        with pytest.raises(PermissionDenied):
            invite_colleague(establishment=school, actor=head, role=role, **given)
    assert not User.objects.filter(email__in=["m@x.example", "marc.petit@x.example"]).exists()


def test_a_reader_of_an_open_team_invites_nobody(client, school, opened, typed):
    client.force_login(person(Role.READER, at=school))

    assert client.post(f"{page_of(school)}inviter/", typed).status_code == 403


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"until": in_days(-1).isoformat()}, "Cette date est passée"),
        ({"until": in_days(400).isoformat()}, "Un an au plus"),
        ({"role": "head"}, ""),
        ({"email": "rien"}, ""),
    ],
)
def test_what_is_wrong_in_an_invitation_is_said_and_kept(client, school, head, typed, changed, said):
    client.force_login(head)

    answer = client.post(f"{page_of(school)}inviter/", {**typed, **changed})

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "Gestionnaire" in answer.content.decode()
    assert not RoleGrant.objects.exclude(user=head).exists()


def test_who_has_an_account_keeps_their_name_and_hears_of_the_role(client, school, head, typed, mails):
    known = UserFactory(email="marc.petit@x.example", first_name="Marcus", last_name="Grand")
    client.force_login(head)

    client.post(f"{page_of(school)}inviter/", typed)

    known.refresh_from_db()
    assert known.get_full_name() == "Marcus Grand"
    assert known.role_grants.get().role == Role.READER
    assert "Un rôle vous est donné" in mails(known.email)[0].body


def test_an_invitation_made_again_sends_a_new_link_and_moves_the_end(client, school, head, typed, mails):
    client.force_login(head)
    client.post(f"{page_of(school)}inviter/", typed)

    client.post(f"{page_of(school)}inviter/", {**typed, "until": in_days(90).isoformat()})

    assert User.objects.get(email="marc.petit@x.example").role_grants.get().last_day == in_days(90)
    assert len(mails("marc.petit@x.example")) >= 1


def test_who_reads_everything_or_is_there_already_is_not_invited(client, school, head, typed):
    unwanted = [person(Role.OFFICER), person(Role.JUROR), person(Role.MEMBER, at=school), UserFactory(is_active=False), head]
    client.force_login(head)

    for user in unwanted:
        before = user.role_grants.count()
        answer = client.post(f"{page_of(school)}inviter/", {**typed, "email": user.email})
        assert answer.status_code == 409
        assert user.role_grants.count() == before


def test_nobody_prolongs_their_own_role(school, head, opened):
    member = UserFactory()
    member.role_grants.create(role=Role.MEMBER, establishment=school, ended_at=timezone.now() + timedelta(days=3))
    given = {"email": member.email, "first_name": "X", "last_name": "Y", "role": Role.MEMBER, "until": in_days(300)}

    with pytest.raises(ActionRefused):
        invite_colleague(establishment=school, actor=fresh(member), **given)

    assert member.role_grants.get().last_day == in_days(3)


def test_one_person_does_not_invite_without_measure(school, head):
    given = {"first_name": "Marc", "last_name": "Petit", "role": Role.READER, "until": in_days(9)}
    for n in range(MOST_INVITED):
        invite_colleague(establishment=school, actor=head, email=f"m{n}@x.example", **given)

    with pytest.raises(ActionRefused, match="attendez demain"):
        invite_colleague(establishment=school, actor=head, email="encore@x.example", **given)
    assert not User.objects.filter(email="encore@x.example").exists()


# -- The team answers -------------------------------------------------------------------------------------------------


def test_the_head_lets_the_team_answer_then_keeps_it_again(client, school, head, member, mails):
    client.force_login(head)

    client.post(f"{page_of(school)}accueil/", {"members_accept": "1"})
    assert TeamSettings.objects.get().members_accept
    assert "toute l’équipe" in mails(member.email)[-1].body
    client.post(f"{page_of(school)}accueil/", {"members_accept": "0"})

    assert not TeamSettings.objects.get().members_accept
    assert len(mails(member.email)) == 2
    assert list(JournalEntry.objects.order_by("pk").values_list("action", flat=True)) == ["open_team", "close_team"]


def test_only_the_head_chooses(client, school, other_school, member):
    delegate = DelegationFactory(establishment=school).delegate
    foreign = person(Role.HEAD, at=other_school)
    for user, status in ((member, 403), (delegate, 403), (person(Role.CALL_MANAGER), 403), (foreign, 404)):
        client.force_login(user)
        assert client.post(f"{page_of(school)}accueil/", {"members_accept": "1"}).status_code == status
    assert not TeamSettings.objects.filter(members_accept=True).exists()


def test_a_member_accepts_a_colleague_where_the_head_lets_them(client, school, head, member, opened, asked, asker, mails):
    client.force_login(member)

    assert items_for(fresh(member))
    assert "Karim Benali" in text_of(client.get(page_of(school)))
    client.post(f"{page_of(school)}demandes/{asked.pk}/", {"answer": "approve"})

    assert is_member(asker, school)
    assert "fait entrer Karim Benali" in mails(head.email)[-1].body


def test_a_member_of_an_open_team_hears_of_requests(client, school, head, member, opened, asker, mails):
    reader = person(Role.READER, at=school)
    before = len(mails(member.email))
    client.force_login(asker)

    client.post(f"/compte/etablissement/{school.uai}/", {"note": ""})

    assert len(mails(member.email)) == before + 1
    assert not mails(reader.email)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.READER])
def test_elsewhere_or_without_the_right_to_write_nobody_answers(client, school, other_school, opened, asked, asker, role):
    if role == Role.READER:
        user = person(role, at=school)
    else:
        user = person(role, at=other_school)
        TeamSettings.objects.create(establishment=other_school, members_accept=True)
    client.force_login(user)

    assert client.post(f"{page_of(school)}demandes/{asked.pk}/", {"answer": "approve"}).status_code in (403, 404)
    with pytest.raises(PermissionDenied):
        answer_join(join_request=JoinRequest.objects.get(), approve=True, actor=fresh(user))
    assert not is_member(asker, school)


def test_a_reader_leaves_by_themselves(client, school):
    reader = person(Role.READER, at=school)
    client.force_login(reader)

    client.post(f"/compte/etablissement/quitter/{reader.role_grants.get().pk}/")

    assert not fresh(reader).establishment_ids
