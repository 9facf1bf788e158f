"""The link that the mailbox of a school receives: who may answer with it, and until when."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.accounts.actions import ActionRefused, answer_join, ask_to_join
from portal.accounts.enums import JoinOutcome
from portal.accounts.models import LINK_VALIDITY, JoinRequest, RoleGrant
from portal.journal.models import JournalEntry
from portal.workflow.actors import SYSTEM
from tests.factories.accounts import UserFactory, is_member

pytestmark = pytest.mark.django_db


def test_mailbox_accepts_once_without_an_account(client, asker, school, link, mails):
    page = client.get(link)
    after_reading = is_member(asker, school)

    done = client.post(link, {"answer": "approve"})
    again, read_again = client.post(link, {"answer": "approve"}), client.get(link)

    assert (page.status_code, after_reading) == (200, False)
    assert (done.status_code, is_member(asker, school)) == (200, True)
    assert (again.status_code, read_again.status_code) == (404, 404)
    assert RoleGrant.objects.filter(user=asker).count() == 1
    assert [message.subject for message in mails(asker.email)] == ["Préau : vous faites partie de l’équipe"]
    assert list(JournalEntry.objects.order_by("pk").values_list("action", "actor_label")) == [
        ("ask_to_join", "Karim Benali"),
        ("approve_join", "Préau"),
        ("give_role", "Préau"),
    ]


def test_mailbox_refuses(client, asker, school, link, mails):
    client.post(link, {"answer": "refuse"})

    assert JoinRequest.objects.get().outcome == JoinOutcome.REFUSED
    assert not is_member(asker, school)
    assert [message.subject for message in mails(asker.email)] == ["Préau : votre demande de rattachement"]


@pytest.mark.parametrize("answer", [{}, {"answer": ""}, {"answer": "oui"}])
def test_anything_else_than_yes_is_no(client, asker, school, link, answer):
    client.post(link, answer)

    assert not is_member(asker, school)


def test_person_who_reads_the_mailbox_may_be_the_one_who_asks(client, asker, school, link):
    client.force_login(asker)

    client.post(link, {"answer": "approve"})

    assert is_member(asker, school)


def test_another_account_gets_nothing_from_the_link(client, asker, school, link):
    other = UserFactory()
    client.force_login(other)

    read, done = client.get(link), client.post(link, {"answer": "approve"})

    assert (read.status_code, done.status_code) == (403, 403)
    assert "Ce lien concerne une autre personne" in read.content.decode()
    assert (is_member(asker, school), is_member(other, school)) == (False, False)


@pytest.mark.parametrize("days", [14, 15, 400])
def test_link_dies_after_fourteen_days(client, asker, school, link, days):
    with time_machine.travel(timezone.now() + timedelta(days=days, seconds=5)):
        read, done = client.get(link), client.post(link, {"answer": "approve"})

        assert (read.status_code, done.status_code) == (404, 404)
        assert not is_member(asker, school)


def test_link_lives_for_thirteen_days(client, asker, school, link):
    with time_machine.travel(timezone.now() + LINK_VALIDITY - timedelta(hours=3)):
        client.post(link, {"answer": "approve"})

        assert is_member(asker, school)


@pytest.mark.parametrize("token", ["x", "a" * 43, "../../x", "%00", "é"])
def test_forged_link_opens_nothing(client, asked, token):
    assert client.get(f"/compte/etablissement/lien/{token}/").status_code == 404


def test_link_of_one_request_does_not_answer_another(client, asker, link, other_school, school):
    ask_to_join(user=UserFactory(), establishment=other_school)

    client.post(link, {"answer": "approve"})

    assert list(JoinRequest.objects.order_by("pk").values_list("outcome", flat=True)) == ["approved", "pending"]


def test_late_link_cannot_be_answered_by_calling_the_action(asked):
    with time_machine.travel(timezone.now() + timedelta(days=15)), pytest.raises(ActionRefused, match="n’est plus valable"):
        answer_join(join_request=asked, approve=True, actor=SYSTEM, by_mailbox=True)


# -- The head ---------------------------------------------------------------------------------------------------------
