"""The admissibility lines of a call that a person ticks, file by file: Oui, Non, Sans objet. No model is imported.

They are kept with the lines that a condition decides, as {"key", "label", "ticked": True, "help", "blocking", "reason"}.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calls.questions.reading import text_in

LONGEST_HELP = 600


@dataclass(frozen=True)
class TickedLine:
    """One line. `is_blocking`: a file ticked « Non » is not declared admissible. `reason`: the key of the reason of the call that « Non » gives."""

    key: str
    label: str
    help: str = ""
    is_blocking: bool = True
    reason: str = ""


def is_ticked(raw: Mapping[str, Any]) -> bool:
    """Whether a person ticks this line, rather than a condition."""
    return bool(raw.get("ticked"))


def ticked_in(raw: object) -> list[TickedLine]:
    """The ticked lines that a call keeps, in their order."""
    if not isinstance(raw, list):
        return []
    return [
        TickedLine(text_in(each, "key"), text_in(each, "label"), text_in(each, "help"), bool(each.get("blocking", True)), text_in(each, "reason"))
        for each in raw
        if isinstance(each, Mapping) and is_ticked(each)
    ]  # fmt: skip
