"""The acts on an order or on works that have a page of their own, as the page of the document offers them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from orders.models import CablingWork, PurchaseOrder
from portal.accounts.models import User
from portal.workflow.gate import available_transitions
from portal.workflow.views import offered


@dataclass(frozen=True)
class ActLink:
    """An act as the page of the object offers it."""

    label: str
    url: str
    icon: str
    css: str


Pages = dict[str, tuple[tuple[str, ...] | Callable, str, str]]


def links_for(document: PurchaseOrder | CablingWork, user: User, pages: Pages) -> list[ActLink]:
    """The acts that have a page of their own and are possible now: {url name: (transitions, or the rule of an act that moves no state, label, icon)}.

    The first one is the main button, unless the workflow draws one of its own beside.
    """
    drawn = any(not option.custom.get("danger") for option in available_transitions(document, user))
    possible = [(name, label, icon) for name, (names, label, icon) in pages.items() if _open(document, user, names)]
    return [
        ActLink(label, reverse(f"orders:{name}", args=[document.number]), icon, "btn-outline-primary" if drawn or rank else "btn-primary")
        for rank, (name, label, icon) in enumerate(possible)
    ]


def _open(document: PurchaseOrder | CablingWork, user: User, act: tuple[str, ...] | Callable) -> bool:
    return act(document, user) if callable(act) else offered(document, user, *act)
