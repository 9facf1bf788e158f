"""What people type or paste, as it is stored: one form for each letter, one sign for a line break, nothing hidden."""

import re
import unicodedata
from dataclasses import dataclass

# Word processors, slides and old systems each have a break of their own; a browser sends two signs for one.
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(" {2,}")
DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they make a text read otherwise than it is stored


@dataclass(frozen=True)
class Typed:
    """A text as it is stored; `dropped` counts the hidden characters that were taken out of it."""

    text: str
    dropped: int


def as_typed(text: str, *, multiline: bool) -> Typed:
    """The text in NFC, its line breaks as U+000A, without control or direction-changing characters, trimmed.

    Without `multiline`, breaks and tabs become spaces, and spaces are single.
    """
    whole = _BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    shown = "".join(character for character in whole if not is_hidden(character))
    dropped = len(whole) - len(shown)
    if not multiline:
        shown = _SPACES.sub(" ", shown.replace("\n", " ").replace("\t", " "))
    return Typed(shown.strip(), dropped)


def is_hidden(character: str) -> bool:
    """Whether nobody sees this character where it stands: controls but for line break and tab, halves of a pair, changes of direction."""
    if character in "\n\t":
        return False
    return character in DIRECTIONS or unicodedata.category(character) in ("Cc", "Cs") or ord(character) & 0xFFFE == 0xFFFE
