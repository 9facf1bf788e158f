"""The files of a call and the ways to fund them. Points are exact decimals, money is cents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.text.canonical import plain
from portal.text.french import NBSP
from scoring.selection.reading import MAX_GROUPS, MAX_LABELS, MAX_LINES, MAX_OPTIONS, Notes, Reader, checked_integer, checked_text

FULL = "full"  # the option of an application that can be funded in one way only


@dataclass(frozen=True)
class FundingOption:
    """One way to fund an application: cents by line, and the points that it is worth."""

    id: str
    amounts: Mapping[str, int]
    value: Decimal

    @property
    def cost(self) -> int:
        """Cents, all lines together."""
        return sum(self.amounts.values())

    def cents(self, line: str | None) -> int:
        """Cents on one line, on all of them for None."""
        return self.cost if line is None else self.amounts.get(line, 0)


@dataclass(frozen=True)
class Candidate:
    """One file. At most one of its `options` is chosen; the first ones are preferred when nothing else decides."""

    id: str
    rank: int
    score: Decimal
    groups: frozenset[str]
    options: tuple[FundingOption, ...]
    name: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """How a sentence names it."""
        return self.name or self.id

    def to_dict(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"id": self.id, "rank": self.rank, "score": plain(self.score), "groups": sorted(self.groups)}
        only = self.options[0]
        if len(self.options) == 1 and only.id == FULL and only.value == self.score:
            answer["amounts"] = dict(only.amounts)
        else:
            answer["options"] = [{"id": one.id, "amounts": dict(one.amounts), "value": plain(one.value)} for one in self.options]
        answer |= {"name": self.name} if self.name else {}
        return answer | ({"labels": dict(self.labels)} if self.labels else {})


def read_application(value: Any, where: str, notes: Notes) -> Candidate:
    reader = Reader(value, where, notes)
    score = reader.points("score")
    if score < 0:
        reader.doubtful(
            "score", "negative", f"Une note négative compte comme telle{NBSP}: le dossier n’est retenu que si une règle y oblige."
        )
    application = Candidate(
        id=reader.text("id"),
        rank=reader.integer("rank"),
        score=score,
        groups=frozenset(reader.texts("groups", MAX_GROUPS)),
        options=_options(reader, score),
        name=reader.optional_text("name"),
        labels=read_labels(reader),
    )
    reader.close()
    return application


def _options(reader: Reader, score: Decimal) -> tuple[FundingOption, ...]:
    if not reader.has("options"):
        if reader.required("amounts"):
            return (FundingOption(FULL, _amounts(reader), score),)
        return ()
    if reader.has("amounts"):
        reader.wrong("amounts", "both", "Un dossier a des montants ou des options, pas les deux.")
    options = tuple(_option(item, where, reader.notes, score) for where, item in reader.items("options", MAX_OPTIONS))
    if not options:
        reader.wrong("options", "empty", "Une option au moins est attendue.")
    if len({option.id for option in options}) != len(options):
        reader.wrong("options", "duplicate", "Deux options ont le même identifiant.")
    return options


def _option(value: Any, where: str, notes: Notes, score: Decimal) -> FundingOption:
    reader = Reader(value, where, notes)
    reader.required("amounts")
    option = FundingOption(reader.text("id"), _amounts(reader), reader.points("value") if reader.has("value") else score)
    reader.close()
    return option


def _amounts(reader: Reader) -> dict[str, int]:
    return {line: checked_integer(cents, where, reader.notes, 0) for line, where, cents in reader.entries("amounts", MAX_LINES)}


def read_labels(reader: Reader) -> dict[str, str]:
    return {group: checked_text(label, where, reader.notes) for group, where, label in reader.entries("labels", MAX_LABELS)}
