"""Identifiers of things (serial numbers, numbers of notes and invoices) as two of them are compared. Pure."""

import re
import unicodedata

HYPHEN = "-"
# Every hyphen, dash and minus of Unicode: what a keyboard, a word processor or a PDF writes for one.
_HYPHENS = re.compile(r"[\u002d\u058a\u05be\u2010-\u2015\u2043\u207b\u208b\u2212\u2e3a\u2e3b\u30a0\ufe58\ufe63\uff0d]")


def compared(identifier: str) -> str:
    """An identifier without what eyes do not tell apart: width and ligatures (NFKC), case, spaces, invisible signs, kind of hyphen.

    Two identifiers name one thing when these forms are equal. Empty for what shows nothing. Applied twice, it changes nothing more.
    """
    plain = _HYPHENS.sub(HYPHEN, unicodedata.normalize("NFKC", identifier))
    folded = unicodedata.normalize("NFKC", plain.casefold())
    return "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))
