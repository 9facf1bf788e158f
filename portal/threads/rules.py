"""Who writes in a thread, on each side. Who reads is a queryset: `Thread.objects.visible_to`."""

from typing import TYPE_CHECKING

from portal.accounts.models import User
from portal.roles import Person
from portal.threads.enums import Audience
from portal.threads.registry import subject_of
from portal.workflow.requirements import occasion

if TYPE_CHECKING:
    from portal.threads.models import Thread


def writes_as_lycee(thread: "Thread", user: User) -> bool:
    """The team of the lycée, head included. Never in an internal thread."""
    return thread.audience == Audience.SHARED and subject_of(thread.subject).lycee_writes(thread.subject, user)


def writes_as_region(thread: "Thread", user: User) -> bool:
    """The staff who answer the lycée about this; nobody of the lycée itself, whatever their roles."""
    return (
        thread.audience == Audience.SHARED
        and not _is_of_lycee(thread, user)
        and subject_of(thread.subject).region_writes(thread.subject, user)
    )


def writes_inside(thread: "Thread", user: User) -> bool:
    """The staff who work on this; nobody of the lycée itself."""
    return (
        thread.audience == Audience.INSIDE
        and not _is_of_lycee(thread, user)
        and subject_of(thread.subject).writes_inside(thread.subject, user)
    )


def withdraws_shared(thread: "Thread", user: User) -> bool:
    """Whoever writes there, on whatever side; that the message is one's own, and recent, is checked with it."""
    return writes_as_lycee(thread, user) or writes_as_region(thread, user)


def withdraws(thread: "Thread", user: User) -> bool:
    """The same, in a thread of either kind."""
    return withdraws_shared(thread, user) or writes_inside(thread, user)


def nobody(thread: "Thread", user: User) -> bool:
    """Of what the portal does by itself."""
    return False


def reads_threads(user: Person) -> bool:
    """Who has the list in the menu: schools, and the staff of the Région."""
    return user.is_school_user or user.is_region_staff


def _is_of_lycee(thread: "Thread", user: User) -> bool:
    return thread.establishment_id in user.establishment_ids


@occasion
def something_was_written(thread: "Thread") -> list[str]:
    return [] if thread.turn_number else ["Rien n’est écrit dans cet échange."]
