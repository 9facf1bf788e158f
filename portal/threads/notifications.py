"""One mail to each person whose turn it is: what is asked, the first lines, where to answer."""

from collections.abc import Iterable

from django.utils.text import Truncator

from portal.accounts.models import User
from portal.notifications import reach, registry
from portal.notifications.families import Family
from portal.notifications.models import Message
from portal.notifications.registry import EmailNotification
from portal.roles import Actor
from portal.text.mailed import spoken
from portal.threads.enums import ThreadState
from portal.threads.models import Thread
from portal.threads.registry import subject_of

FIRST_SIGNS = 400

reach.register(Thread, lambda user: Thread.objects.visible_to(user))


class TurnOf(EmailNotification):
    """The turn passed to this side: its people, each once."""

    def __init__(self, code: str):
        self.template = f"threads/email/{code}"

    def recipients(self, thread: Thread) -> Iterable[User]:
        return self.people(thread)

    def people(self, thread: Thread) -> Iterable[User]:
        subject = subject_of(thread.subject)
        return subject.lycee_people(thread.subject) if self.template.endswith("lycee") else subject.region_people(thread.subject)

    def event_key(self, code: str, about: Thread) -> str:
        return self.key_of(code, about, about.turn_number)

    def key_of(self, code: str, thread: Thread, turn: int) -> str:
        """One turn of a thread: one mail a person."""
        return f"{super().event_key(code, thread)}:{turn}"

    def is_settled(self, about: Thread, message: Message) -> bool:
        """Answered, closed, or told again at a later turn."""
        return about.state not in ThreadState.AWAITED or message.event_key != self.event_key(message.code, about)

    def context(self, thread: Thread, actor: Actor | None) -> dict:
        first = thread.posts.standing().filter(turn_number=thread.turn_number).order_by("pk").first()
        lines = Truncator(spoken(first.text)).chars(FIRST_SIGNS) if first else ""
        return {"school": thread.establishment, "post": first, "lines": lines}


class InternalTurn(TurnOf):
    """Those who follow the thing at the Région, and those who wrote before; not who has just written."""

    def people(self, thread: Thread) -> Iterable[User]:
        followers = list(subject_of(thread.subject).region_people(thread.subject))
        wrote = User.objects.filter(pk__in=thread.posts.values("author"), is_active=True).order_by("pk")
        people = {user.pk: user for user in [*followers, *wrote]}
        return [user for user in people.values() if user.pk != thread.last_author_id and self._reads(thread, user)]

    def _reads(self, thread: Thread, user: User) -> bool:
        """Somebody who wrote may have left since."""
        return Thread.objects.visible_to(user).filter(pk=thread.pk).exists()


registry.add("thread_for_lycee", TurnOf("thread_for_lycee"))
registry.add("thread_for_region", TurnOf("thread_for_region"))
registry.add("thread_inside", InternalTurn("thread_inside"))
registry.sort_into(Family.THREADS, "thread_for_lycee", "thread_for_region", "thread_inside")
