"""What a lycée has received of earlier calls, beside what it asks for now; told by higher apps, which deliver."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Received:
    """So many of an article, of one call."""

    call: str
    label: str
    quantity: int


Reader = Callable[[int], Sequence[Received]]
_readers: list[Reader] = []


def register(reader: Reader) -> Reader:
    """Have a higher app tell what arrived at a lycée (its id). Usable as a decorator."""
    if reader not in _readers:
        _readers.append(reader)
    return reader


def received_by(lycee: int) -> list[Received]:
    """What arrived at a lycée, the latest call first. One query for each app that tells."""
    return [each for reader in _readers for each in reader(lycee)]
