"""Whose turn it is: who may give it, to whom, from which state; nobody of a lycée in an internal thread."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.actions.instruction import assign_officer
from portal.notifications.models import Message
from portal.notifications.tasks import send_pending
from portal.roles import Role
from portal.threads import actions
from portal.threads.enums import Audience, ThreadSide, ThreadState
from portal.threads.models import Post, Thread, ThreadReading
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.cast import MANAGERS, OFFICERS, SCHOOL, assert_matrix, cast_around
from tests.factories.threads import talk

pytestmark = pytest.mark.django_db

REGION = OFFICERS | MANAGERS
INSIDE = REGION | {"finance", "orders"}
SHARED_ARROWS = {
    **{(state, "write_as_lycee", "region"): SCHOOL for state in ("closed", "region", "lycee")},
    **{(state, "write_as_region", "lycee"): REGION for state in ("closed", "region", "lycee")},
    ("region", "settle_by_region", "closed"): REGION,
    ("lycee", "settle_by_lycee", "closed"): SCHOOL,
    ("region", "settle_by_itself", "closed"): set(),
    **{(state, "take_back_to_region", "region"): SCHOOL | REGION for state in ("closed", "region", "lycee")},
    **{(state, "take_back_to_lycee", "lycee"): SCHOOL | REGION for state in ("closed", "region", "lycee")},
    **{(state, "take_back_to_closed", "closed"): SCHOOL | REGION for state in ("closed", "region", "lycee")},
}
INSIDE_ARROWS = {
    ("open", "write_inside", "open"): INSIDE,
    ("closed", "write_inside", "open"): INSIDE,
    ("open", "close_inside", "closed"): INSIDE,
    ("open", "take_back_to_open", "open"): INSIDE,
    ("closed", "take_back_to_open", "open"): INSIDE,
    ("open", "take_back_to_closed", "closed"): INSIDE,
    ("closed", "take_back_to_closed", "closed"): INSIDE,
    # those of a shared thread, which nobody may ask for here
    ("closed", "write_as_lycee", "region"): set(),
    ("closed", "write_as_region", "lycee"): set(),
    ("closed", "take_back_to_region", "region"): set(),
    ("closed", "take_back_to_lycee", "lycee"): set(),
}


def a_thread(audience: str):
    def make(state: str, name: str) -> Thread:
        file = ApplicationFactory(submitted=True)
        thread = actions.thread_at(file, "", audience)
        Thread.objects.filter(pk=thread.pk).update(**{"state": state, "turn_number": 1})
        return Thread.objects.get(pk=thread.pk)

    return make


def around(thread: Thread):
    return cast_around(thread.subject.call, thread.establishment)


@pytest.mark.parametrize("state", ["region", "lycee", "closed"])
def test_shared_who_gives_the_turn_to_whom(state):
    assert_matrix(state, SHARED_ARROWS, make=a_thread(Audience.SHARED), cast=around)


@pytest.mark.parametrize("state", ["open", "closed"])
def test_inside_the_lycee_does_nothing(state):
    assert_matrix(state, INSIDE_ARROWS, make=a_thread(Audience.INSIDE), cast=around)


@pytest.fixture
def file():
    return ApplicationFactory(submitted=True)


@pytest.fixture
def member(file):
    return person(Role.MEMBER, at=file.establishment)


@pytest.fixture
def officer():
    return person(Role.OFFICER)


def test_each_message_gives_the_turn_to_the_other_side_and_nothing_to_answer_to_nobody(file, member, officer):
    thread = talk(file, member)
    assert (thread.state, thread.turn_number) == (ThreadState.REGION, 1)
    assert list(Thread.objects.awaiting(officer)) == [thread]
    assert list(Thread.objects.awaiting(member)) == []

    thread = talk(file, officer, "Oui, avant le 12.", side=ThreadSide.REGION)
    assert (thread.state, thread.turn_number) == (ThreadState.LYCEE, 2)
    assert list(Thread.objects.awaiting(member)) == [thread]
    assert list(Thread.objects.awaiting(officer)) == []

    thread = perform(thread, "settle_by_lycee", actor=member)
    assert not Thread.objects.awaiting(member) and not Thread.objects.awaiting(officer)

    assert talk(file, member, "Une autre chose.").state == ThreadState.REGION  # reopened by a message


def test_one_mail_a_person_a_turn_after_ten_minutes(file, member, officer):
    head = person(Role.HEAD, at=file.establishment)
    talk(file, member, "Premier mot, voir http://malin.example.fr/x")
    talk(file, head, "Second mot.")

    mail = Message.objects.get(recipient=officer)
    assert "Premier mot" in mail.body and "Second mot" not in mail.body
    assert "http://malin" not in mail.body
    assert "sur le portail seulement" in mail.body
    assert mail.not_before - timezone.now() > timedelta(minutes=9)
    assert send_pending() == 0  # nothing leaves while the message can be withdrawn

    talk(file, officer, "Oui.", side=ThreadSide.REGION)
    assert set(Message.objects.filter(code="thread_for_lycee").values_list("recipient", flat=True)) == {member.pk, head.pk}


def test_a_hand_over_moves_the_turn_and_tells_the_new_officer_once(file, member, officer):
    assign_officer(application=file, officer=officer, actor=officer)
    other = person(Role.OFFICER)
    thread = talk(file, member)
    assert [list(Thread.objects.awaiting(user)) for user in (officer, other)] == [[thread], []]

    assign_officer(application=file, officer=other, actor=officer)

    assert [list(Thread.objects.awaiting(user)) for user in (officer, other)] == [[], [thread]]
    assert Message.objects.filter(code="thread_for_region").values_list("recipient", flat=True).distinct().count() == 2
    assert Message.objects.filter(recipient=other).count() == 1


def test_an_officer_who_left_leaves_the_turn_to_those_of_the_perimeter(file, member, officer):
    type(file).objects.filter(pk=file.pk).update(officer=officer)
    other = person(Role.OFFICER)
    thread = talk(file, member)
    officer.role_grants.update(ended_at=timezone.now())

    assert list(Thread.objects.awaiting(other)) == [thread]


def test_a_message_withdrawn_gives_the_turn_back_and_its_mail_does_not_leave(file, member, officer):
    talk(file, member)
    thread = talk(file, officer, "Erreur.", side=ThreadSide.REGION)
    post = Post.objects.latest("pk")

    fresh = actions.withdraw(post=post, actor=officer)

    assert (fresh.state, fresh.turn_number) == (ThreadState.REGION, 1)
    assert not Message.objects.filter(code="thread_for_lycee").exists()
    assert "erreur" not in Thread.objects.get(pk=thread.pk).search_text
    talk(file, officer, "La bonne réponse.", side=ThreadSide.REGION)
    assert "La bonne réponse" in Message.objects.get(code="thread_for_lycee").body


def test_the_first_of_two_messages_withdrawn_leaves_the_second_and_tells_it(file, member, officer):
    talk(file, member, "À reprendre.")
    first = Post.objects.latest("pk")
    talk(file, member, "Le bon texte.")

    fresh = actions.withdraw(post=first, actor=member)

    assert (fresh.state, fresh.turn_number) == (ThreadState.REGION, 1)
    assert "Le bon texte" in Message.objects.get(recipient=officer).body


def test_the_only_message_withdrawn_leaves_nothing_to_anybody(file, member, officer):
    talk(file, member)
    fresh = actions.withdraw(post=Post.objects.get(), actor=member)

    assert (fresh.state, fresh.turn_number) == (ThreadState.CLOSED, 0)
    assert not Message.objects.exists() and not Thread.objects.awaiting(officer)
    assert talk(file, member, "De nouveau.").turn_number == 1


@pytest.mark.parametrize("how", ["read", "late", "another"])
def test_a_message_read_or_old_or_of_another_stays(file, member, officer, how):
    thread = talk(file, member)
    post = Post.objects.get()
    if how == "read":
        actions.read(thread=thread, user=officer, side=ThreadSide.REGION)
    if how == "late":
        Post.objects.update(sent_at=timezone.now() - timedelta(minutes=10))

    with pytest.raises(TransitionRefused):
        actions.withdraw(post=post, actor=officer if how == "another" else member)

    assert Post.objects.standing().count() == 1


def test_a_colleague_who_reads_does_not_hold_the_message(file, member):
    thread = talk(file, member)
    actions.read(thread=thread, user=person(Role.HEAD, at=file.establishment), side=ThreadSide.LYCEE)

    actions.withdraw(post=Post.objects.get(), actor=member)

    assert ThreadReading.objects.count() == 1
    assert not Post.objects.standing()


def test_a_message_never_changes_once_sent(file, member):
    talk(file, member)
    post = Post.objects.get()
    post.text = "Autre chose"

    with pytest.raises(TypeError):
        post.save()


def test_an_internal_message_awaits_the_others_who_follow_or_wrote(file, officer):
    finance, second = person(Role.FINANCE), person(Role.OFFICER)
    manager = person(Role.CALL_MANAGER)
    thread = talk(file, manager, inside=True)
    assert {user.pk for user in (officer, second, manager, finance) if Thread.objects.awaiting(user)} == {officer.pk, second.pk}

    thread = talk(file, officer, "Vu.", inside=True)
    assert {user.pk for user in (officer, second, manager) if Thread.objects.awaiting(user)} == {second.pk, manager.pk}
    assert thread.turn_number == 2
    assert Message.objects.filter(recipient=manager).count() == 1


def test_days_waited_are_working_days(file, member, officer):
    thread = talk(file, member)
    thread.turn_since = timezone.now() - timedelta(days=14)

    assert 8 <= thread.days_waited <= 10
