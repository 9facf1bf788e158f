"""The reasons of a call: why the Région or a lycée turns something down, said in the same words each time. No model is imported.

They are kept by the call as a list of {"key", "label", "sentence", "uses", "active"}. An act keeps the words that it was given with: a reason that is
rewritten changes nothing for those who have read it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from calls.enums import ReasonUse
from calls.shipped.reasons import OF_MODELS, USUAL

MOST_REASONS = 60
NOT_RECEIVED = "sans-reponse"  # the key of the one that no lycée can be told before the day that it was given
LONGEST_LABEL, LONGEST_SENTENCE = 80, 600


@dataclass(frozen=True)
class CallReason:
    """One reason of the list: `label` is what staff choose by, `sentence` what the other side reads."""

    key: str
    label: str
    sentence: str
    uses: tuple[str, ...] = ()
    is_active: bool = True

    @property
    def uses_in_words(self) -> str:
        return ", ".join(ReasonUse(use).label.lower() for use in self.uses)


@dataclass(frozen=True)
class Wording:
    """What was given with an act: reasons of the list, and what was typed beside them or in their place."""

    chosen: tuple[CallReason, ...] = ()
    precision: str = ""

    @property
    def text(self) -> str:
        """What the other side reads, one sentence a line."""
        return "\n".join(filter(None, [*(reason.sentence for reason in self.chosen), self.precision]))

    @classmethod
    def read(cls, text: str, kept: list[dict[str, str]]) -> "Wording":
        """What was said as `text` with the reasons `kept`: the precision is what is left of it."""
        chosen = tuple(CallReason(each["key"], each["label"], each["sentence"]) for each in kept)
        return cls(chosen, text.removeprefix(cls(chosen).text).strip() if chosen else text)

    @property
    def kept(self) -> list[dict[str, str]]:
        """The reasons with their words, as an act keeps them."""
        return [{"key": reason.key, "label": reason.label, "sentence": reason.sentence} for reason in self.chosen]


NOTHING_SAID = Wording()


def said_as(wording: Wording) -> dict[str, Any]:
    """A wording as JSON keeps it."""
    return {"chosen": wording.kept, "precision": wording.precision}


def wording_of(said: Mapping[str, Any]) -> Wording:
    """The inverse of `said_as`."""
    chosen = tuple(CallReason(each["key"], each["label"], each["sentence"]) for each in said["chosen"])
    return Wording(chosen, said["precision"])


def default_reasons() -> list[dict]:
    """The list that comes with the portal, with which every call begins."""
    return [dict(raw) for raw in USUAL]


def shipped_reasons(model: str) -> list[dict]:
    """The same with what a shipped model (its key) adds."""
    return [*default_reasons(), *(dict(raw) for raw in OF_MODELS.get(model, ()))]


def reasons_in(raw: object) -> list[CallReason]:
    """The reasons that a call keeps, in their order."""
    return [_reason(each) for each in raw if isinstance(each, Mapping)] if isinstance(raw, list) else []


def _reason(raw: Mapping) -> CallReason:
    uses = tuple(use for use in raw.get("uses", ()) if use in ReasonUse.values)
    return CallReason(str(raw.get("key", "")), str(raw.get("label", "")), str(raw.get("sentence", "")), uses, bool(raw.get("active", True)))


def offered_for(raw: object, *uses: str, but: Collection[str] = ()) -> list[CallReason]:
    """Those that may be given with an act of one of these uses; `but`: keys of those that would not be true of this file."""
    return [reason for reason in reasons_in(raw) if reason.is_active and set(uses) & set(reason.uses) and reason.key not in but]


def worded(raw: object, keys: Iterable[str], precision: str = "") -> Wording:
    """What these keys say now, in the order of the list. A key that the list no longer has says nothing."""
    wanted = set(keys)
    return Wording(tuple(reason for reason in reasons_in(raw) if reason.key in wanted), precision)
