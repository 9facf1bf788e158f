"""The calls that a delegation of signature may name: given by the app that has them, which this room does not know."""

from collections.abc import Callable, Iterable

_offered: list[Callable[[], Iterable[tuple[int, str]]]] = []


def offer_calls(offer: Callable[[], Iterable[tuple[int, str]]]) -> Callable[[], Iterable[tuple[int, str]]]:
    """Decorator: `offer()` gives the calls of the day, by key and title."""
    _offered.append(offer)
    return offer


def calls_offered() -> dict[str, str]:
    """Titles of the calls that may be named today, by key as text."""
    return {str(key): title for offer in _offered for key, title in offer()}
