"""Questions asked to the outbox."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from portal.notifications import reach, registry
from portal.notifications.models import Message
from portal.roles import Person
from portal.text.search import tidy

TROUBLE = "en-difficulte"
UNREAD = "non-lus"


def messages_for_staff(wanted: dict) -> QuerySet[Message]:
    """Every message to somebody who has an account or runs a school, newest first. With the columns of the list alone. Keys of `wanted`, each optional: q (address or subject), state (or "en-difficulte")."""
    found = listed().only("subject", "to_email", "state", "attempts", "last_error", "created_at", "sent_at")
    for word in tidy(wanted.get("q")).split():  # an address and a subject are kept as they were sent: not folded
        found = found.filter(Q(to_email__icontains=word) | Q(subject__icontains=word))
    if wanted.get("state") == TROUBLE:
        return found.filter(in_trouble())
    return found.filter(state=wanted["state"]) if wanted.get("state") else found


def listed() -> QuerySet[Message]:
    """The messages of which the staff knows: to somebody who has an account or runs a school, about nothing that is sealed."""
    return reach.told_to_staff(Message.objects.exclude(code__in=registry.unlisted_codes()))


def messages_of(user: Person, wanted: Mapping[str, str] = MappingProxyType({})) -> QuerySet[Message]:
    """What the portal wrote to this person about what they still reach, newest first, however it was sent. Keys of `wanted`, each optional: q (words
    of the subject or of the text, a reference of a file), lecture.
    """
    mine = reach.open_to(user, Message.objects.filter(recipient=user, not_before__lte=timezone.now()))
    for word in tidy(wanted.get("q")).split():
        in_text = Q(body__icontains=word) & ~Q(code__in=registry.confidential_codes())
        mine = mine.filter(Q(subject__icontains=word) | in_text)
    return mine.filter(read_at=None) if wanted.get("lecture") == UNREAD else mine


def in_trouble() -> Q:
    """Refused for good, come back, not sent to an address that answers no more, or refused at least once and still waiting."""
    return Q(state__in=Message.LOST) | Q(state=Message.State.PENDING, attempts__gt=0)


def outbox_counts() -> dict[str, int]:
    """How many wait, how many of the listed ones are in trouble, how many failed, and how many of these are listed nowhere."""
    unlisted = Q(code__in=registry.unlisted_codes())
    failed = Q(state=Message.State.FAILED)
    return Message.objects.aggregate(
        waiting=Count("pk", filter=Q(state__in=[Message.State.PENDING, Message.State.SENDING])),
        trouble=Count("pk", filter=in_trouble() & ~unlisted),
        failed=Count("pk", filter=failed),
        unlisted_failed=Count("pk", filter=failed & unlisted),
    )
