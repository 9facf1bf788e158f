"""What a release sends and to whom, shown before it is confirmed. Higher apps add their own part: letters, results page, orders."""

from collections.abc import Callable
from dataclasses import dataclass

from calls.models import Call


@dataclass(frozen=True)
class Effect:
    """One kind of thing that the release makes: how many, of what, and a sentence."""

    label: str
    count: int | None
    detail: str = ""


_providers: dict[str, tuple[int, Callable]] = {}


def register(key: str, provider: Callable, order: int = 50) -> None:
    """Add or replace what is shown under `key` ("letters", "results", "orders"…).

    `provider(call) -> list[Effect]` reads the voted decisions of the call, at a cost that does not grow with them, and writes nothing.
    """
    _providers[key] = (order, provider)


def effects_of(call: Call) -> list[Effect]:
    """Everything that the release of this call makes, in order."""
    ordered = sorted(_providers.items(), key=lambda item: (item[1][0], item[0]))
    return [effect for _, (_, provider) in ordered for effect in provider(call)]
