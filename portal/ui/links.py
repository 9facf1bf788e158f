"""Links that higher apps add at the head of a lower app's list: its workbook, the page where its objects are written.

A higher app registers when it starts: `links.register("calls.files", "XLSX", "arrow-down-tray", address)`; the page writes
`{% links_of "calls.files" call=… %}`.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from portal.roles import Person

Address = Callable[..., str]


@dataclass(frozen=True)
class Link:
    """A button at the head of a list."""

    label: str
    icon: str
    css: str  # the kind of button, in the words of Bootstrap
    url: str


@dataclass(frozen=True)
class Offer:
    """What an app registers: the button, and how to find its address."""

    label: str
    icon: str
    css: str
    address: Address


_offers: dict[str, list[Offer]] = defaultdict(list)


def register(place: str, label: str, icon: str, address: Address, css: str = "btn-outline-primary") -> None:
    """Add a link on a list ("calls.files").

    `address(user, **about)` gives its page for this reader and for what the list shows (call="L40-V2"); "" when there is nothing for them.
    """
    _offers[place].append(Offer(label, icon, css, address))


def links_for(place: str, user: Person | AnonymousUser | None, **about: str) -> list[Link]:
    """The links of a list for this reader, in the order of registration."""
    found = [(offer, offer.address(user, **about)) for offer in _offers.get(place, ())]
    return [Link(offer.label, offer.icon, offer.css, url) for offer, url in found if url]
