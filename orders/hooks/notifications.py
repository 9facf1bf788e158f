"""Messages that this app sends: to the holder of the lot, who has no account, and to the school."""

import re
from collections.abc import Callable, Iterable

from django.utils import timezone

from calls.queries.people import heads_of, team_of
from orders import rules
from orders.models import CablingWork, PurchaseOrder
from portal.accounts.models import RoleGrant, User
from portal.directory.models import Establishment
from portal.notifications import reach, registry
from portal.notifications.registry import EmailNotification
from portal.roles import Role
from scoring.models import FundingDecision


def _of_school_or_followed(model: type[PurchaseOrder] | type[CablingWork]) -> Callable:
    """An order or works of one's lycée, sent or not: what was written about it; all of them for staff who follow them."""
    return lambda user: (
        model.objects.all() if rules.follows_orders(user) else model.objects.filter(establishment__in=user.establishment_ids)
    )


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


def _holders_of(roles: Iterable[Role]) -> list[User]:
    grants = RoleGrant.objects.in_force().filter(role__in=roles, user__is_active=True)
    return [grant.user for grant in grants.select_related("user").order_by("pk")]


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


class ClosedOut(ToThoseWhoKnew):
    """An early end: what came, line by line."""

    def context(self, about: PurchaseOrder, actor: User) -> dict:
        kept = [f"{line.kept_quantity} × {line.label}, sur {line.quantity} commandés" for line in about.lines.all()]
        return {**super().context(about, actor), "kept": kept}


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


class ExcessAuthorised(EmailNotification):
    """Orders may engage more than the vote: every finance officer and orders officer hears who allowed it. Each time is announced."""

    template = "orders/email/excess_authorised"

    def recipients(self, decision: FundingDecision) -> list[User]:
        return _holders_of(rules.TOLD_OF_EXCESS)

    def context(self, decision: FundingDecision, actor: User) -> dict:
        return {"application": decision.application, "school": decision.application.establishment}

    def event_key(self, code: str, decision: FundingDecision) -> str:
        return f"{code}:{decision.pk}:{timezone.now():%Y%m%d%H%M%S%f}"


class InvoicingReopened(AboutDocument):
    """What was invoiced, or closed, is open again: every finance officer and orders officer hears who did it. Each time is announced."""

    def recipients(self, about: PurchaseOrder | CablingWork) -> list[User]:
        return _holders_of(rules.TOLD_OF_INVOICING)

    def event_key(self, code: str, about: PurchaseOrder | CablingWork) -> str:
        return f"{code}:{about._meta.label_lower}:{about.pk}:{timezone.now():%Y%m%d%H%M%S%f}"


registry.add("excess_authorised", ExcessAuthorised())

for code, kind in {
    "order_sent": ToHolder,
    "order_announced": ToSchool,
    "delivery_recorded": DeliveryRecorded,
    "order_accepted": ToHolderAndHead,
    "order_accepted_with_reserves": ToHolderAndHead,
    "reserves_lifted": ToHolderAndHead,
    "order_cancelled": ToThoseWhoKnew,
    "order_closed_out": ClosedOut,
    "invoicing_reopened": InvoicingReopened,
    "work_ordered": ToHolder,
    "work_announced": ToSchool,
    "work_accepted": ToHolderAndHead,  # with and without reserves: the message says which
    "work_reserves_lifted": ToHolderAndHead,
    "work_cancelled": ToThoseWhoKnew,
}.items():
    registry.add(code, kind(code))
