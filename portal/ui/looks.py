"""How a state looks: one level and one icon. Each enum of states says its own, beside its labels (`<enum>.LOOKS`).

Red tells a delay or an error, never a refusal.
"""

from typing import Any, NamedTuple, Protocol


class Stateful(Protocol):
    """A record that a state machine drives, whatever its app."""

    State: Any  # the enum of its states

    @property
    def state(self) -> Any: ...

    def get_state_display(self) -> str: ...


class Decided(Protocol):
    """A record that has an outcome, or none yet."""

    @property
    def outcome(self) -> str: ...

    @property
    def outcome_look(self) -> "Look": ...

    def get_outcome_display(self) -> str: ...


class Look(NamedTuple):
    level: str  # ok, warn, err, info, accent or neutral
    icon: str


ACTIVE = Look("accent", "arrow-path")
WAITING = Look("warn", "clock")
DONE = Look("ok", "check-circle")
NEUTRAL = Look("neutral", "minus-circle")
DRAFT = Look("warn", "pencil-square")
CLOSED = Look("neutral", "lock-closed")
CANCELLED = Look("neutral", "no-symbol")


def look_of(obj: Stateful, *, outside: bool = False) -> Look:
    """The look of an object's present state, from `LOOKS` of its enum `State`; KeyError for a state without look.

    `outside`: as somebody outside the Région sees it. States read there under the same words look the same too
    (`SEEN_OUTSIDE_AS` of the enum): a colour must not tell what the word hides.
    """
    state = obj.State(obj.state)
    if outside:
        state = getattr(obj.State, "SEEN_OUTSIDE_AS", {}).get(state, state)
    return obj.State.LOOKS[state]
