"""The hash chain: each sealed entry carries the SHA-256 of its content and of the entry before it.

Sealing happens in its own short transaction after commit, so that two long transactions never wait for each other on
the end of the chain (docs/adr/0003-journal-sealed-after-commit.md).
"""

from datetime import UTC

from django.db import connection, transaction

from portal.journal.models import JournalEntry, JournalHead
from portal.text.canonical import fingerprint

_SEALED_FIELDS = (
    "at", "actor_id", "actor_label", "action", "subject_type_id", "subject_id", "subject_label",
    "source", "target", "reason", "data", "request_id",
)  # fmt: skip
BATCH = 500


def entry_hash(entry: JournalEntry, *, sequence: int, previous_hash: str) -> str:
    """SHA-256 in hexadecimal of the entry in canonical JSON, with its rank and the hash before it."""
    content = {name: getattr(entry, name) for name in _SEALED_FIELDS}
    content["at"] = entry.at.astimezone(UTC).isoformat()
    return fingerprint([sequence, previous_hash, content])


def seal_soon() -> None:
    """Have the chain sealed when the current transaction commits: once, however many entries it wrote."""
    if not any(hook is seal_after_commit for _, hook, *_ in connection.run_on_commit):
        # Robust: the act is already committed; the scheduled `seal_pending` makes good what fails here.
        transaction.on_commit(seal_after_commit, robust=True)


def seal_after_commit() -> int:
    """One batch, in the process that has just committed; an import of ten thousand rows does not make its author wait."""
    return _seal_batch()


def seal_pending() -> int:
    """Seal every committed entry that is not sealed yet, oldest first. Returns how many.

    Safe to run at any time, by several at once. Called each minute, for what a killed process left unsealed. Must not be
    called inside a transaction: raises RuntimeError, since the end of the chain would stay locked until that one ends.
    """
    total = 0
    while sealed := _seal_batch():
        total += sealed
    return total


def _seal_batch() -> int:
    with transaction.atomic(durable=True):
        head = _lock_head()
        if head is None:
            return 0
        pending = list(JournalEntry.objects.filter(sequence=None).order_by("pk")[:BATCH])
        for entry in pending:
            entry.sequence = head.last_sequence + 1
            entry.previous_hash = head.last_hash
            entry.hash = entry_hash(entry, sequence=entry.sequence, previous_hash=entry.previous_hash)
            head.last_sequence, head.last_hash = entry.sequence, entry.hash
        if pending:
            JournalEntry.objects.bulk_update(pending, ["sequence", "previous_hash", "hash"])
            head.save()
    return len(pending)


def _lock_head() -> JournalHead | None:
    """The end of the chain, locked; None when another process is sealing now: it, or the next one, takes ours along."""
    skip = connection.features.has_select_for_update_skip_locked
    head = JournalHead.objects.select_for_update(skip_locked=skip).filter(pk=1).first()
    if head is None and not JournalHead.objects.filter(pk=1).exists():
        JournalHead.objects.get_or_create(pk=1)
        head = JournalHead.objects.select_for_update(skip_locked=skip).filter(pk=1).first()
    return head
