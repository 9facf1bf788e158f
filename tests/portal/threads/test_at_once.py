"""Two people of a side answer at the same instant: both messages are kept, there is one turn. One withdraws while the other side reads."""

import pytest

from portal.notifications.models import Message
from portal.roles import Role
from portal.threads import actions
from portal.threads.enums import Audience, ThreadSide, ThreadState
from portal.threads.models import Post, Thread
from tests.calls.test_concurrency import at_once
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.threads import talk

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_answers_at_once_are_both_kept_in_one_turn():
    file = ApplicationFactory(submitted=True)
    team = [person(Role.MEMBER, at=file.establishment) for _ in range(4)]
    officer = person(Role.OFFICER)
    talk(file, officer, "Quand ?", side=ThreadSide.REGION)

    at_once([lambda user=user: talk(file, user, f"Réponse de {user.pk}.") for user in team])

    thread = Thread.objects.get()
    assert (thread.state, thread.turn_number) == (ThreadState.REGION, 2)
    assert Post.objects.filter(side=ThreadSide.LYCEE, turn_number=2).count() == 4
    assert Message.objects.filter(recipient=officer).count() == 1


def test_a_thread_begun_by_several_at_once_is_one():
    file = ApplicationFactory(submitted=True)
    team = [person(Role.MEMBER, at=file.establishment) for _ in range(4)]

    at_once([lambda user=user: talk(file, user, "Bonjour.") for user in team])

    assert Thread.objects.get().posts.count() == 4


def test_a_message_is_withdrawn_or_read_never_both():
    file = ApplicationFactory(submitted=True)
    member, officer = person(Role.MEMBER, at=file.establishment), person(Role.OFFICER)
    for _ in range(5):
        thread = talk(file, member, "À reprendre ?")
        post = Post.objects.latest("pk")

        done = at_once(
            [
                lambda post=post: actions.withdraw(post=post, actor=member),
                lambda thread=thread: actions.read(thread=thread, user=officer, side=ThreadSide.REGION),
            ]
        )

        post.refresh_from_db()
        assert post.is_withdrawn == (done[0] != "TransitionRefused")
    assert actions.thread_at(file, "", Audience.SHARED).posts.count() == 5
