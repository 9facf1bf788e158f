"""Who may do what to the messages of the portal. Pure predicates."""

from django.conf import settings

from portal.notifications import registry
from portal.notifications.models import Message, UnreachableAddress
from portal.roles import Person, Role


def may_see_messages(user: Person) -> bool:
    """The list: to whom, what about, how it went."""
    return user.is_superuser or user.holds(Role.ADMIN, Role.CALL_MANAGER, Role.AUDITOR)


def may_retry(user: Person) -> bool:
    return user.is_superuser or user.holds(Role.ADMIN, Role.CALL_MANAGER)


def is_told_of_failures(user: Person) -> bool:
    """Whoever mends an address or the mail server: each call has its manager, who looks when they will."""
    return user.is_superuser or user.holds(Role.ADMIN)


def may_read_text(user: Person, message: Message) -> bool:
    """A person reads what was sent to them. In a demonstration, where no mail leaves, staff read all but personal links."""
    if registry.is_confidential(message.code):
        return False
    return message.recipient_id == user.pk or (settings.DEMO and may_retry(user))


def may_try_again(user: Person, address: UnreachableAddress) -> bool:
    """Say that an address works: its owner, and whoever sends failed messages again."""
    return address.email == user.email or may_retry(user)
