"""The strands of a deployment (cabling, Wi-Fi, equipment) and the steps of works, in words."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from orders.enums import WIFI_CODES, WorkState
from orders.models import CablingWork, PurchaseOrder
from orders.queries.deployments import Deployment, Milestone
from portal.text.dates import day
from portal.text.french import count, euros

_STEPS = (
    WorkState.REQUESTED,
    WorkState.SURVEYED,
    WorkState.QUOTED,
    WorkState.ORDERED,
    WorkState.IN_PROGRESS,
    WorkState.PRE_ACCEPTANCE,
    WorkState.ACCEPTED,
)
_DONE, _RESERVED, _GOING, _AHEAD = ("ok", "check-circle", "Terminé"), ("warn", "exclamation-triangle", "Réserves"), "En cours", "À venir"


def milestones(deployment: Deployment) -> list[Milestone]:
    """One card per strand that the award holds."""
    cabled = [work for work in deployment.works if _pieces(work, wifi=False)]
    wireless = [work for work in deployment.works if _pieces(work, wifi=True)]
    cards = []
    if cabled:
        cards.append(_works_card("Câblage", "wrench-screwdriver", cabled, wifi=False))
    if wireless:
        cards.append(_works_card("Wi-Fi", "wifi", wireless, wifi=True))
    if deployment.orders:
        cards.append(_orders_card(deployment))
    return cards


def _pieces(work: CablingWork, *, wifi: bool) -> int:
    return sum(line.quantity for line in work.lines.all() if (line.item.item_code in WIFI_CODES) is wifi)


def _works_card(label: str, icon: str, works: list[CablingWork], *, wifi: bool) -> Milestone:
    step = min(_step(work) for work in works)
    level, icon, state = _look(icon, works, begun=any(_step(work) for work in works))
    detail = count(sum(_pieces(work, wifi=wifi) for work in works), "borne" if wifi else "article")
    reserves = sum(len(work.open_reserves) for work in works)
    if reserves:
        detail += f" ; {count(reserves, 'réserve')} à lever"
    elif wifi and state != _DONE[2]:
        detail += ", posées après le câblage"
    return Milestone(label, level, icon, state, _works_headline(works), detail, step, len(_STEPS) - 1)


def _step(work: CablingWork) -> int:
    return len(_STEPS) - 1 if work.is_received else _STEPS.index(work.state)


def _look(icon: str, documents: Iterable, *, begun: bool) -> tuple[str, str, str]:
    documents = list(documents)
    if any(document.open_reserves for document in documents):
        return _RESERVED
    if all(document.accepted_at for document in documents):
        return _DONE
    return ("accent", icon, _GOING) if begun else ("neutral", "clock", _AHEAD)


def _works_headline(works: list[CablingWork]) -> str:
    if all(work.is_received for work in works):
        return f"Reçu le {day(max(work.accepted_at for work in works), year=False)}"
    ahead = min((work for work in works if not work.is_received), key=_step)
    return f"Fin prévue le {day(ahead.due_on, year=False)}" if ahead.ordered_at and ahead.due_on else ahead.get_state_display()


def _orders_card(deployment: Deployment) -> Milestone:
    orders = deployment.orders
    ordered, received = sum(order.quantity for order in orders), sum(order.delivered_quantity for order in orders)
    level, icon, state = _look("truck", orders, begun=any(order.sent_at for order in orders))
    reserves = sum(len(order.open_reserves) for order in orders)
    detail = f"{count(received, 'livré')} sur {ordered}" + (f" ; {count(reserves, 'réserve')} à lever" if reserves else "")
    return Milestone("Équipements", level, icon, state, _orders_headline(orders, received, ordered), detail, received, ordered)


def _orders_headline(orders: Iterable[PurchaseOrder], received: int, ordered: int) -> str:
    if all(order.accepted_at for order in orders):
        return "Tout est réceptionné"
    if received == ordered:
        return "Tout est livré, à réceptionner"
    awaited = [order.due_on for order in orders if order.due_on and order.sent_at and order.delivered_quantity < order.quantity]
    if awaited:
        return f"{'Livraison partielle, suite' if received else 'Livraison'} attendue le {day(min(awaited), year=False)}"
    return "Commandes en préparation"


def steps_of(work: CablingWork) -> list[dict]:
    """The life of works as a vertical frieze: label, detail, status "done", "now" or ""."""
    rows = [
        ("Visite technique", work.surveyed_on, ""),
        ("Devis", None, f"{work.quote_reference}, {euros(work.quote_amount)} HT" if work.quote_amount else ""),
        ("Ordre de service", work.ordered_at, f"fin prévue le {day(work.due_on)}" if work.due_on and work.ordered_at else ""),
        ("Démarrage", work.started_on, f"prévu le {day(work.starts_on)}" if work.starts_on and not work.started_on else ""),
        ("Opérations préalables à la réception", work.pre_accepted_on, ""),
        ("Réception", work.accepted_at, "avec réserves" if work.standing_reserves else "sans réserve"),
        ("Clôture", None, ""),
    ]
    reached = len(rows) if work.state == WorkState.CLOSED else _reached(work)
    return [
        {
            "label": label,
            "detail": _detail(at, note, rank < reached),
            "status": "done" if rank < reached else "now" if rank == reached else "",
        }
        for rank, (label, at, note) in enumerate(rows)
    ]


def _reached(work: CablingWork) -> int:
    return len(_STEPS) - 1 if work.is_received else _STEPS.index(work.state) if work.state in _STEPS else 0


def _detail(at: date | datetime | None, note: str, done: bool) -> str:
    if not done:
        return note if note.startswith("prévu") else ""
    on = timezone.localtime(at).date() if hasattr(at, "hour") else at
    return ", ".join(part for part in (day(on) if on else "", note) if part)
