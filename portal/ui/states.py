"""How each state looks: one level and one icon, in one place. Red tells a delay or an error, never a refusal."""

from typing import NamedTuple


class Look(NamedTuple):
    level: str
    icon: str


ACTIVE, WAITING, DONE, NEUTRAL = (
    Look("accent", "arrow-path"),
    Look("warn", "clock"),
    Look("ok", "check-circle"),
    Look("neutral", "minus-circle"),
)
DRAFT = Look("warn", "pencil-square")
CLOSED = Look("neutral", "lock-closed")
CANCELLED = Look("neutral", "no-symbol")

LOOKS: dict[str, dict[str, Look]] = {
    "call": {
        "draft": DRAFT,
        "published": Look("ok", "megaphone"),
        "instruction": Look("accent", "clipboard-document-check"),
        "assessment": Look("accent", "scale"),
        "deliberation": Look("accent", "chat-bubble-left-right"),
        "voted": Look("accent", "hand-raised"),
        "released": DONE,
        "archived": Look("neutral", "archive-box"),
        "withdrawn": CANCELLED,
    },
    "application": {
        "draft": DRAFT,
        "awaiting_approval": WAITING,
        "submitted": Look("accent", "paper-airplane"),
        "admissible": DONE,
        "inadmissible": CANCELLED,
        "assessed": Look("accent", "scale"),
        "decided": Look("accent", "flag"),
        "accepted_by_school": DONE,
        "declined_by_school": NEUTRAL,
        "closed": CLOSED,
        "withdrawn": CANCELLED,
    },
    "assessment": {
        "assigned": WAITING,
        "in_progress": DRAFT,
        "submitted": DONE,
        "reopened": Look("warn", "arrow-uturn-left"),
        "recused": Look("neutral", "no-symbol"),
    },
    "selectionsession": {
        "prepared": WAITING,
        "open": Look("accent", "chat-bubble-left-right"),
        "closed": CLOSED,
        "minutes_signed": DONE,
    },
    "fundingdecision": {
        "proposed": Look("warn", "clock"),
        "voted": Look("accent", "hand-raised"),
        "released": DONE,
    },
    "purchaseorder": {
        "draft": DRAFT,
        "approved": Look("accent", "check"),
        "sent": Look("accent", "paper-airplane"),
        "acknowledged": Look("accent", "hand-thumb-up"),
        "partly_delivered": Look("accent", "truck"),
        "delivered": Look("warn", "truck"),
        "accepted": DONE,
        "accepted_with_reserves": Look("warn", "exclamation-triangle"),
        "invoiced": Look("accent", "banknotes"),
        "closed": CLOSED,
        "cancelled": CANCELLED,
    },
    "cablingwork": {
        "requested": WAITING,
        "surveyed": Look("accent", "eye"),
        "quoted": Look("accent", "document-text"),
        "ordered": Look("accent", "paper-airplane"),
        "in_progress": Look("accent", "wrench-screwdriver"),
        "pre_acceptance": Look("warn", "clipboard-document-check"),
        "accepted": DONE,
        "accepted_with_reserves": Look("warn", "exclamation-triangle"),
        "reserves_lifted": DONE,
        "closed": CLOSED,
        "cancelled": CANCELLED,
    },
    "job": {
        "queued": WAITING,
        "running": ACTIVE,
        "done": DONE,
        "failed": Look("err", "exclamation-circle"),
        "cancelled": CANCELLED,
    },
}
OUTCOMES: dict[str, Look] = {
    "awarded": Look("ok", "flag"),
    "partly_awarded": Look("ok", "flag"),
    "reserve": Look("warn", "pause-circle"),
    "rejected": NEUTRAL,
}


# States that somebody outside the Région reads under the same words look the same too: a colour must not tell what the word hides.
OUTSIDE: dict[str, dict[str, str]] = {"application": {"assessed": "admissible"}}


def look_of(obj, *, outside: bool = False) -> Look:
    """The look of an object's present state; neutral for a state that the table does not know. `outside`: as a school sees it."""
    model = obj._meta.model_name
    state = OUTSIDE.get(model, {}).get(obj.state, obj.state) if outside else obj.state
    return LOOKS.get(model, {}).get(state, NEUTRAL)
