"""The main menu. Each app registers its entries when it starts (`<app>/navigation.py`, called by `AppConfig.ready`)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from portal.roles import Role

EVERYONE = frozenset({"*"})  # signed in or not
SIGNED_IN = frozenset({"+"})  # any account


@dataclass(frozen=True)
class Entry:
    """One link of the menu."""

    label: str
    url: str  # a path, or the name of a URL
    roles: frozenset[str]
    order: int
    prefix: str

    @property
    def path(self) -> str:
        return str(self.url) if "/" in str(self.url) else reverse(self.url)


@dataclass(frozen=True)
class Link:
    """An entry as one page shows it."""

    label: str
    url: str
    current: str  # the value of aria-current: "page", "true" below that page, or ""


_entries: dict[tuple[str, frozenset[str]], Entry] = {}


def register(label: str, url: str, roles: Iterable[str] = SIGNED_IN, order: int = 50, prefix: str = "") -> None:
    """Add an entry for whoever holds one of `roles` (or EVERYONE, SIGNED_IN).

    `prefix` is the start of the paths on which the entry is the current one; without it, the entry's own path.
    """
    entry = Entry(label, url, frozenset(roles), order, prefix)
    _entries[label, entry.roles] = entry


def links_for(user, path: str) -> list[Link]:
    """The menu of one person on one page. No query for a visitor who is not signed in."""
    held = _held(user)
    shown = sorted((entry for entry in _entries.values() if entry.roles & held), key=lambda entry: (entry.order, entry.label))
    here = max(
        (entry for entry in shown if path.startswith(entry.prefix or entry.path)), key=lambda e: len(e.prefix or e.path), default=None
    )
    return [Link(entry.label, entry.path, _current(entry, here, path)) for entry in shown]


def _held(user) -> frozenset[str]:
    if not user.is_authenticated:
        return EVERYONE
    roles = frozenset(user.roles) | EVERYONE | SIGNED_IN
    return roles | {Role.ADMIN} if user.is_superuser else roles


def _current(entry: Entry, here: Entry | None, path: str) -> str:
    if entry is not here:
        return ""
    return "page" if path == entry.path else "true"
