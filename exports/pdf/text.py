"""Typed text made safe for reportlab's mini-markup: the document shows it literally, whatever it holds."""

import re
from xml.sax.saxutils import escape

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# What the font lacks, in what it has.
_SUBSTITUTES = str.maketrans({"\u2011": "-", "\u202f": "\u00a0", "\u2028": "\n", "\u2029": "\n", "\t": " "})
PARAGRAPH_LIMIT = 3000  # reportlab breaks lines in quadratic time: longer text is cut in several paragraphs


def safe(text: object) -> str:
    """One line of typed text, escaped; line breaks become spaces."""
    return escape(" ".join(_clean(text).split("\n"))).strip()


def paragraphs(text: object) -> list[str]:
    """Typed text as escaped paragraphs of bounded length, one per line that the person typed."""
    pieces = []
    for line in _clean(text).split("\n"):
        line = line.strip()
        while len(line) > PARAGRAPH_LIMIT:
            cut = line.rfind(" ", 0, PARAGRAPH_LIMIT)
            cut = cut if cut > 0 else PARAGRAPH_LIMIT
            pieces.append(escape(line[:cut]))
            line = line[cut:].strip()
        if line:
            pieces.append(escape(line))
    return pieces


def _clean(text: object) -> str:
    return _CONTROL.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n").translate(_SUBSTITUTES))
