"""Taking the name of a person out of lines that are sealed already, without breaking the chain (docs/adr/0054-personal-data.md).

A veiled line keeps its rank and its hash, to which the next line is tied. Its new content is vouched for by a later line of the same chain, the
veil, which holds the SHA-256 that the line must now have: whoever walks the chain (portal.journal.verify) checks one or the other. A line
altered by anybody else matches neither. The database lets the texts of a sealed line change only in a transaction that has put its mark
in `Veiling`; a rank, a hash, a date, an act never change.
"""

import re
from collections.abc import Callable, Iterable

from django.db import models, transaction

from portal.journal.models import JournalEntry, JournalHead, Veiling
from portal.journal.recorder import record
from portal.journal.seal import entry_hash
from portal.reading import in_pieces
from portal.roles import Actor
from portal.text.folding import fold

VEIL = "erase_person"  # the act whose lines vouch for those that they veiled
VEILED = ("actor_label", "subject_label", "reason", "data", "search_text")
PIECE = 500  # veiled lines that one line vouches for
Replace = Callable[[str], str]


def replacing(words: Iterable[str], by: str) -> Replace:
    """A function that puts `by` in place of each of these words, whatever their capitals, the longest first."""
    known = sorted({word.strip() for word in words if len(word.strip()) > 2}, key=len, reverse=True)
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in known), re.IGNORECASE) if known else None
    return lambda text: pattern.sub(by, text) if pattern and text else text


def replaced_in(value: object, replace: Replace) -> object:
    """The same JSON with every text replaced."""
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, list):
        return [replaced_in(item, replace) for item in value]
    if isinstance(value, dict):
        return {key: replaced_in(item, replace) for key, item in value.items()}
    return value


@transaction.atomic
def veil(replace: Replace, *, subject: models.Model, actor: Actor, reason: str = "") -> int:
    """Replace texts in every line of the journal, then write the line that vouches for it, about `subject`. Returns how many lines changed.

    Reads the whole journal: for a job or a rare act. The end of the chain is held meanwhile: nothing is sealed, acts go on.
    """
    JournalHead.objects.get_or_create(pk=1)
    JournalHead.objects.select_for_update().get(pk=1)
    changed = [entry for entry in in_pieces(JournalEntry.objects.order_by("pk")) if _veil_entry(entry, replace)]
    mark = Veiling.objects.create()
    JournalEntry.objects.bulk_update(changed, VEILED, batch_size=PIECE)
    mark.delete()
    sealed = [entry for entry in changed if entry.sequence is not None]
    vouched = [{str(e.sequence): entry_hash(e, sequence=e.sequence, previous_hash=e.previous_hash) for e in sealed[at : at + PIECE]}
               for at in range(0, max(len(sealed), 1), PIECE)]  # fmt: skip
    for digests in vouched:
        record(subject, VEIL, actor=actor, reason=reason, data={"count": len(digests), "digests": digests})
    return len(changed)


def vouched_for() -> dict[int, str]:
    """The SHA-256 that each veiled line must now have, by rank; the latest veil counts. One query."""
    found: dict[int, str] = {}
    for data in JournalEntry.objects.filter(action=VEIL).order_by("pk").values_list("data", flat=True):
        found |= {int(rank): digest for rank, digest in data.get("digests", {}).items()}
    return found


def _veil_entry(entry: JournalEntry, replace: Replace) -> bool:
    """Replace in one line, in memory; whether something changed."""
    before = (entry.actor_label, entry.subject_label, entry.reason, entry.data)
    entry.actor_label, entry.subject_label = replace(entry.actor_label)[:160], replace(entry.subject_label)[:200]
    entry.reason, entry.data = replace(entry.reason), replaced_in(entry.data, replace)
    entry.search_text = fold(f"{entry.subject_label} {entry.actor_label} {entry.reason}")
    return before != (entry.actor_label, entry.subject_label, entry.reason, entry.data)
