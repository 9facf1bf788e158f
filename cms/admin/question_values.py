"""Values of the editor's blocks as the definition of a form writes them (calls.questionnaire)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.text import slugify
from wagtail.blocks import StructValue


class Keys:
    """Stable slugs, each used once."""

    def __init__(self):
        self.taken: set[str] = set()

    def keep(self, key: str) -> None:
        if key:
            self.taken.add(key)

    def of(self, key: str, label: str) -> str:
        """`key` as it is, or a free one made from the label."""
        if key:
            return key
        base = slugify(label)[:50] or "question"
        key, rank = base, 2
        while key in self.taken:
            key, rank = f"{base}-{rank}", rank + 1
        self.taken.add(key)
        return key


def offered(choices: Iterable[StructValue]) -> list[dict]:
    """What a question offers to choose from: {"value", "label"} in order."""
    keys = Keys()
    for choice in choices:
        keys.keep(choice["value"])
    return [{"value": keys.of(choice["value"], choice["label"]), "label": choice["label"].strip()} for choice in choices]


def column_of(value: StructValue, keys: Keys) -> dict:
    """A column of a group. What it may offer is kept only where its kind is a choice."""
    column = {
        "key": keys.of(value["key"], value["label"]),
        "kind": value["kind"],
        "label": value["label"].strip(),
        "required": bool(value["required"]),
    }
    return column | ({"choices": offered(value["choices"])} if value["kind"] == "choice" else {})


def amount_text(amount: Decimal | None) -> str | None:
    """Euros as a decimal string with two decimals."""
    return None if amount is None else f"{amount:.2f}"


def iso(value: date | None) -> str | None:
    """A day in ISO form."""
    return None if value is None else value.isoformat()


def given(**options) -> dict:
    """The options that are set."""
    return {name: option for name, option in options.items() if option is not None}
