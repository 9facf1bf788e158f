"""The main menu. Each app registers its entries when it starts (`<app>/navigation.py`, called by `AppConfig.ready`)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from portal.addresses import address
from portal.roles import Person

Predicate = Callable[..., bool]


def everyone(user: Person | AnonymousUser) -> bool:
    """Signed in or not."""
    return True


def signed_in(user: Person | AnonymousUser) -> bool:
    """Any account."""
    return user.is_authenticated


@dataclass(frozen=True)
class MenuEntry:
    """One link of the menu."""

    label: str
    url: str
    shown_to: Predicate
    order: int
    under: str

    @property
    def path(self) -> str:
        return _path(self.url)

    @property
    def prefix(self) -> str:
        """The start of the paths on which the entry is the current one."""
        return _path(self.under or self.url)


def _path(url: str) -> str:
    return url if "/" in url else address(url)


@dataclass(frozen=True)
class MenuLink:
    """An entry as one page shows it."""

    label: str
    url: str
    current: str  # the value of aria-current: "page", "true" below that page, or ""


_entries: dict[tuple[str, str], MenuEntry] = {}


def register(label: str, url: str, shown_to: Predicate = signed_in, order: int = 50, under: str = "") -> None:
    """Add an entry for those of whom `shown_to(user)` is true: a rule of the app's `rules.py`, `everyone` or `signed_in`.

    `url` is the name of an address, or the path of a page of the public site. The entry is the current one on every page below it, or
    below `under` (same form). Rules are asked about people with an account only, and read their roles, which a request loads once.
    """
    _entries[label, url] = MenuEntry(label, url, shown_to, order, under)


def links_for(user: Person | AnonymousUser, path: str) -> list[MenuLink]:
    """The menu of one person on one page. No query for a visitor who is not signed in."""
    shown = sorted(filter(_shown_to(user), _entries.values()), key=lambda entry: (entry.order, entry.label))
    here = max((entry for entry in shown if path.startswith(entry.prefix)), key=lambda entry: len(entry.prefix), default=None)
    return [MenuLink(entry.label, entry.path, _current(entry, here, path)) for entry in shown]


def _shown_to(user: Person | AnonymousUser) -> Callable[[MenuEntry], bool]:
    """Which entries this person reads. A superuser, who may have no role, reads those of the administration."""
    if not user.is_authenticated:
        return lambda entry: entry.shown_to is everyone
    reader = user.as_administrator() if user.is_superuser else user
    return lambda entry: entry.shown_to(reader)


def _current(entry: MenuEntry, here: MenuEntry | None, path: str) -> str:
    if entry is not here:
        return ""
    return "page" if path == entry.path else "true"
