"""A page as the guards read it: quickly, since they read every page of the suite."""

import re

from lxml import html

# A raw text, whose markup is nobody's; a tag, whose values may hold « > »; what stands between tags.
PIECES = re.compile(
    r"""(<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)\s*>)|(<(?:[^<>"']|"[^"]*"|'[^']*')*>)|([^<]+|<)""", re.DOTALL | re.IGNORECASE
)
VALUE = re.compile(r"""([\w:.-]+)=("[^"]*"|'[^']*')""")
REFERENCE = re.compile(r"&[#\w]*;?")
# Attributes whose value a guard looks at.
LOOKED_AT = frozenset({"role", "type", "aria-live", "data-hx-swap-oob"})


def skeleton(page: str) -> str:
    """The page without its words: elements, attributes, character references, which `id` are the same. Two pages that have it in common
    have the same faults of markup, or none.
    """
    known: dict[str, int] = {}

    def without_words(match: re.Match) -> str:
        name, value = match.groups()
        if name in LOOKED_AT:
            return match[0]
        if name == "id":
            return f"id={known.setdefault(value, len(known)) if len(value) > 2 else ''}"
        return name + ("=" + "".join(REFERENCE.findall(value)) if "&" in value else "=")

    def reduced(match: re.Match) -> str:
        raw, tag, text = match.groups()
        if tag:
            return VALUE.sub(without_words, tag) if "=" in tag else tag
        if raw or text == "<":
            return match[0]
        return ("x" if text.strip(" \t\r\n\f") else " ") + ("".join(REFERENCE.findall(text)) if "&" in text else "")

    return PIECES.sub(reduced, page)


def tree_of(page: str) -> html.HtmlElement:
    """The elements of a page, or of a fragment of one. A null character, which a reader may have typed, does not end the reading."""
    return html.document_fromstring(page.replace("\0", "\ufffd") or "<p>", parser=_PARSER)


_PARSER = html.HTMLParser(huge_tree=True)
