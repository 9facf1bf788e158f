"""Sending what the outbox holds: one message at a time, outside any transaction, each once (docs/adr/0007-outbox.md)."""

import logging
import re
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_q.tasks import async_task

from portal.notifications import registry
from portal.notifications.bounces import closes_address
from portal.notifications.folding import folded
from portal.notifications.html import html_of
from portal.notifications.models import Message, UnreachableAddress
from portal.rehearsal import places

logger = logging.getLogger(__name__)
CLAIM = timedelta(minutes=3)  # how long one sending may take before another worker may try
MAX_ATTEMPTS = 12
GIVE_UP_AFTER = timedelta(hours=24)
MAX_DELAY = timedelta(minutes=60)
WAKE_KEY = "notifications:wake"
DOWN_KEY = "notifications:down"  # set while the mail server does not answer, so that no worker waits on it in turn
DOWN_FOR = 45  # seconds
_STATUS = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")


def wake() -> None:
    """Have the worker send soon. One call in flight is enough; if it is lost, the schedule of each minute sends."""
    if places.current():
        return
    try:
        if cache.add(WAKE_KEY, 1, timeout=30):
            async_task("portal.notifications.tasks.send_pending", task_name="send-messages")
    except Exception:  # the act is committed: a queue that does not answer must not turn it into an error page
        logger.exception("messages wait for the next minute, the queue did not take the call")


def send_pending() -> int:
    """Send every message that is due, oldest first. Returns how many went. Safe to run at any time, by several at once.

    Stops at the first sign that the mail server itself is down; the rest goes next time. What a rehearsal writes never leaves.
    """
    if places.current():
        return 0
    _remembered(cache.delete, WAKE_KEY)
    if _remembered(cache.get, DOWN_KEY):
        return 0
    sent, connection = 0, get_connection()
    try:
        while message := _claim_next():
            try:
                _deliver(message, connection)
            except Exception as error:  # whatever a server or a network invents, the message keeps its error and its turn
                _postpone(message, error)
                connection.close()
                if _server_is_down(error):
                    _remembered(cache.set, DOWN_KEY, 1, DOWN_FOR)
                    break
            else:
                forgotten = {"body": ""} if registry.is_confidential(message.code) else {}
                Message.objects.filter(pk=message.pk).update(
                    state=Message.State.SENT, sent_at=timezone.now(), claimed_until=None, last_error="", **forgotten
                )
                sent += 1
    finally:
        connection.close()
    return sent


def _remembered(operation: Callable, *args) -> object:
    """A cache that does not answer only costs a few useless tries."""
    try:
        return operation(*args)
    except Exception:
        logger.exception("cache out of reach while sending messages")
        return None


def retry(message: Message) -> bool:
    """Put a failed message back in the queue. False when it is not a failed one any more."""
    return bool(retry_failed(Message.objects.filter(pk=message.pk)))


def retry_failed(among: QuerySet[Message] | None = None) -> int:
    """Put failed messages back in the queue, all of them, or those of `among`. Returns how many."""
    failed = (Message.objects.all() if among is None else among).filter(state=Message.State.FAILED)
    UnreachableAddress.objects.filter(email__in=failed.order_by().values("to_email")).delete()  # whoever sends again says that they work
    revived = failed.update(state=Message.State.PENDING, attempts=0, not_before=timezone.now())
    if revived:
        wake()
    return revived


def _claim_next() -> Message | None:
    """Compare-and-set: of all senders, one gets the message. A claim that ran out belonged to a sender that died."""
    while True:
        now = timezone.now()
        due = Q(state=Message.State.PENDING, not_before__lte=now) | Q(state=Message.State.SENDING, claimed_until__lt=now)
        candidate = Message.objects.filter(due).order_by("pk").values_list("pk", flat=True).first()
        if candidate is None:
            return None
        if Message.objects.filter(due, pk=candidate).update(state=Message.State.SENDING, claimed_until=now + CLAIM):
            return Message.objects.get(pk=candidate)


def _deliver(message: Message, connection: BaseEmailBackend) -> None:
    ending = registry.ending_of(message)
    text = message.body + ending.text
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=folded(text),
        from_email=settings.BOUNCE_ADDRESS or None,  # where servers send back what they cannot give; readers see the usual sender
        to=[message.to_email],
        headers={**_sender(), "Message-ID": message.message_id, "Auto-Submitted": "auto-generated", **ending.headers},
        connection=connection,
        attachments=registry.attachments(message),
        alternatives=[(html_of(message.subject, text), "text/html")],
    )
    connection.open()  # kept open from one message to the next
    if not mail.send():
        raise smtplib.SMTPException("le serveur n’a pas pris le message")


def _sender() -> dict[str, str]:
    return {"From": settings.DEFAULT_FROM_EMAIL} if settings.BOUNCE_ADDRESS else {}


def _postpone(message: Message, error: Exception) -> None:
    """Keep the error; try again after 1, 2, 4… 60 minutes, or give up where trying again cannot help."""
    logger.warning("message %s not sent at attempt %s: %r", message.pk, message.attempts + 1, error)
    now = timezone.now()
    attempts = message.attempts + 1
    permanent = _is_permanent(error)
    refused = _is_refused_address(error)
    hopeless = refused or (permanent and attempts >= MAX_ATTEMPTS) or (message.created_at < now - GIVE_UP_AFTER)
    Message.objects.filter(pk=message.pk, state=Message.State.SENDING, claimed_until=message.claimed_until).update(
        state=Message.State.FAILED if hopeless else Message.State.PENDING,
        attempts=attempts,
        last_error=_words(error)[:300],
        not_before=_next_try(now, attempts),
        claimed_until=None,
    )
    status = _STATUS.search(_words(error))
    if refused and closes_address(status.group() if status else "5.0.0"):
        from portal.notifications.unreachable import mark  # noqa: PLC0415 -- marking an address writes to the queue too

        mark(message, status=status.group() if status else "", words=_words(error))


def _next_try(now: datetime, attempts: int) -> datetime:
    return now + min(timedelta(minutes=2 ** (attempts - 1)), MAX_DELAY)


def _codes(error: Exception) -> list[int]:
    """SMTP codes that an error carries, none for a network failure."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _is_permanent(error: Exception) -> bool:
    """A refusal for good: 5xx, or an address or a header that no server would be shown."""
    codes = _codes(error)
    return isinstance(error, ValueError) or bool(codes and min(codes) >= 500)


def _is_refused_address(error: Exception) -> bool:
    """The server knows that this address cannot receive, or the address is no address: only a person can put it right."""
    return _is_permanent(error) and isinstance(error, smtplib.SMTPRecipientsRefused | ValueError)


def _server_is_down(error: Exception) -> bool:
    """No conversation was possible: the next message would wait and fail alike."""
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError | smtplib.SMTPAuthenticationError):
        return True
    codes = _codes(error)
    return isinstance(error, OSError) and (not codes or 421 in codes)  # 421: the server closes the channel


def _words(error: Exception) -> str:
    """What the server said, for the staff's list."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(reason)}" for code, reason in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__} : {error}"


def _text(reason: bytes | str) -> str:
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
