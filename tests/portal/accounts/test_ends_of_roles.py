"""A role is given with its reason and its last day: it stops by itself, is told before, and may be prolonged."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.accounts.actions import ActionRefused, end_grant, grant_role
from portal.accounts.endings import tell_ending_roles
from portal.accounts.models import User
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.text.dates import day
from tests.factories.accounts import UserFactory, person
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def in_days(number: int):
    return timezone.localdate() + timedelta(days=number)


def holds(user, role) -> bool:
    return User.objects.get(pk=user.pk).holds(role)


def test_a_role_given_until_a_day_stops_by_itself_the_day_after(admin):
    user = UserFactory()
    grant = grant_role(user=user, role=Role.OFFICER, until=in_days(10), reason="Remplacement", actor=admin)
    last = timezone.make_aware(datetime.combine(in_days(10), datetime.min.time()))

    with time_machine.travel(last + timedelta(hours=23, minutes=59), tick=False):
        assert holds(user, Role.OFFICER)
    with time_machine.travel(last + timedelta(hours=24, seconds=1), tick=False):
        assert not holds(user, Role.OFFICER)
    assert (grant.last_day, grant.reason) == (in_days(10), "Remplacement")


def test_staff_give_it_with_its_reason_and_the_person_reads_both(client, admin, mails):
    user = UserFactory()

    answer = client.post(
        f"/compte/personnes/{user.pk}/role/",
        {"role": "finance", "until": in_days(40).isoformat(), "reason": "Renfort de la clôture"},
        follow=True,
    )

    page = text_of(answer)
    assert f"jusqu’au {day(in_days(40))}" in page
    assert "Renfort de la clôture" in page
    body = mails(user.email)[-1].body
    assert f"jusqu’au {day(in_days(40))} inclus" in body
    assert "Motif : Renfort de la clôture" in body
    entry = JournalEntry.objects.get(action="give_role")
    assert (entry.reason, entry.data["until"]) == ("Renfort de la clôture", day(in_days(40)))


def test_a_person_is_invited_with_an_end(client, admin):
    sent = {"email": "n@x.example", "first_name": "Nora", "last_name": "Petit", "role": "orders", "until": in_days(90).isoformat()}

    client.post("/compte/personnes/inviter/", sent)

    assert User.objects.get(email="n@x.example").role_grants.get().last_day == in_days(90)


def test_a_past_day_is_refused_with_what_was_typed(client, admin):
    user = UserFactory()

    answer = client.post(f"/compte/personnes/{user.pk}/role/", {"role": "finance", "until": in_days(-1).isoformat(), "reason": "Renfort"})

    assert answer.status_code == 422
    assert "Cette date est passée" in text_of(answer)
    assert "Renfort" in answer.content.decode()
    with pytest.raises(ActionRefused):
        grant_role(user=user, role=Role.FINANCE, until=in_days(-1), actor=admin)
    assert not user.role_grants.exists()


def test_given_again_it_goes_on_until_another_day_and_says_so(admin, mails):
    user = UserFactory()
    grant_role(user=user, role=Role.OFFICER, until=in_days(10), actor=admin)

    grant_role(user=user, role=Role.OFFICER, until=in_days(50), reason="Prolongé", actor=admin)
    grant_role(user=user, role=Role.OFFICER, until=None, actor=admin)

    grant = user.role_grants.get()
    assert (grant.ended_at, grant.reason) == (None, "Prolongé")
    befores = list(JournalEntry.objects.filter(action="change_role_end").order_by("pk").values_list("data__before", flat=True))
    assert befores == [day(in_days(10)), day(in_days(50))]
    assert len(mails(user.email)) == 3


def test_the_portal_keeps_an_administrator_without_end(admin):
    with pytest.raises(ActionRefused):
        end_grant(grant=admin.role_grants.get(), actor=UserFactory(is_superuser=True))
    other = UserFactory()
    grant_role(user=other, role=Role.ADMIN, until=in_days(3), actor=admin)

    with pytest.raises(ActionRefused, match="garde toujours une personne"):
        end_grant(grant=admin.role_grants.get(), actor=UserFactory(is_superuser=True))
    with pytest.raises(ActionRefused, match="garde toujours une personne"):
        grant_role(user=admin, role=Role.ADMIN, until=in_days(3), actor=UserFactory(is_superuser=True))


# -- Told before ------------------------------------------------------------------------------------------------------


def ending(user, days: int, *, since: int = 100, **fields):
    end = timezone.now() + timedelta(days=days)
    return user.role_grants.create(started_at=timezone.now() - timedelta(days=since), ended_at=end, **fields)


def test_a_role_that_ends_soon_is_told_once_to_its_person_and_to_who_gave_it(admin):
    user = UserFactory()
    grant = ending(user, 10, role=Role.FINANCE, granted_by=admin)

    tell_ending_roles()
    tell_ending_roles()

    told = Message.objects.filter(code="role_ending")
    assert sorted(told.values_list("to_email", flat=True)) == sorted([user.email, admin.email])
    assert day(grant.last_day) in told.first().body


def test_in_a_school_the_heads_are_told(school, other_school):
    head, foreign = person(Role.HEAD, at=school), person(Role.HEAD, at=other_school)
    user = UserFactory()
    ending(user, 10, role=Role.READER, establishment=school)

    tell_ending_roles()

    told = set(Message.objects.filter(code="role_ending").values_list("to_email", flat=True))
    assert told == {user.email, head.email}
    assert foreign.email not in told


def test_a_new_last_day_is_told_in_its_turn(admin):
    user = UserFactory()
    grant = ending(user, 10, role=Role.FINANCE)
    tell_ending_roles()
    grant.ended_at += timedelta(days=1)
    grant.save()

    tell_ending_roles()

    assert Message.objects.filter(code="role_ending", to_email=user.email).count() == 2


@pytest.mark.parametrize(
    "fields",
    [{"days": 20}, {"days": -1}, {"days": 5, "since": 2}],
    ids=["later", "over", "given for a few days"],
)
def test_nothing_is_told_too_early_too_late_or_of_a_short_role(fields):
    ending(UserFactory(), fields.pop("days"), role=Role.FINANCE, **fields)

    assert tell_ending_roles() == 0
    assert not Message.objects.exists()


# -- The list of people -----------------------------------------------------------------------------------------------


def names(answer) -> list[str]:
    return [str(row) for row in answer.context["page_obj"]]


def test_what_awaits_comes_first_in_the_list_of_people(client, admin, asked, asker):
    quiet = person(Role.OFFICER, first_name="Ana", last_name="Aaa")
    quiet.emailaddress_set.create(email=quiet.email, verified=True, primary=True)
    soon = UserFactory(first_name="Zoé", last_name="Zzz")
    soon.emailaddress_set.create(email=soon.email, verified=True, primary=True)
    grant = ending(soon, 10, role=Role.FINANCE)
    unconfirmed = UserFactory(first_name="Yves", last_name="Yyy")
    closed = UserFactory(first_name="Bob", last_name="Bbb", is_active=False)

    page = client.get("/compte/personnes/")

    found = names(page)
    assert found[:2] == [str(asker), str(soon)]
    assert found.index(str(unconfirmed)) < found.index(str(quiet)) < found.index(str(closed))
    text = text_of(page)
    for said in (
        f"Demande pour le lycée Jean-Prouvé, du {day(asked.sent_at)}",
        f"Finances : finit le {day(grant.last_day)}",
        "Adresse non confirmée",
    ):
        assert said in text


def test_only_what_awaits_is_asked_for_and_the_search_is_kept(client, admin, asked, asker):
    quiet = person(Role.OFFICER, first_name="Karim", last_name="Aaa")
    quiet.emailaddress_set.create(email=quiet.email, verified=True, primary=True)

    assert names(client.get("/compte/personnes/", {"etat": "suivre", "q": "karim"})) == [str(asker)]
    assert set(names(client.get("/compte/personnes/", {"q": "karim"}))) == {str(asker), str(quiet)}


def test_the_list_of_people_reads_as_much_whatever_awaits(client, admin, school, django_assert_max_num_queries):
    ending(UserFactory(), 3, role=Role.FINANCE)
    with django_assert_max_num_queries(30) as first:
        client.get("/compte/personnes/")
    for _ in range(3):
        ending(UserFactory(), 3, role=Role.READER, establishment=school)

    with django_assert_max_num_queries(len(first)):
        client.get("/compte/personnes/")
