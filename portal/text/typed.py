"""What people type or paste, as it is stored: one form for each letter, one sign for a line break, nothing hidden."""

import re
import unicodedata
from dataclasses import dataclass

# Word processors, slides and old systems each have a break of their own; a browser sends two signs for one.
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(" {2,}")
# Marks that shape the signs beside them: between the pictures of one emoji, in scripts that join their letters or run from the right.
_SHAPING = "\u061c\u200c\u200d\u200e\u200f"
_FIRST_SHAPED = "\u0590"  # before it, Latin, Greek, Cyrillic, Armenian: nothing there is shaped by a mark
_FILLERS = "\u034f\u115f\u1160\u2800\u3164\uffa0"  # said to be letters or signs, drawn as nothing


@dataclass(frozen=True)
class Typed:
    """A text as it is stored; `dropped` counts the hidden characters that were taken out of it."""

    text: str
    dropped: int


def as_typed(text: str, *, multiline: bool) -> Typed:
    """The text in NFC, its line breaks as U+000A, without what nobody sees, trimmed.

    Without `multiline`, breaks and tabs become spaces, and spaces are single.
    """
    whole = _BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    shown = whole if whole.isascii() and whole.isprintable() else _without_hidden(whole)
    dropped = len(whole) - len(shown)
    shown = unicodedata.normalize("NFC", shown)  # an accent may now stand beside its letter
    if not multiline:
        shown = _SPACES.sub(" ", shown.replace("\n", " ").replace("\t", " "))
    return Typed(shown.strip(), dropped)


def is_hidden(character: str) -> bool:
    """Whether nobody sees this character, wherever it stands: controls but for line break and tab, halves of a pair, formats (soft hyphen,
    spaces without width, changes of direction, tags), letters that are drawn as nothing. What shapes its neighbours is not of them.
    """
    if character in "\n\t" or character in _SHAPING:
        return False
    return character in _FILLERS or unicodedata.category(character) in ("Cc", "Cf", "Cs") or ord(character) & 0xFFFE == 0xFFFE


def _without_hidden(text: str) -> str:
    """The text without hidden characters, and without the shaping marks that have nothing beside them to shape."""
    kept = [character for character in text if not is_hidden(character)]
    around = ["", *kept, ""]
    return "".join(
        character
        for character, before, after in zip(kept, around, around[2:], strict=False)
        if character not in _SHAPING or _is_shaped(before) or _is_shaped(after)
    )


def _is_shaped(character: str) -> bool:
    return character >= _FIRST_SHAPED and character not in _SHAPING and unicodedata.category(character)[0] in "LMS"
