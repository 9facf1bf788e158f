"""Where things are in the raw definition of a form, and the keys that they are given. What is returned belongs to the definition at hand."""

import re
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from calls.questions.base import TITLE_KEY, TITLE_LENGTH
from portal.text.folding import fold

Raw = dict[str, Any]
LONGEST_KEY = 50  # of a key that is proposed: room is left for « -2 »
_NO_SIGN = re.compile(r"[^a-z0-9]+")


class EditRefused(ValueError):
    """A change that would leave a form that nobody can fill, or break what depends on something; `sentences` say why, in French."""

    def __init__(self, sentences: list[str]):
        self.sentences = sentences
        super().__init__(" ".join(sentences))


class PartGone(LookupError):
    """The section, question or limit to change is not in the form any more."""


@dataclass(frozen=True)
class Edited:
    """A form after a change: its definition, the key of what was changed, and what was done as a sentence."""

    definition: Raw
    key: str
    said: str


def copied(definition: Raw) -> Raw:
    """A definition to write on, with its list of sections."""
    found = deepcopy(definition) if isinstance(definition, dict) else {}
    found["sections"] = [section for section in found.get("sections") or [] if isinstance(section, dict)]
    for section in found["sections"]:
        section["questions"] = [part for part in section.get("questions") or [] if isinstance(part, dict)]
    return found


def sections_of(definition: Raw) -> list[Raw]:
    """The sections of a form that was `copied`."""
    return definition["sections"]


def limits_of(definition: Raw) -> list[Raw]:
    """The limits, as a list that may be written on."""
    return definition.setdefault("limits", [])


def section_at(definition: Raw, key: str) -> int:
    """Rank of a section, from 0. Raises PartGone."""
    return _rank(sections_of(definition), key)


def limit_at(definition: Raw, key: str) -> int:
    """Rank of a limit, from 0. Raises PartGone."""
    return _rank(limits_of(definition), key)


def _rank(rows: list[Raw], key: str) -> int:
    for rank, row in enumerate(rows):
        if row.get("key") == key:
            return rank
    raise PartGone(key)


def part_at(definition: Raw, key: str) -> tuple[Raw, int]:
    """The section that holds a question or a notice, and its rank there, from 0. Raises PartGone."""
    for section in sections_of(definition):
        for rank, part in enumerate(section["questions"]):
            if part.get("key") == key:
                return section, rank
    raise PartGone(key)


def part_in(definition: Raw, key: str) -> Raw:
    """A question or a notice. Raises PartGone."""
    section, rank = part_at(definition, key)
    return section["questions"][rank]


def parts_of(definition: Raw) -> Iterator[Raw]:
    """Every question and notice, in the order of the form."""
    for section in sections_of(definition):
        yield from section["questions"]


def proposed_key(label: str, taken: Collection[str], fallback: str = "question") -> str:
    """A free key made of a label: « Élèves concernés » gives eleves-concernes, then eleves-concernes-2."""
    base = _NO_SIGN.sub("-", fold(label)).strip("-")[:LONGEST_KEY].strip("-") or fallback
    key, rank = base, 2
    while key in taken:
        key, rank = f"{base}-{rank}", rank + 1
    return key


def keyed(rows: list[Raw], name: str = "key", fallback: str = "choix") -> list[Raw]:
    """The same rows, each with a key: those that have one keep it, the others take a free one from their label."""
    taken = {row[name] for row in rows if row.get(name)}
    found = []
    for row in rows:
        key = row.get(name) or proposed_key(row["label"], taken, fallback)
        taken.add(key)
        found.append(row | {name: key})
    return found


def with_title(definition: Raw) -> Raw:
    """The title of the project is asked by every form: written first where nobody has put it."""
    sections = sections_of(definition)
    if sections and not any(part.get("key") == TITLE_KEY for part in parts_of(definition)):
        title = {"key": TITLE_KEY, "kind": "text", "label": "Titre du projet", "help": "", "required": True, "max_length": TITLE_LENGTH}
        sections[0]["questions"].insert(0, title)
    return definition
