"""Writing the journal."""

from datetime import date, datetime
from decimal import Decimal

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from portal.journal.models import JournalEntry
from portal.journal.seal import seal_pending


def record(subject, action: str, *, actor, source: str = "", target: str = "", reason: str = "", data: dict | None = None) -> JournalEntry:
    """Add one entry in the current transaction; the chain is sealed once that transaction has committed.

    `actor` is a user or the system actor. `data` may hold JSON values, decimals, dates and model instances (kept as
    their label). Must be called inside the transaction of the act it tells.
    """
    entry = JournalEntry.objects.create(
        actor=actor if actor.pk else None,
        actor_label=str(actor)[:160],
        action=action,
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=str(subject.pk),
        subject_label=str(subject)[:200],
        source=source,
        target=target,
        reason=reason,
        data=_plain(data or {}),
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    )
    transaction.on_commit(seal_pending)
    return entry


def _plain(value):
    """JSON without surprise: what a person would recognise later, not a reference that may vanish."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, models.Model):
        return {"type": value._meta.label_lower, "id": str(value.pk), "label": str(value)}
    if isinstance(value, Decimal | datetime | date):
        return str(value)
    if value is None or isinstance(value, str | int | bool):
        return value
    return str(value)
