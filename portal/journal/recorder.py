"""Writing the journal."""

from datetime import date, datetime
from decimal import Decimal

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from portal.journal.models import JournalEntry
from portal.journal.seal import seal_soon
from portal.roles import Actor
from portal.text.folding import fold


def record(
    subject: models.Model, action: str, *, actor: Actor, source: str = "", target: str = "", reason: str = "", data: dict | None = None
) -> JournalEntry:
    """Add one entry in the current transaction; the chain is sealed once that transaction has committed.

    `actor` is a user or the system actor. `data` may hold JSON values, decimals, dates and model instances (kept as
    their label). Must be called inside the transaction of the act that it records.
    """
    actor_label, subject_label, reason = _clean(str(actor))[:160], _clean(str(subject))[:200], _clean(reason)
    entry = JournalEntry.objects.create(
        at=timezone.now(),
        actor=actor if actor.pk else None,
        actor_label=actor_label,
        action=action,
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=str(subject.pk),
        subject_label=subject_label,
        source=source,
        target=target,
        reason=reason,
        data=_plain(data or {}),
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", ""))[:40],
        search_text=fold(f"{subject_label} {actor_label} {reason}"),
    )
    seal_soon()
    return entry


def _plain(value: object) -> object:
    """JSON without surprise: what a person would recognise later, not a reference that may vanish."""
    if isinstance(value, dict):
        return {_clean(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, models.Model):
        return {"type": value._meta.label_lower, "id": str(value.pk), "label": _clean(str(value))}
    if isinstance(value, Decimal | datetime | date):
        return str(value)
    if value is None or isinstance(value, bool | int):
        return value
    return _clean(str(value))  # floats too: their text is the same on both databases


def _clean(text: str) -> str:
    """Without the NUL that PostgreSQL refuses, nor half characters that no encoding can write down again."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
