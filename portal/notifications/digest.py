"""The digest: on the mornings of working days, one mail to each person for all that they chose to read together (docs/adr/0058)."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal import working_days
from portal.notifications import outbox, reach, registry
from portal.notifications.families import Always, Family
from portal.notifications.models import Message
from portal.notifications.registry import EmailNotification
from portal.rehearsal import places
from portal.roles import Actor, Person

CODE = "daily_digest"


@dataclass(frozen=True)
class Part:
    """The messages of one family, in the order in which they were written."""

    title: str
    entries: list[Message]


@dataclass(frozen=True)
class Digest:
    """What one mail to one person says: what awaits them first, what has been dealt with since last."""

    day: date
    parts: list[Part] = field(default_factory=list)
    settled: list[Message] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(len(part.entries) for part in self.parts)


@registry.register(CODE)
class DailyDigest(EmailNotification):
    """`user.digest` says what is in it."""

    template = "notifications/email/daily_digest"

    def recipients(self, about: Person) -> list[Person]:
        return [about]

    def context(self, about: Person, actor: Actor | None) -> dict:
        return {"digest": about.digest}

    def event_key(self, code: str, about: Person) -> str:
        return key_of(about.pk, about.digest.day)


registry.always_send(Always.CHOSEN, CODE)


def key_of(user: int, day: date) -> str:
    """One digest a person a day: the database refuses a second."""
    return f"{CODE}:{user}:{day:%Y%m%d}"


def send_digests() -> int:
    """Write the digests of this morning. Called by the clock: run twice, or by two workers at once, it writes each once; a morning that was missed,
    or that was no working day, is made up for by the next. Returns how many were written.
    """
    now = timezone.localtime()
    if places.current() or not working_days.is_working(now.date()) or now.hour < settings.DIGEST_HOUR:
        return 0
    people = _held(now).order_by("recipient").values_list("recipient", flat=True).distinct()
    return sum(_write(user, now) for user in people)


def _held(now: datetime) -> QuerySet[Message]:
    """What was written before this morning's hour and waits for it."""
    morning = timezone.make_aware(datetime.combine(now.date(), time(settings.DIGEST_HOUR)))
    return Message.objects.filter(state=Message.State.HELD, created_at__lt=morning, not_before__lte=now, recipient__isnull=False)


@transaction.atomic
def _write(key: int, now: datetime) -> bool:
    """The row of the person is locked: another worker waits, then finds nothing held. The mail and what it holds change together."""
    user = get_user_model().objects.select_for_update(of=("self",)).get(pk=key)
    held = Message.objects.filter(pk__in=list(_held(now).filter(recipient=user).values_list("pk", flat=True)))
    if Message.objects.filter(event_key=key_of(user.pk, now.date())).exists():
        return False  # that of today has gone: tomorrow's has the rest
    found = list(reach.open_to(user, held).order_by("pk")) if user.is_active else []
    digest = _read(found, now.date())
    user.digest = digest
    if digest.total and outbox.post(CODE, about=user):
        row = Message.objects.get(event_key=key_of(user.pk, now.date()))
        Message.objects.filter(pk__in=[one.pk for one in found]).update(state=Message.State.DIGESTED, digest=row)
    held.filter(state=Message.State.HELD).update(
        state=Message.State.PORTAL
    )  # whatever is left: closed to them since, or settled and nothing to send it with
    return bool(digest.total)


def _read(found: list[Message], day: date) -> Digest:
    standing, settled = [], []
    for message in found:
        (settled if _is_settled(message) else standing).append(message)
    by_family = {family: [one for one in standing if registry.family_of(one.code) == family] for family in (*Family, None)}
    parts = [Part(family.label if family else "Autres messages", entries) for family, entries in by_family.items() if entries]
    return Digest(day, parts, settled)


def _is_settled(message: Message) -> bool:
    if message.code not in registry.codes() or message.about_type is None:
        return False
    notification = registry.get(message.code)
    if type(notification).is_settled is EmailNotification.is_settled:
        return False
    try:
        about = message.about_type.get_object_for_this_type(pk=message.about_id)
    except ObjectDoesNotExist:
        return True
    return notification.is_settled(about, message)
