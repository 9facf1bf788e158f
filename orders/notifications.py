"""Messages that this app sends: to the holder of the lot, who has no account, and to the school."""

import re
from collections.abc import Iterable

from portal.accounts.enums import SCHOOL_ROLES, Role
from portal.accounts.models import RoleGrant, User
from portal.notifications import registry
from portal.notifications.registry import EmailNotification

_DOMAIN_DOT = re.compile(r"(?<=[^\W\d_])\.(?=[^\W\d_])")


def spoken(text: str) -> str:
    """Typed text as a message repeats it: no mail program makes a link of it, no line looks like a header."""
    return " ".join(_DOMAIN_DOT.sub(". ", text.replace("://", " : ")).split())


def people_at(establishment, *roles: str) -> list[User]:
    """Active accounts that hold one of `roles` at a school today."""
    grants = RoleGrant.objects.in_force().filter(establishment=establishment, role__in=roles)
    return list(User.objects.filter(is_active=True, pk__in=grants.values("user")).order_by("pk"))


def school_side(establishment) -> list[User | str]:
    """The team and the head; the institutional mailbox when nobody has an account."""
    return people_at(establishment, *SCHOOL_ROLES) or [establishment.email]


def heads_of(establishment) -> list[User | str]:
    return people_at(establishment, Role.HEAD) or [establishment.email]


class AboutDocument(EmailNotification):
    """About an order or works; the templates get its lines and its reserves as plain text."""

    def context(self, about, actor) -> dict:
        return {
            "school": about.establishment,
            "lot": about.lot,
            "lines": [f"{line.quantity} × {line.label}" for line in about.lines.all()],
            "reserves": [spoken(reserve.text) for reserve in about.reserves.all()],
        }


@registry.register("order_sent")
class OrderSent(AboutDocument):
    """The order, to the holder of the lot; its PDF is attached when the message leaves."""

    template = "orders/email/order_sent"

    def recipients(self, order) -> Iterable:
        return [order.lot.supplier.email]


@registry.register("order_announced")
class OrderAnnounced(AboutDocument):
    """What is coming and when, to the school."""

    template = "orders/email/order_announced"

    def recipients(self, order) -> Iterable:
        return school_side(order.establishment)


@registry.register("delivery_recorded")
class DeliveryRecorded(AboutDocument):
    """A delivery is written down: to the school, with what is still to come or the acceptance that it calls for."""

    template = "orders/email/delivery_recorded"

    def recipients(self, order) -> Iterable:
        return school_side(order.establishment)

    def context(self, order, actor) -> dict:
        delivery = order.deliveries.order_by("-pk").first()
        received = [f"{line.quantity} × {line.order_line.label}" for line in delivery.lines.select_related("order_line")]
        awaited = [f"{line.outstanding_quantity} × {line.label}" for line in order.lines.all() if line.outstanding_quantity]
        return {**super().context(order, actor), "delivery": delivery, "received": received, "awaited": awaited}

    def event_key(self, code, order) -> str:
        """One message per delivery note, not per order."""
        return f"{code}:orders.delivery:{order.deliveries.order_by('-pk').values_list('pk', flat=True).first()}"


class Acceptance(AboutDocument):
    """To the holder, who is told the outcome, and to the head, who keeps it."""

    def recipients(self, about) -> Iterable:
        return [about.lot.supplier.email, *heads_of(about.establishment)]


@registry.register("order_accepted")
class OrderAccepted(Acceptance):
    template = "orders/email/order_accepted"


@registry.register("order_accepted_with_reserves")
class OrderAcceptedWithReserves(Acceptance):
    template = "orders/email/order_accepted_with_reserves"


@registry.register("reserves_lifted")
class ReservesLifted(Acceptance):
    template = "orders/email/reserves_lifted"


@registry.register("order_cancelled")
class OrderCancelled(AboutDocument):
    """Only those who had received the order hear that it is cancelled."""

    template = "orders/email/order_cancelled"

    def recipients(self, order) -> Iterable:
        return [order.lot.supplier.email, *school_side(order.establishment)] if order.sent_at else []


@registry.register("work_ordered")
class WorkOrdered(AboutDocument):
    """The service order, to the holder of the lot; its PDF is attached when the message leaves."""

    template = "orders/email/work_ordered"

    def recipients(self, work) -> Iterable:
        return [work.lot.supplier.email]


@registry.register("work_announced")
class WorkAnnounced(AboutDocument):
    template = "orders/email/work_announced"

    def recipients(self, work) -> Iterable:
        return school_side(work.establishment)


@registry.register("work_accepted")
class WorkAccepted(Acceptance):
    """Same message for both outcomes of the reception: it says which."""

    template = "orders/email/work_accepted"


@registry.register("work_reserves_lifted")
class WorkReservesLifted(Acceptance):
    template = "orders/email/work_reserves_lifted"


@registry.register("work_cancelled")
class WorkCancelled(AboutDocument):
    """Only when the service order had been issued."""

    template = "orders/email/work_cancelled"

    def recipients(self, work) -> Iterable:
        return [work.lot.supplier.email, *school_side(work.establishment)] if work.ordered_at else []
