"""The HTML part of a mail, made from its plain text: the words are written once, and the two parts say the same (docs/adr/0058).

Only addresses of the portal become links: a text that somebody typed makes none.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.template.loader import render_to_string

TEMPLATE = "notifications/mail.html"
FOOTER_BEGINS = "Préau, portail des appels à projets"  # first words of notifications/email/footer.txt
_BLANK = re.compile(r"\n\s*\n")
_ADDRESS = re.compile(r"https?://[^\s<>«»\"]+")
_AFTER = ".,;:!?)"  # signs that end a sentence, not an address
_ITEM = "- "


@dataclass(frozen=True)
class LinePart:
    """Words, or an address of the portal, of one line."""

    text: str
    is_link: bool = False


@dataclass(frozen=True)
class Line:
    pieces: tuple[LinePart, ...]


@dataclass(frozen=True)
class Block:
    """A paragraph with its line breaks, a list, or what the mail leads to: the words of a button, and its address in full."""

    lines: list[Line] = field(default_factory=list)
    is_list: bool = False
    label: str = ""
    address: str = ""

    @cached_property
    def is_button(self) -> bool:
        return bool(self.label)


def html_of(subject: str, text: str) -> str:
    """The HTML part of a mail. `text` is its plain part, before it is folded."""
    body, footer = _parted(text)
    context = {"subject": subject, "blocks": blocks_of(body), "footer": blocks_of(footer, buttons=False)}
    return render_to_string(TEMPLATE, context)


def blocks_of(text: str, *, buttons: bool = True) -> list[Block]:
    """The blocks of a text, in its order. Nothing is added to its words, nothing is left out."""
    blocks: list[Block] = []
    for paragraph in _BLANK.split(text.strip("\n")):
        lines = [line.rstrip() for line in paragraph.split("\n") if line.strip()]
        button = _button(lines[0]) if buttons and len(lines) == 1 else None
        blocks += [button] if button else _runs(lines)
    return blocks


def _parted(text: str) -> tuple[str, str]:
    """What the message says, and what every message ends with."""
    at = text.find(f"\n{FOOTER_BEGINS}")
    return (text, "") if at < 0 else (text[:at], text[at:])


def _runs(lines: list[str]) -> list[Block]:
    """Items that follow each other are one list, other lines one paragraph."""
    blocks: list[Block] = []
    for line in lines:
        is_item = line.startswith(_ITEM)
        if not blocks or blocks[-1].is_list != is_item:
            blocks.append(Block(is_list=is_item))
        blocks[-1].lines.append(Line(_pieces(line.removeprefix(_ITEM))))
    return blocks


def _button(line: str) -> Block | None:
    """« Le dossier : https://… » alone in its paragraph is what the mail leads to."""
    pieces = _pieces(line)
    if len(pieces) != 2 or not pieces[1].is_link or not pieces[0].text.rstrip().endswith(":"):
        return None
    return Block(label=pieces[0].text.rstrip().removesuffix(":").rstrip(), address=pieces[1].text)


def _pieces(line: str) -> tuple[LinePart, ...]:
    found, at = [], 0
    for match in _ADDRESS.finditer(line):
        address = match.group().rstrip(_AFTER)
        if not _is_ours(address):
            continue
        found += [LinePart(line[at : match.start()]), LinePart(address, is_link=True)]
        at = match.start() + len(address)
    return tuple(piece for piece in (*found, LinePart(line[at:])) if piece.text)


def _is_ours(address: str) -> bool:
    return address == settings.BASE_URL or address.startswith((f"{settings.BASE_URL}/", f"{settings.BASE_URL}?"))
