"""Threads as people make them: through the actions, by people of each side."""

from django.db.models import Model

from portal.accounts.models import User
from portal.threads import actions
from portal.threads.enums import Audience, ThreadSide
from portal.threads.models import Thread


def talk(
    obj: Model, actor: User, text: str = "Le devis peut-il suivre ?", *, side: str = ThreadSide.LYCEE, place: str = "", inside: bool = False
) -> Thread:
    """A message of `actor` about `obj`; the thread is begun where there is none. Returns the fresh thread."""
    thread = actions.thread_at(obj, place, Audience.INSIDE if inside else Audience.SHARED)
    actions.write(thread=thread, text=text, actor=actor, side=ThreadSide.REGION if inside else side)
    return Thread.objects.get(pk=thread.pk)
