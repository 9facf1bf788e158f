"""Walking the chain from its first line to its end: what was altered, deleted, cut off or left unsealed is named."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from django.db import connection
from django.utils import timezone

from portal.journal.models import ChainCheck, JournalEntry, JournalHead
from portal.journal.seal import entry_hash
from portal.journal.triggers import triggers_installed
from portal.journal.veil import vouched_for
from portal.roles import Person

logger = structlog.get_logger(__name__)
SEAL_DELAY = timedelta(minutes=5)  # the worker seals each minute: later than this, something is wrong
CHUNK = 2000


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where. `sequence` is the first line concerned; None for a line that has no rank yet."""

    kind: str  # altered, broken, missing, truncated, forged, unsealed
    sequence: int | None
    message: str


@dataclass
class Report:
    """What one walk found."""

    entries: int = 0
    unsealed: int = 0
    head_sequence: int = 0
    head_hash: str = ""
    locked: bool = True  # the triggers are in place
    problem: Problem | None = None
    anchors: dict[int, str] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        return self.problem is None

    def as_dict(self) -> dict:
        problem = self.problem and {"kind": self.problem.kind, "sequence": self.problem.sequence, "message": self.problem.message}
        return {
            "ok": self.ok,
            "entries": self.entries,
            "unsealed": self.unsealed,
            "head_sequence": self.head_sequence,
            "head_hash": self.head_hash,
            "locked": self.locked,
            "problem": problem,
        }


def check_chain(*, anchors: dict[int, str] | None = None, progress: Callable[[int, int], None] | None = None) -> Report:
    """Walk the whole chain and stop at the first fault.

    `anchors` are ranks and hashes noted earlier, outside the portal or by earlier walks: the chain must still pass
    through them, which a chain rewritten from end to end does not. `progress(done, total)` is called now and then.
    """
    start = JournalHead.objects.filter(pk=1).first() or JournalHead()
    report = Report(locked=triggers_installed(connection))
    report.anchors = dict(anchors or {})
    if start.last_sequence:
        report.anchors.setdefault(start.last_sequence, start.last_hash)
    report.problem = _walk(report, total=start.last_sequence, progress=progress) or _check_end(report)
    overdue = JournalEntry.objects.filter(sequence=None, at__lt=timezone.now() - SEAL_DELAY).order_by("pk").first()
    report.unsealed = JournalEntry.objects.filter(sequence=None).count()
    if overdue and not report.problem:
        report.problem = Problem("unsealed", None, f"L’écriture d’identifiant {overdue.pk} attend son sceau depuis plus de cinq minutes.")
    return report


def run_check(*, asked_by: Person | None = None, progress: Callable[[int, int], None] | None = None) -> ChainCheck:
    """Walk the chain against the ends seen by earlier walks, and keep the result. Called each night and on demand."""
    anchors = dict(ChainCheck.objects.filter(problem="", head_sequence__gt=0).values_list("head_sequence", "head_hash"))
    report = check_chain(anchors=anchors, progress=progress)
    return ChainCheck.objects.create(
        entries=report.entries,
        head_sequence=report.head_sequence,
        head_hash=report.head_hash,
        problem=report.problem.message[:300] if report.problem else "",
        asked_by=asked_by,
    )


def nightly_check() -> str:
    """The walk of each night. What it finds is on the page of the journal, in what awaits its readers, and in the logs."""
    found = run_check()
    if found.problem:
        logger.error("journal_broken", problem=found.problem, head_sequence=found.head_sequence)
    return str(found)


def _walk(report: Report, *, total: int, progress: Callable[[int, int], None] | None) -> Problem | None:
    vouched = vouched_for()
    for entry in _sealed_entries():
        expected = report.head_sequence + 1
        if entry.sequence != expected:
            return _missing(expected, entry.sequence)
        content = entry_hash(entry, sequence=entry.sequence, previous_hash=entry.previous_hash)
        if content not in (entry.hash, vouched.get(expected)):
            return Problem(
                "altered", expected, f"L’écriture n° {expected} a été modifiée : son empreinte ne correspond plus à son contenu."
            )
        if entry.previous_hash != report.head_hash:
            return Problem(
                "broken", expected, f"L’écriture n° {expected} ne suit pas l’écriture n° {expected - 1} : la chaîne a été réécrite ici."
            )
        if report.anchors.get(expected, entry.hash) != entry.hash:
            return Problem(
                "forged", expected, f"L’écriture n° {expected} n’a plus l’empreinte relevée auparavant : la chaîne a été réécrite."
            )
        report.entries, report.head_sequence, report.head_hash = report.entries + 1, expected, entry.hash
        if progress and expected % CHUNK == 0:
            progress(expected, max(total, expected))
    return None


def _sealed_entries() -> Iterator[JournalEntry]:
    """The lines of the chain in their order, some at a time, each reading over before its lines are looked at."""
    last = -1
    while piece := list(JournalEntry.objects.exclude(sequence=None).filter(sequence__gt=last).order_by("sequence")[:CHUNK]):
        yield from piece
        if len(piece) < CHUNK:
            return
        last = piece[-1].sequence


def _check_end(report: Report) -> Problem | None:
    last = max(report.anchors, default=0)
    if report.head_sequence < last:
        return _missing(report.head_sequence + 1, last + 1, kind="truncated")
    end = JournalHead.objects.filter(pk=1).values_list("last_sequence", flat=True).first() or 0
    if report.head_sequence > end:
        return Problem(
            "forged",
            end + 1,
            f"L’écriture n° {end + 1} dépasse la fin connue de la chaîne (n° {end}) : elle n’a pas été scellée par le portail.",
        )
    return None


def _missing(first: int, following: int, *, kind: str = "missing") -> Problem:
    if following - first == 1:
        return Problem(kind, first, f"L’écriture n° {first} manque : elle a été supprimée.")
    return Problem(kind, first, f"Les écritures n° {first} à {following - 1} manquent : elles ont été supprimées.")
