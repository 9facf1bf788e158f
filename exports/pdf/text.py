"""Typed text made safe for reportlab's mini-markup, and drawable by the font: the document shows it literally, and whole."""

import re
import unicodedata
from xml.sax.saxutils import escape

from exports.pdf.fonts import drawable

PARAGRAPH_LIMIT = 3000  # reportlab breaks lines in quadratic time: longer text is cut in several paragraphs
UNBROKEN, LINE = "\u00a0", "\n"
# What people paste from an office suite, a Mac or a page of the web and the font lacks, in what it has. Code points of the private area
# are the signs of Word's Symbol and Wingdings fonts.
_INSTEAD = {
    "\u00a0\u2007\u2009\u200a\u202f": UNBROKEN,  # spaces of French typography: no line is cut there
    "\n\x0b\x0c\x85\u2028\u2029": LINE,
    "\u2010\u2011\u2043\u02d7\ufe63\uff0d": "-",
    "\u2015\u2e3a\u2e3b\u2501": "—",
    "\u201f\u301d\u301e\u301f": "”",
    "\u201b\u02bc\u02b9": "’",
    "\u25cf\u25cb\u25e6\u2219\u26ab\u26aa\u2b24\uf0b7\uf06c\uf09f\uf0a1": "•",
    "\u25aa\u25fc\u25fe\u2b1b\u25a0\uf06e\uf0a7": "■",
    "\u25ab\u25fb\u25fd\u25a1\u2b1c\u2751\u2752\u274f\u2750\uf0a8\uf06f\uf071\uf072\uf0a3": "☐",
    "\u2705\u2714\uf0fc": "✓",
    "\u2611\uf0fe": "☑",
    "\u2612\u274e\uf0fd": "[×]",
    "\u2715\u2716\u2717\u2718\u274c\uf0fb": "×",
    "\u21d2\u21e8\u27a1\u2192\u2794\u2799\u279c\u279d\u279e\u27f6\u27f9\u2b95\uf0e0\uf0e8\uf0f0": "→",
    "\u21d0\u21e6\u2b05\u27f5\u27f8\uf0df\uf0e7": "←",
    "\u21d1\u2b06": "↑",
    "\u21d3\u2b07": "↓",
    "\u2194\u21d4\u27f7\u27fa\u2b0c": "←→",
    "\u2023\u25b6\u25b8\u25ba\u27a2\u27a4\u27a3\uf0d8": "▶",
    "\u25c4\u25c2": "◀",
    "\u2b50\u2605\u2606\u2726\u2727\uf0ab": "*",
    "\u2756\uf076\uf075\u25c7\u25c6": "◊",
    "\u2243\u2245\u223c": "≈",
    "\u2a7d\u2266": "≤",
    "\u2a7e\u2267": "≥",
    "\u2205": "Ø",
    "\u22c5\u30fb": "·",
    "\u26a0": "[!]",
}
_DROPPED = {"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Mc"}  # nothing to see by itself: controls, joiners, marks that the font lacks


class _Drawn(dict):
    """What stands for each character, worked out once: `text.translate(_Drawn())`."""

    def __missing__(self, code: int) -> str:
        self[code] = _drawn(chr(code))
        return self[code]


def _drawn(sign: str) -> str:
    """A character in signs that the font has: itself, what it is made of, or its number between brackets."""
    category = unicodedata.category(sign)
    if "\x80" <= sign <= "\x9f":  # a Windows-1252 sign taken for a control
        return bytes([ord(sign)]).decode("cp1252", "ignore")
    if category == "Zs" or sign == "\t":
        return " "
    parts = unicodedata.normalize("NFKD", sign)
    if sign in drawable() and not (category.startswith("L") and len(parts) > 1 and parts.isascii()):
        return "" if category == "Cf" else sign
    if category in _DROPPED or parts != sign:
        return "".join(_drawn(part) for part in parts) if parts != sign else ""
    return f"[U+{ord(sign):04X}]"


_SIGNS = _Drawn({ord(sign): instead for signs, instead in _INSTEAD.items() for sign in signs})
_CARRIAGE = re.compile(r"\r\n?")


def printable(text: object) -> str:
    """Any text as every paper draws it: composed, in signs that the font has, nothing invisible; line breaks are `\\n`.

    Extracted from the document, it is what is read there.
    """
    return unicodedata.normalize("NFC", _CARRIAGE.sub(LINE, str(text))).translate(_SIGNS)


def safe(text: object) -> str:
    """One line of typed text, escaped; line breaks become spaces."""
    return escape(" ".join(printable(text).split(LINE))).strip()


def paragraphs(text: object) -> list[str]:
    """Typed text as escaped paragraphs of bounded length, one per line that the person typed."""
    pieces = []
    for line in printable(text).split(LINE):
        line = line.strip()
        while len(line) > PARAGRAPH_LIMIT:
            cut = line.rfind(" ", 0, PARAGRAPH_LIMIT)
            cut = cut if cut > 0 else PARAGRAPH_LIMIT
            pieces.append(escape(line[:cut]))
            line = line[cut:].strip()
        if line:
            pieces.append(escape(line))
    return pieces
