"""People and roles, for those who run the portal."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from portal.accounts.actions import ActionRefused, end_grant, grant_role, invite_person
from portal.accounts.models import RoleGrant, User
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import SCHOOL_ROLES, Role
from portal.workflow.actors import SYSTEM
from tests.factories.accounts import RoleGrantFactory, UserFactory, person
from tests.reading import text_of, texts_of, values_of

pytestmark = pytest.mark.django_db
LIST = "/compte/personnes/"


def names(answer) -> list[str]:
    return [str(user) for user in answer.context["page_obj"]]


# -- The list ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, *(role for role in Role if role not in (Role.ADMIN, Role.CALL_MANAGER))])
@pytest.mark.parametrize("path", [LIST, f"{LIST}inviter/", f"{LIST}1/", f"{LIST}1/fermer/", f"{LIST}1/role/1/terminer/"])
def test_people_are_not_for_others(client, school, role, path):
    client.force_login(person(role, at=school if role in SCHOOL_ROLES else None))

    assert client.get(path).status_code == 403


def test_people_are_not_for_visitors(client):
    assert client.get(LIST)["Location"] == f"/compte/login/?next={LIST}"


def test_list_filters_by_words_role_place_and_state(client, admin, school, reims):
    person(Role.HEAD, at=school, first_name="Sylvie", last_name="Aubert")
    person(Role.JUROR, authority=reims, first_name="Odile", last_name="Lambert")
    UserFactory(first_name="Éva", last_name="Noël", is_active=False)
    invited = UserFactory(first_name="Paul", last_name="Roux")
    invited.set_unusable_password()
    invited.save()

    def found(**filters):
        return names(client.get(LIST, filters))

    assert found() == ["Sylvie Aubert", "Odile Lambert", "Jean Mercier", "Paul Roux", "Éva Noël"]  # who uses it, who is invited, who left
    assert found(tri="nom") == ["Sylvie Aubert", "Odile Lambert", "Jean Mercier", "Éva Noël", "Paul Roux"]
    assert found(q="aubert sylvie") == ["Sylvie Aubert"]
    assert found(q="NOEL") == ["Éva Noël"]
    assert found(role="juror") == ["Odile Lambert"]
    assert found(role="aucun") == ["Paul Roux", "Éva Noël"]
    assert found(lieu=school.uai.lower()) == ["Sylvie Aubert"]
    assert found(lieu="prouvé") == ["Sylvie Aubert"]
    assert found(lieu="Reims") == ["Odile Lambert"]
    assert found(lieu="Reims", role="head") == []
    assert found(etat="ferme") == ["Éva Noël"]
    assert found(etat="invite") == ["Paul Roux"]
    assert found(tri="-nom") == ["Paul Roux", "Éva Noël", "Jean Mercier", "Odile Lambert", "Sylvie Aubert"]


@pytest.mark.parametrize(
    "query", [{"role": "roi"}, {"etat": "?"}, {"q": "\x00"}, {"tri": "password"}, {"page": "zzz"}, {"q": "'\"%"}, {"q": "x" * 5000}]
)
def test_list_bears_with_any_address(client, admin, query):
    assert client.get(LIST, query).status_code == 200


def test_role_that_ended_is_not_in_the_list(client, admin):
    user = person(Role.AUDITOR)
    RoleGrant.objects.filter(user=user).update(ended_at=timezone.now())

    assert names(client.get(LIST, {"role": "auditor"})) == []


def test_roles_of_a_person_are_read_in_the_order_in_which_they_were_given(client, admin, school):
    someone = UserFactory(first_name="Paul", last_name="Roux")
    someone.emailaddress_set.create(email=someone.email, verified=True, primary=True)
    for role, place in ((Role.JUROR, None), (Role.AUDITOR, None), (Role.MEMBER, school)):
        RoleGrantFactory(user=someone, role=role, establishment=place)

    shown = texts_of(client.get(LIST, {"q": "Roux"}), "td .d-block")

    assert [text.partition(school.name)[0] for text in shown] == ["Membre du jury", "Audit", "Membre de l’équipe pédagogique"]
    assert [grant.role for grant in User.objects.get(pk=someone.pk).grants] == ["juror", "auditor", "member"]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_whatever_its_length(client, admin, school, count, django_assert_num_queries):
    for _ in range(count):
        user = person(Role.HEAD, at=school)
        grant_role(user=user, role=Role.MEMBER, establishment=school, actor=SYSTEM)

    with django_assert_num_queries(7):  # session, account, roles, count, people, their roles, their requests
        page = client.get(LIST)

    assert len(page.context["page_obj"]) == count + 1


# -- Inviting ---------------------------------------------------------------------------------------------------------

INVITED = {"email": "Nadia.Ferhat@Region.example", "first_name": "Nadia", "last_name": "Ferhat", "job_title": "Instructrice"}


def test_invited_person_chooses_a_password_by_the_link(client, admin, reims, mails, link_in, sign_in):
    answer = client.post(f"{LIST}inviter/", INVITED | {"role": "officer", "authority": reims.pk})
    user = User.objects.get(email="nadia.ferhat@region.example")
    letter = mails(user.email)[0]
    visitor = Client()
    link = link_in(letter)

    form = visitor.get(link)
    done = visitor.post(link, {"password1": "Quatre-mots-au-hasard!", "password2": "Quatre-mots-au-hasard!"})
    again = visitor.get(link)

    assert answer["Location"] == f"{LIST}{user.pk}/"
    assert letter.subject == "Préau : votre compte vous attend"
    assert "Instruction" in letter.body
    assert (form.status_code, done["Location"], again.status_code) == (200, "/compte/login/", 404)
    assert EmailAddress.objects.get(user=user).verified
    assert User.objects.get(pk=user.pk).grants[0].authority == reims
    assert sign_in(visitor, user.email, "Quatre-mots-au-hasard!")["Location"] == "/espace/"
    assert visitor.get("/espace/")["Location"] == "/compte/2fa/totp/activate/"
    assert list(JournalEntry.objects.order_by("pk").values_list("action", flat=True)) == ["invite_person", "give_role", "accept_invitation"]


def test_invited_person_has_no_password_before(client, admin, sign_in):
    client.post(f"{LIST}inviter/", INVITED)
    visitor = Client()

    for password in ("", "!", "Demonstration-2026!"):
        sign_in(visitor, "nadia.ferhat@region.example", password)

    assert "_auth_user_id" not in visitor.session


@pytest.mark.parametrize(("days", "status"), [(13, 200), (15, 404)])
def test_invitation_lasts_fourteen_days(client, admin, mails, link_in, days, status):
    client.post(f"{LIST}inviter/", INVITED)
    link = link_in(mails("nadia.ferhat@region.example")[0])

    with time_machine.travel(timezone.now() + timedelta(days=days)):
        assert Client().get(link).status_code == status


def test_new_invitation_replaces_the_former(client, admin, mails, link_in):
    client.post(f"{LIST}inviter/", INVITED)
    user = User.objects.get(email="nadia.ferhat@region.example")
    client.post(f"{LIST}{user.pk}/invitation/")

    former, latest = (link_in(message) for message in mails(user.email))

    assert [Client().get(link).status_code for link in (former, latest)] == [404, 200]


def test_invitation_of_another_is_useless_to_me_who_reads_why_and_it_still_serves(client, admin, mails, link_in):
    client.post(f"{LIST}inviter/", INVITED)
    link = link_in(mails("nadia.ferhat@region.example")[0])
    visitor = Client()
    visitor.force_login(UserFactory())

    for answer in (visitor.get(link), visitor.post(link, {"password1": "Un long passage 2026", "password2": "Un long passage 2026"})):
        assert answer.status_code == 404
        assert "Cette invitation est pour une autre personne" in text_of(answer)
        assert "nadia" not in text_of(answer).lower()  # nor whose it is
    assert Client().get(link).status_code == 200


def test_weak_password_is_refused_and_the_link_still_serves(client, admin, mails, link_in):
    client.post(f"{LIST}inviter/", INVITED)
    link = link_in(mails("nadia.ferhat@region.example")[0])
    visitor = Client()

    refused = visitor.post(link, {"password1": "court", "password2": "court"})

    assert (refused.status_code, visitor.get(link).status_code) == (422, 200)


@pytest.mark.parametrize("token", ["x", "a:b:c", "WzEsICJ4Il0:1abc:xyz", "é", "%00"])
def test_forged_invitation_opens_nothing(client, token):
    assert client.get(f"/compte/invitation/{token}/").status_code == 404


def test_closed_account_is_not_invited(client, admin, mails, link_in):
    client.post(f"{LIST}inviter/", INVITED)
    User.objects.filter(email="nadia.ferhat@region.example").update(is_active=False)

    assert Client().get(link_in(mails("nadia.ferhat@region.example")[0])).status_code == 404


def test_known_address_is_not_invited_again(client, admin):
    UserFactory(email="nadia.ferhat@region.example")

    answer = client.post(f"{LIST}inviter/", INVITED)

    assert answer.status_code == 409
    assert "Cette adresse a déjà un compte" in answer.content.decode()
    assert values_of(answer, "last_name") == ["Ferhat"]


def test_person_who_chose_a_password_gets_no_other_invitation(client, admin):
    user = UserFactory()

    client.post(f"{LIST}{user.pk}/invitation/")

    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "pas une adresse"}, "email"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "email"),
        ({"first_name": "https://evil.example"}, "first_name"),
        ({"role": "roi"}, "role"),
        ({"role": "head"}, "uai"),
        ({"role": "head", "uai": "0000000Z"}, "uai"),
        ({"role": "juror"}, "authority"),
        ({"role": "juror", "authority": "99999"}, "authority"),
    ],
)
def test_wrong_invitation_says_what_is_wrong_and_creates_nothing(client, admin, changes, field):
    answer = client.post(f"{LIST}inviter/", INVITED | changes)

    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
    assert User.objects.count() == 1


def test_call_manager_does_not_invite_an_administrator(client):
    client.force_login(person(Role.CALL_MANAGER))

    answer = client.post(f"{LIST}inviter/", INVITED | {"role": "admin"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["role"])


def test_invitation_checks_who_asks_for_it(school):
    with pytest.raises(PermissionDenied):
        invite_person(email="a@b.example", first_name="A", last_name="B", actor=person(Role.HEAD, at=school))


# -- Roles ------------------------------------------------------------------------------------------------------------


def test_role_is_given_and_told(client, admin, reims, mails):
    user = UserFactory()

    client.post(f"{LIST}{user.pk}/role/", {"role": "juror", "authority": reims.pk})

    grant = RoleGrant.objects.get(user=user)
    assert (grant.role, grant.authority, grant.granted_by) == ("juror", reims, admin)
    assert [message.subject for message in mails(user.email)] == ["Préau : un rôle vous est donné"]
    assert JournalEntry.objects.get().data == {"role": "Membre du jury", "place": "Académie de Reims"}


def test_place_that_does_not_suit_the_role_is_left_out(client, admin, reims, school):
    user = UserFactory()

    client.post(f"{LIST}{user.pk}/role/", {"role": "finance", "authority": reims.pk, "uai": school.uai})

    grant = RoleGrant.objects.get(user=user)
    assert (grant.authority, grant.establishment) == (None, None)


def test_same_role_given_twice_is_one(client, admin):
    user = UserFactory()

    for _ in range(2):
        client.post(f"{LIST}{user.pk}/role/", {"role": "auditor"})

    assert RoleGrant.objects.filter(user=user).count() == 1
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize("role", ["admin", "call_manager", "auditor"])
def test_call_manager_does_not_give_the_higher_roles(client, role):
    client.force_login(person(Role.CALL_MANAGER))
    user = UserFactory()

    answer = client.post(f"{LIST}{user.pk}/role/", {"role": role})

    assert (answer.status_code, RoleGrant.objects.filter(user=user).count()) == (422, 0)


def test_administrator_does_not_give_themself_a_role(client, admin):
    answer = client.post(f"{LIST}{admin.pk}/role/", {"role": "finance"})

    assert answer.status_code == 403
    assert [grant.role for grant in RoleGrant.objects.filter(user=admin)] == ["admin"]


def test_role_ended_counts_at_the_next_page(client, admin):
    auditor, theirs = person(Role.AUDITOR), Client()
    theirs.force_login(auditor)
    before = theirs.get("/journal/").status_code
    client.post(f"{LIST}{auditor.pk}/role/{auditor.grants[0].pk}/terminer/", {"reason": "Fin de mission"})

    assert (before, theirs.get("/journal/").status_code) == (200, 403)
    assert JournalEntry.objects.get().reason == "Fin de mission"


def test_role_does_not_end_without_a_reason(client, admin):
    auditor = person(Role.AUDITOR)

    answer = client.post(f"{LIST}{auditor.pk}/role/{auditor.grants[0].pk}/terminer/", {"reason": " "})

    assert answer.status_code == 422
    assert RoleGrant.objects.in_force().filter(user=auditor).exists()


def test_role_of_another_person_is_not_ended_through_this_one(client, admin):
    auditor, other = person(Role.AUDITOR), UserFactory()

    answer = client.post(f"{LIST}{other.pk}/role/{auditor.grants[0].pk}/terminer/", {"reason": "x"})

    assert answer.status_code == 404


def test_last_administrator_stays():
    admin, root = person(Role.ADMIN), UserFactory(is_superuser=True)

    with pytest.raises(ActionRefused, match="garde toujours une personne"):
        end_grant(grant=admin.grants[0], actor=root)

    person(Role.ADMIN)
    end_grant(grant=admin.grants[0], actor=root)
    assert RoleGrant.objects.in_force().filter(role=Role.ADMIN).count() == 1


def test_ending_twice_writes_once():
    grant = person(Role.AUDITOR).grants[0]

    for _ in range(2):
        end_grant(grant=grant, actor=SYSTEM)

    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.HEAD, {}), (Role.JUROR, {}), (Role.FINANCE, {"establishment": True}), (Role.HEAD, {"establishment": True, "authority": True})],
)
def test_role_without_its_place_or_at_a_wrong_one_is_refused(school, reims, role, place):
    where = {"establishment": school if place.get("establishment") else None, "authority": reims if place.get("authority") else None}

    with pytest.raises(ValidationError):
        grant_role(user=UserFactory(), role=role, actor=SYSTEM, **where)


def test_role_is_refused_by_the_action_itself(school):
    with pytest.raises(PermissionDenied):
        grant_role(user=UserFactory(), role=Role.ADMIN, actor=person(Role.HEAD, at=school))
    with pytest.raises(PermissionDenied):
        end_grant(grant=person(Role.ADMIN).grants[0], actor=person(Role.HEAD, at=school))
