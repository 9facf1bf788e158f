"""The spaces that French sets before and after its signs, so that a line never breaks there. Pure."""

import re

from portal.text.french import NBSP

_SPACE_BEFORE = re.compile(r"[ \u202f]+(?=[:;?!»€%])")
_SPACE_AFTER = re.compile(r"(?<=«)[ \u202f]+")
_HOUR = re.compile(r"(?<=\d) h (?=\d\d)|(?<=\d) h\b")
_THOUSANDS = re.compile(r"(?<=\d)[ \u202f](?=\d{3}(?!\d))")
_NUMERO = re.compile(r"\b([Nn]°|p\.|M\.|MM\.) (?=\S)")
_TAG = re.compile(r"(<[^>]*>)")


def typo(text: str, *, html: bool = False) -> str:
    """Replace the spaces that French keeps with their neighbour by U+00A0; with `html`, tags are left alone.

    Only existing spaces change, so that addresses, entities and code are safe.
    """
    if html:
        return "".join(part if part.startswith("<") else typo(part) for part in _TAG.split(text))
    text = _SPACE_BEFORE.sub(NBSP, text)
    text = _SPACE_AFTER.sub(NBSP, text)
    text = _HOUR.sub(lambda found: found.group().replace(" ", NBSP), text)
    text = _NUMERO.sub(lambda found: f"{found.group(1)}{NBSP}", text)
    return _THOUSANDS.sub(NBSP, text)
