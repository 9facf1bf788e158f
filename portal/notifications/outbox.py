"""The outbox: messages are rows first. Sending is portal.notifications.tasks."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Value
from django.utils.crypto import salted_hmac

from portal.notifications import registry
from portal.notifications.families import Timing
from portal.notifications.models import DeliveryChoice, Message, UnreachableAddress
from portal.roles import Actor, Person

STATES = {Timing.NOW: Message.State.PENDING, Timing.DIGEST: Message.State.HELD, Timing.PORTAL: Message.State.PORTAL}


def post(code: str, *, about: Model, actor: Actor | None = None, not_before: datetime | None = None) -> int:
    """Write one message per recipient in the current transaction; returns how many are new. `not_before`: it leaves from then on only.

    The same event to the same address is written once. Sending starts after commit; a dead worker only delays it.
    """
    notification = registry.get(code)
    people = {_address(person): person for person in notification.recipients(about) if _address(person)}
    if not people:
        return 0
    subject, body = notification.render(about, actor, settings.BASE_URL)
    event_key = notification.event_key(code, about)
    told, unreached = _known(code, event_key, people)
    states = _states(code, about, people) | dict.fromkeys(unreached, Message.State.UNREACHED)
    rows = [
        Message(
            code=code,
            event_key=event_key,
            recipient=None if isinstance(person, str) else person,
            to_email=email,
            subject=subject,
            body=body + registry.reason_of(code, person, settings.BASE_URL),
            state=states.get(email, Message.State.PENDING),
            about_type=ContentType.objects.get_for_model(about),
            about_id=str(about.pk),
            message_id=message_id(event_key, email),
            **({"not_before": not_before} if not_before else {}),
        )
        for email, person in people.items()
        if email not in told
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True)  # two processes telling the same event: one row all the same
    transaction.on_commit(_wake_sender)
    return len(rows)


def post_text(code: str, *, event_key: str, to: str, subject: str, body: str, about: Model | None = None) -> None:
    """Write one message whose text is ready made, in the current transaction. The same event to the same address is written once."""
    email = to.strip().lower()
    row = Message(code=code, event_key=event_key, to_email=email, subject=" ".join(subject.split())[:200], body=body)
    row.message_id = message_id(event_key, email)
    if about is not None:
        row.about_type, row.about_id = ContentType.objects.get_for_model(about), str(about.pk)
    Message.objects.bulk_create([row], ignore_conflicts=True)
    transaction.on_commit(_wake_sender)


def _known(code: str, event_key: str, emails: Iterable[str]) -> tuple[set[str], set[str]]:
    """The addresses that have this event already, and those that answer no more: there the message is read in the portal. One query.

    A personal link is sent all the same: its owner asks for it.
    """
    rows = Message.objects.filter(event_key=event_key).order_by().values_list("to_email", Value(1))
    if not (registry.is_confidential(code) or code in registry.unlisted_codes()):
        rows = rows.union(UnreachableAddress.objects.filter(email__in=list(emails)).order_by().values_list("email", Value(2)), all=True)
    found = list(rows)
    return {email for email, kind in found if kind == 1}, {email for email, kind in found if kind == 2}


def _states(code: str, about: Model, people: dict[str, Person | str]) -> dict[str, str]:
    """How the messages of those who chose another time begin, by address. One query, none for what always leaves at once."""
    family, keys = registry.family_of(code), {person.pk: email for email, person in people.items() if not isinstance(person, str)}
    if family is None or not keys:
        return {}
    chosen = DeliveryChoice.objects.filter(family=family, user__in=keys).exclude(delivery=Timing.NOW).values_list("user", "delivery")
    later = {keys[user]: STATES[delivery] for user, delivery in chosen}
    return {} if later and registry.get(code).is_urgent(about) else later


def message_id(event_key: str, email: str) -> str:
    """The Message-ID header: the same event to the same person always has the same one, and nobody without the key of the portal can guess it."""
    digest = salted_hmac("portal.notifications.message_id", f"{event_key}|{email}", algorithm="sha256").hexdigest()[:40]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "preau.example"
    return f"<{digest}@{domain}>"


def _address(person: Person | str) -> str:
    return (person if isinstance(person, str) else person.email if person.is_active else "").strip().lower()


def _wake_sender() -> None:
    from portal.notifications.tasks import wake  # noqa: PLC0415 -- task leaf: tasks import the sender

    wake()
