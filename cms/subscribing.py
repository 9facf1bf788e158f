"""Following the calls by e-mail: asking, confirming, changing, stopping, and what is kept of it (docs/adr/0034-subscriptions.md).

Nothing is written before the owner of the address confirms: the link that they receive holds what was asked, signed.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from calls.enums import CallState
from calls.models import Call, Programme
from cms.models import Subscription
from cms.queries.calls import public_pages
from cms.topics import Topic
from portal.journal import recorder
from portal.notifications import outbox, registry
from portal.notifications.models import Message
from portal.notifications.registry import Ending
from portal.roles import Actor

LINK_VALIDITY = timedelta(days=7)
MESSAGES_KEPT = timedelta(days=7)  # with the addresses that they carry
REQUESTED, RESULTS = "subscription_requested", "call_results_announced"
ANNOUNCED = {
    "call_announced": (Topic.CALLS,),
    "call_dates_announced": (Topic.DATES,),
    RESULTS: (Topic.RESULTS,),
    "call_withdrawal_announced": (Topic.CALLS, Topic.DATES, Topic.RESULTS),
    "call_without_award_announced": (Topic.DATES, Topic.RESULTS),
}
_SALT = "cms.subscription"


@dataclass(frozen=True)
class Wish:
    """What an address asks to follow: topics, of one programme or of all."""

    email: str
    topics: tuple[str, ...]
    programme: Programme | None = None

    def fields(self) -> dict:
        return {"programme": self.programme} | {field: topic in self.topics for topic, field in Subscription.FIELDS.items()}


def ask(wish: Wish) -> None:
    """Send the link that confirms. Whether the address is known already is not looked at: nobody can learn it."""
    token = signing.dumps([wish.email, list(wish.topics), wish.programme.code if wish.programme else ""], salt=_SALT, compress=True)
    context = {
        "link": settings.BASE_URL + reverse("cms:subscription_confirm", args=[token]),
        "topics": [Topic(topic).label.lower() for topic in wish.topics],
        "programme": wish.programme,
        "validity": LINK_VALIDITY.days,
        "base_url": settings.BASE_URL,
    }
    subject, body = registry.written("cms/email/subscription_requested", context)
    outbox.post_text(
        REQUESTED,
        event_key=f"{REQUESTED}:{hashlib.sha256(token.encode()).hexdigest()[:32]}",
        to=wish.email,
        subject=subject,
        body=body,
    )


def read(token: str, *, is_late: bool = False) -> Wish | None:
    """What a link asks; None when it is forged or, unless `is_late`, older than `LINK_VALIDITY`."""
    try:
        email, topics, code = signing.loads(token, salt=_SALT, max_age=None if is_late else LINK_VALIDITY)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    programme = Programme.objects.filter(code=code).first() if code else None
    if code and programme is None:
        return None
    return Wish(email, tuple(topic for topic in topics if topic in Topic.values), programme)


@transaction.atomic
def confirm(wish: Wish) -> Subscription:
    """The owner of the address has asked: the subscription is what they last confirmed. Doing it again changes nothing."""
    subscription, _ = Subscription.objects.update_or_create(email=wish.email, defaults=wish.fields())
    Message.objects.filter(code=REQUESTED, to_email=wish.email).delete()
    return subscription


@transaction.atomic
def change(subscription: Subscription, wish: Wish) -> None:
    """Follow something else at the same address."""
    Subscription.objects.filter(pk=subscription.pk).update(**wish.fields())


@transaction.atomic
def stop(subscription: Subscription) -> None:
    """Forget the address at once, and what waits to be sent to it."""
    Message.objects.filter(code__in=[REQUESTED, *ANNOUNCED], to_email=subscription.email).delete()
    Subscription.objects.filter(pk=subscription.pk).delete()


def announce(code: str, *, call: Call, actor: Actor | None) -> int:
    """Tell those who follow this kind of thing about this call, in the transaction of the act; the journal says how many, not who.

    A call whose page nobody can read yet is told to nobody: its page, once live, announces it (cms.hooks.subscriptions).
    """
    if not is_readable(call, results=code == RESULTS):
        return 0
    told = outbox.post(code, about=call, actor=actor)
    if told:
        recorder.record(call, "tell_subscribers", actor=actor, data={"count": told})
    return told


def announce_dates(*, call: Call, actor: Actor) -> int:
    """The same for dates of the jury or of the results that an editor has just changed, while somebody waits for them."""
    awaited = call.state == CallState.PUBLISHED or call.state in CallState.UNDER_EXAMINATION
    return announce("call_dates_announced", call=call, actor=actor) if awaited else 0


def is_readable(call: Call, *, results: bool = False) -> bool:
    """Whether everybody may open the page of this call, or that of its results."""
    return public_pages().filter(**{"resultspage__call" if results else "callpage__call": call}).exists()


def followers(call: Call, topics: Iterable[str]) -> int:
    """How many addresses would be told."""
    return Subscription.objects.following(call.programme_id).wanting(*topics).count()


def ending(message: Message) -> Ending:
    """How to stop, for the reader and for their mail reader (RFC 8058): in the message that leaves, and in nothing that is kept."""
    subscription = Subscription.objects.filter(email=message.to_email).first()
    if subscription is None:
        return Ending()
    stop_at = settings.BASE_URL + reverse("cms:subscription_stop", args=[subscription.key])
    return Ending(
        text=render_to_string("cms/email/_ending.txt", {"change_at": settings.BASE_URL + subscription.get_absolute_url()}),
        headers={"List-Unsubscribe": f"<{stop_at}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def forget_messages() -> str:
    """For the schedule: remove what was sent to subscribers, and the requests that nobody confirmed, with their addresses."""
    old = Message.objects.filter(code__in=[REQUESTED, *ANNOUNCED], created_at__lt=timezone.now() - MESSAGES_KEPT)
    removed, _ = old.delete()
    return f"{removed} messages d’abonnés effacés"
