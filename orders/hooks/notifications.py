"""Messages that this app sends: to the holder of the lot, who has no account, and to the school."""

import re
from collections.abc import Callable, Iterable

from calls.queries.people import heads_of, team_of
from orders.models import CablingWork, PurchaseOrder
from orders.rules import follows_orders
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.notifications import reach, registry
from portal.notifications.registry import EmailNotification


def _of_school_or_followed(model: type[PurchaseOrder] | type[CablingWork]) -> Callable:
    """An order or works of one's lycée, sent or not: what was written about it; all of them for staff who follow them."""
    return lambda user: model.objects.all() if follows_orders(user) else model.objects.filter(establishment__in=user.establishment_ids)


for _model in (PurchaseOrder, CablingWork):
    reach.register(_model, _of_school_or_followed(_model))
_DOMAIN_DOT = re.compile(r"(?<=[^\W\d_])\.(?=[^\W\d_])")


def spoken(text: str) -> str:
    """Typed text as a message repeats it: no mail program makes a link of it, no line looks like a header."""
    return " ".join(_DOMAIN_DOT.sub(". ", text.replace("://", " : ")).split())


def school_side(establishment: Establishment) -> list[User | str]:
    """The team and the head; the institutional mailbox when nobody has an account."""
    return team_of(establishment) or [establishment.email]


def head_side(establishment: Establishment) -> list[User | str]:
    """The head; the institutional mailbox when no head has an account."""
    return heads_of(establishment) or [establishment.email]


class AboutDocument(EmailNotification):
    """About an order or works; the templates get its lines and its reserves as plain text."""

    def __init__(self, code: str):
        self.template = f"orders/email/{code}"

    def context(self, about: PurchaseOrder | CablingWork, actor: User) -> dict:
        return {
            "school": about.establishment,
            "lot": about.lot,
            "lines": [f"{line.quantity} × {line.label}" for line in about.lines.all()],
            "reserves": [spoken(reserve.text) for reserve in about.reserves.all()],
        }


class ToHolder(AboutDocument):
    """The order itself; its PDF is attached when the message leaves."""

    def recipients(self, about: CablingWork | PurchaseOrder) -> Iterable:
        return [about.lot.supplier.email]


class ToSchool(AboutDocument):
    """What is coming and when."""

    def recipients(self, about: PurchaseOrder | CablingWork) -> Iterable:
        return school_side(about.establishment)


class ToHolderAndHead(AboutDocument):
    """An acceptance or a lifting: the holder receives the outcome, the head keeps a copy."""

    def recipients(self, about: PurchaseOrder | CablingWork) -> Iterable:
        return [about.lot.supplier.email, *head_side(about.establishment)]


class ToThoseWhoKnew(AboutDocument):
    """A cancellation: only those who had received the order hear of it."""

    def recipients(self, about: PurchaseOrder | CablingWork) -> Iterable:
        known = about.sent_at if isinstance(about, PurchaseOrder) else about.ordered_at
        return [about.lot.supplier.email, *school_side(about.establishment)] if known else []


class DeliveryRecorded(ToSchool):
    """A delivery is written down: what is still to come, or the acceptance that it calls for."""

    def context(self, order: PurchaseOrder, actor: User) -> dict:
        delivery = order.deliveries.order_by("-pk").first()
        received = [f"{line.quantity} × {line.order_line.label}" for line in delivery.lines.select_related("order_line")]
        awaited = [f"{line.outstanding_quantity} × {line.label}" for line in order.lines.all() if line.outstanding_quantity]
        return {**super().context(order, actor), "delivery": delivery, "received": received, "awaited": awaited}

    def event_key(self, code: str, order: PurchaseOrder) -> str:
        """One message per delivery note, not per order."""
        return f"{code}:orders.delivery:{order.deliveries.order_by('-pk').values_list('pk', flat=True).first()}"


for code, kind in {
    "order_sent": ToHolder,
    "order_announced": ToSchool,
    "delivery_recorded": DeliveryRecorded,
    "order_accepted": ToHolderAndHead,
    "order_accepted_with_reserves": ToHolderAndHead,
    "reserves_lifted": ToHolderAndHead,
    "order_cancelled": ToThoseWhoKnew,
    "work_ordered": ToHolder,
    "work_announced": ToSchool,
    "work_accepted": ToHolderAndHead,  # with and without reserves: the message says which
    "work_reserves_lifted": ToHolderAndHead,
    "work_cancelled": ToThoseWhoKnew,
}.items():
    registry.add(code, kind(code))
