"""Addresses that answer no more: marked once, written to no longer, tried again when somebody says so (docs/adr/0058)."""

import hashlib
import mailbox
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone

from portal.journal import recorder
from portal.notifications import registry, tasks
from portal.notifications.bounces import ServerReport, read_report
from portal.notifications.models import BounceReport, Message, UnreachableAddress
from portal.rehearsal import places
from portal.roles import Actor
from portal.workflow.actors import SYSTEM

AGAIN_WITHIN = timedelta(days=7)  # older messages are read in the portal: nobody is sent a month of mails at once
AT_ONCE = 200  # reports read in one call
MARKED, RETRIED, IGNORED = "address_unreachable", "retry_address", "ignore_bounces"


@transaction.atomic
def mark(message: Message, *, status: str, words: str) -> None:
    """The address of this message answers no more: what waits for it does not leave, personal links excepted, which their owner has just asked for.

    Nothing for a subscriber, whose address nobody reads. Marked already, nothing changes.
    """
    if message.code in registry.unlisted_codes():
        return
    values = {"status": status, "words": words[:300], "message": message}
    address, is_new = UnreachableAddress.objects.get_or_create(email=message.to_email.lower(), defaults=values)
    if not is_new:
        return
    waiting = Message.objects.filter(to_email=address.email, state=Message.State.PENDING).exclude(code__in=registry.confidential_codes())
    waiting.update(state=Message.State.UNREACHED)
    recorder.record(_subject(address), MARKED, actor=SYSTEM, data={"status": status, "words": words[:300]})


@transaction.atomic
def try_again(address: UnreachableAddress, *, actor: Actor) -> int:
    """Write to this address again: whoever asks says that it works, or was put right. Returns how many recent messages leave now."""
    recent = Message.objects.filter(to_email=address.email, state__in=Message.LOST, created_at__gte=timezone.now() - AGAIN_WITHIN)
    again = {"state": Message.State.PENDING, "attempts": 0, "not_before": timezone.now()}
    leaving = recent.exclude(code__in=registry.confidential_codes()).update(**again)
    recorder.record(_subject(address), RETRIED, actor=actor, data={"count": leaving})
    UnreachableAddress.objects.filter(pk=address.pk).delete()
    transaction.on_commit(tasks.wake)
    return leaving


def _subject(address: UnreachableAddress) -> models.Model:
    """Whose history it is: the person's, or the address's where it is a mailbox."""
    return get_user_model().objects.filter(email=address.email).first() or address


def read_bounces() -> int:
    """Read the reports that the mail server has put in `BOUNCE_MAILDIR`, each once. Called by the clock; returns how many changed something.

    A report is removed once it is read: killed between the two, it is read again, and known by its fingerprint.
    """
    if places.current() or not settings.BOUNCE_MAILDIR or not Path(settings.BOUNCE_MAILDIR, "new").is_dir():
        return 0
    folder = mailbox.Maildir(settings.BOUNCE_MAILDIR, create=False)
    changed, ignored = 0, []
    for key in sorted(folder.keys())[:AT_ONCE]:
        report = take(folder.get_bytes(key))
        changed += report.is_believed
        ignored += [] if report.is_believed else [report]
        folder.discard(key)
    if ignored:
        recorder.record(ignored[-1], IGNORED, actor=SYSTEM, data={"count": len(ignored)})
    return changed


@transaction.atomic
def take(raw: bytes) -> BounceReport:
    """What one mail of that folder says, kept without a word of it but its status. The same mail taken twice is one report."""
    digest = hashlib.sha256(raw).hexdigest()
    if known := BounceReport.objects.filter(digest=digest).first():
        return known
    found = read_report(raw)
    # The Message-ID is made with the key of the portal: who did not receive the mail, or carry it, cannot name it.
    message = Message.objects.filter(message_id=found.message_id).first() if found else None
    if found is None or message is None:
        return BounceReport.objects.create(digest=digest, status=found.status if found else "")
    report = BounceReport.objects.create(digest=digest, message=message, status=found.status, is_believed=True)
    if found.is_over:
        came_back(message, found)
    return report


def came_back(message: Message, found: ServerReport) -> None:
    """A server says that it could not give this message; for what its address is, that the address answers no more."""
    words = found.words if found.status in found.words else " ".join(filter(None, [found.status, found.words]))
    sent = Message.objects.filter(pk=message.pk, state=Message.State.SENT)
    sent.update(state=Message.State.BOUNCED, last_error=words[:300])
    if found.closes_address and message.to_email.lower() in found.recipients:  # not where its reader forwards it
        mark(message, status=found.status, words=words)
