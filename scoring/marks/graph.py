"""Which jurors can be compared: those whom a chain of shared files joins."""

from collections.abc import Iterable

from scoring.marks.mark import ReadingMark, by_file


def groups(marks: Iterable[ReadingMark]) -> list[tuple[int, ...]]:
    """The connected components of jurors, two of whom are joined by a file that both marked. The largest first.

    One group: every severity can be compared with every other. Several: nothing is said across groups, because a group of
    severe jurors and a group of weak files give the same marks.
    """
    leader: dict[int, int] = {}

    def first(juror: int) -> int:
        while leader[juror] != juror:
            leader[juror] = juror = leader[leader[juror]]
        return juror

    for row in by_file(marks).values():
        for mark in row:
            leader.setdefault(mark.juror, mark.juror)
            leader[first(mark.juror)] = first(row[0].juror)
    found: dict[int, list[int]] = {}
    for juror in sorted(leader):
        found.setdefault(first(juror), []).append(juror)
    return sorted(map(tuple, found.values()), key=lambda group: (-len(group), group))
