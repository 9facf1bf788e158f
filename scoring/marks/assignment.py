"""Who reads what: pure and deterministic. Balanced, within caps, never a juror in conflict, and always explained.

Each file first gets the readers that it must have (one juror of the Région, one of its own authority, where the panel has
them), then others up to the number asked. A reading goes to the least loaded juror who may take it; when everyone who
may is at the cap, or when one juror ends up with two more than another, new readings are passed along a chain of jurors
until loads are as even as the rules allow. What was already confided is never moved: running it twice adds nothing.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial


@dataclass(frozen=True)
class Juror:
    """`key` is any sortable hashable; `load` is what the juror already has to read in this call."""

    key: int
    body: int
    load: int = 0


@dataclass(frozen=True)
class FileToRead:
    """`must` are the bodies that have to read it; `readers` are those who already do, `barred` those who may not."""

    key: int
    reference: str
    must: tuple[int, ...]
    readers: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()


@dataclass(frozen=True)
class MissingReading:
    """A reading that could not be given. `body` is None for one that any body could take; `why` is in French."""

    file: int
    reference: str
    body: int | None
    why: str


@dataclass(frozen=True)
class AssignmentPlan:
    """New readings as (file, juror) pairs, the load of each juror afterwards, and what is missing."""

    added: tuple[tuple[int, int], ...]
    loads: Mapping[int, int]
    gaps: tuple[MissingReading, ...]


@dataclass
class _Slot:
    file: FileToRead
    body: int | None
    juror: int | None = None


@dataclass
class _Workload:
    """The state of the work: loads, readers of each file, new slots of each juror."""

    jurors: dict[int, Juror]
    cap: int | None
    loads: dict[int, int] = field(default_factory=dict)
    readers: dict[int, set[int]] = field(default_factory=dict)
    slots: dict[int, list[_Slot]] = field(default_factory=dict)

    def may_take(self, slot: _Slot, juror: int) -> bool:
        fits = slot.body is None or self.jurors[juror].body == slot.body
        return fits and juror not in slot.file.barred and juror not in self.readers[slot.file.key]

    def has_room(self, juror: int) -> bool:
        return self.cap is None or self.loads[juror] < self.cap

    def give(self, slot: _Slot, juror: int) -> None:
        slot.juror = juror
        self.loads[juror] += 1
        self.readers[slot.file.key].add(juror)
        self.slots[juror].append(slot)

    def take_back(self, slot: _Slot) -> None:
        """Take a slot that was given from its juror."""
        juror = slot.juror
        assert juror is not None  # noqa: S101 -- for the type: only given slots are taken back
        self.loads[juror] -= 1
        self.readers[slot.file.key].discard(juror)
        self.slots[juror].remove(slot)
        slot.juror = None

    def takers(self, slot: _Slot) -> list[int]:
        """Jurors who may take it, the least loaded first; a body not yet among the readers is preferred at equal load."""
        present = {self.jurors[j].body for j in self.readers[slot.file.key] if j in self.jurors}
        found = [j for j in self.jurors if self.may_take(slot, j)]
        return sorted(found, key=lambda j: (self.loads[j], self.jurors[j].body in present, j))


def plan_readings(jurors: Iterable[Juror], files: Iterable[FileToRead], *, readings: int, cap: int | None = None) -> AssignmentPlan:
    """Give every file `readings` readers (more when it must be read by more bodies), at most `cap` files to one juror."""
    workload = _Workload({j.key: j for j in sorted(jurors, key=lambda j: j.key)}, cap)
    files = sorted(files, key=lambda f: f.reference)
    workload.loads = {j.key: j.load for j in workload.jurors.values()}
    workload.slots = {key: [] for key in workload.jurors}
    workload.readers = {f.key: set(f.readers) for f in files}
    gaps = [gap for f in files for body in f.must if (gap := _place(workload, _Slot(f, body), already=_reads(workload, f, body)))]
    for f in files:
        while len(workload.readers[f.key]) < readings:
            gap = _place(workload, _Slot(f, None))
            if gap:
                gaps.append(gap)
                break
    _even_out(workload)
    added = sorted((slot.file.reference, slot.file.key, key) for key, slots in workload.slots.items() for slot in slots)
    return AssignmentPlan(tuple((file, juror) for _, file, juror in added), dict(workload.loads), tuple(gaps))


def _reads(workload: _Workload, file: FileToRead, body: int) -> bool:
    return any(workload.jurors[j].body == body for j in workload.readers[file.key] if j in workload.jurors)


def _place(workload: _Workload, slot: _Slot, *, already: bool = False) -> MissingReading | None:
    if already:
        return None
    takers = workload.takers(slot)
    if not takers:
        return MissingReading(slot.file.key, slot.file.reference, slot.body, "Personne d’autre ne peut le lire sans conflit d’intérêts.")
    if workload.has_room(takers[0]):
        workload.give(slot, takers[0])
        return None
    for juror in takers:
        if _shift(workload, juror, workload.has_room):
            workload.give(slot, juror)
            return None
    return MissingReading(slot.file.key, slot.file.reference, slot.body, "Tous ceux qui peuvent le lire sont au plafond.")


def _shift(workload: _Workload, start: int, is_goal: Callable[[int], bool]) -> bool:
    """Free one place at `start` by passing new readings along a chain that ends at a juror for whom `is_goal` holds."""
    came_from: dict[int, tuple[int, _Slot]] = {}
    queue, seen = deque([start]), {start}
    while queue:
        juror = queue.popleft()
        if juror != start and is_goal(juror):
            return _pass_along(workload, came_from, start, juror)
        for slot in workload.slots[juror]:
            for other in workload.jurors:
                if other not in seen and workload.may_take(slot, other):
                    seen.add(other)
                    came_from[other] = (juror, slot)
                    queue.append(other)
    return False


def _pass_along(workload: _Workload, came_from: dict[int, tuple[int, _Slot]], start: int, end: int) -> bool:
    """Move one slot per link, from the end of the chain; a link that the moves before made impossible stops it."""
    while end != start:
        giver, slot = came_from[end]
        if slot.juror != giver or not workload.may_take(slot, end):
            return False
        workload.take_back(slot)
        workload.give(slot, end)
        end = giver
    return True


def _even_out(workload: _Workload) -> None:
    """Pass new readings from the most loaded jurors to others until no chain can narrow the gap."""
    for juror in sorted(workload.jurors, key=lambda j: -workload.loads[j]):
        for _ in range(len(workload.slots[juror])):
            if not _shift(workload, juror, partial(_is_lighter, workload, workload.loads[juror] - 2)):
                break


def _is_lighter(workload: _Workload, limit: int, juror: int) -> bool:
    """Whether a juror has at most `limit` readings, and room for one more."""
    return workload.loads[juror] <= limit and workload.has_room(juror)
