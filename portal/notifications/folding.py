"""The text of a message as it leaves: folded for the readers that fold nothing. What is kept and shown on the screen is not."""

import textwrap

WIDTH = 76  # signs: the line that every mail reader shows, « > » of two answers included (RFC 5322 asks for 78 at most)


def folded(text: str) -> str:
    """The same text, each line of `WIDTH` signs at most. A word, an address or what an unbreakable space holds together is never cut."""
    return "\n".join("\n".join(_fold(line)) for line in text.split("\n"))


def _fold(line: str) -> list[str]:
    """One line, which is a paragraph or an item of a list in the texts of the portal."""
    hanging = "  " if line.startswith("- ") else ""
    wrapper = textwrap.TextWrapper(
        width=WIDTH, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False, expand_tabs=False, replace_whitespace=False
    )
    return wrapper.wrap(line) or [""]
