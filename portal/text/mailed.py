"""Typed text as a message repeats it."""

import re

_DOMAIN_DOT = re.compile(r"(?<=[^\W\d_])\.(?=[^\W\d_])")


def spoken(text: str) -> str:
    """Typed text as a message repeats it: no mail program makes a link of it, no line looks like a header."""
    return " ".join(_DOMAIN_DOT.sub(". ", text.replace("://", " : ")).split())
