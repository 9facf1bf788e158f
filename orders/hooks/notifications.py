"""Messages that this app sends: to the holder of the lot, who has no account, and to the school."""

from collections.abc import Callable, Iterable

from django.db.models import Q
from django.utils import timezone

from calls.queries.people import team_of
from orders import rules
from orders.models import CablingWork, Delivery, GoodsReturn, PurchaseOrder
from portal.accounts.models import RoleGrant, User
from portal.accounts.queries import holders_of, signers
from portal.directory.models import Establishment
from portal.journal.queries import last_act
from portal.notifications import reach, registry
from portal.notifications.families import Family
from portal.notifications.registry import EmailNotification
from portal.roles import Role
from portal.signing import SignedAct
from portal.text.mailed import spoken
from scoring.models import FundingDecision


def _of_school_or_followed(model: type[PurchaseOrder] | type[CablingWork]) -> Callable:
    """An order or works of one's lycée, sent or not: what was written about it; for staff, all those that they follow."""
    return lambda user: model.objects.filter(rules.followed(user) | Q(establishment__in=user.establishment_ids))


for _model in (PurchaseOrder, CablingWork):
    reach.register(_model, _of_school_or_followed(_model))


def school_side(establishment: Establishment) -> list[User | str]:
    """The team and the head; the institutional mailbox when nobody has an account."""
    return team_of(establishment) or [establishment.email]


def head_side(document: PurchaseOrder | CablingWork) -> list[User | str]:
    """Who signs its acceptance for the school, heads first; the institutional mailbox when nobody does."""
    found = signers(document.establishment, SignedAct.ACCEPTANCE, document)
    return [signer.user for signer in found] or [document.establishment.email]


def _in_function(roles: Iterable[Role]) -> list[User]:
    return list(holders_of(RoleGrant.objects.in_force().of_roles(*roles)))


class AboutDocument(EmailNotification):
    """About an order or works; the templates get its lines and its reserves as plain text."""

    def __init__(self, code: str):
        self.template = f"orders/email/{code}"

    def event_key(self, code: str, about: PurchaseOrder | CablingWork) -> str:
        """One message per act: what was accepted, taken back and accepted again is told each time."""
        act = last_act(about)
        return f"{super().event_key(code, about)}:{act.pk if act else 0}"

    def context(self, about: PurchaseOrder | CablingWork, actor: User) -> dict:
        return {
            "school": about.establishment,
            "lot": about.lot,
            "lines": [f"{line.quantity} × {line.label}" for line in about.lines.all()],
            "reserves": [spoken(reserve.text) for reserve in about.standing_reserves],
            "open_reserves": [spoken(reserve.text) for reserve in about.open_reserves],
        }


class ToHolder(AboutDocument):
    """The order itself; its PDF is attached when the message leaves."""

    def recipients(self, about: CablingWork | PurchaseOrder) -> Iterable:
        return [about.holder.email]


class ToSchool(AboutDocument):
    """What is coming and when."""

    def recipients(self, about: PurchaseOrder | CablingWork) -> Iterable:
        return school_side(about.establishment)


class ToHolderAndHead(AboutDocument):
    """An acceptance or a lifting: the holder receives the outcome, the head keeps a copy."""

    def recipients(self, about: PurchaseOrder | CablingWork) -> Iterable:
        return [about.holder.email, *head_side(about)]


class TakenBack(ToHolderAndHead):
    """An acceptance, or the lifting of a reserve, is taken back, and why."""

    def context(self, about: PurchaseOrder | CablingWork, actor: User) -> dict:
        return {**super().context(about, actor), "reason": spoken(last_act(about).reason)}


class ReferencesCorrected(AboutDocument):
    """The holder, whose invoice bears them, and the school: the paper issued anew, what changed, and why."""

    def recipients(self, about: PurchaseOrder | CablingWork) -> Iterable:
        return [about.holder.email, *school_side(about.establishment)]

    def context(self, about: PurchaseOrder | CablingWork, actor: User) -> dict:
        act = last_act(about, "correct_references")
        return {
            **super().context(about, actor),
            "before": act.data.get("before", ""),
            "after": act.data.get("after", ""),
            "reason": spoken(act.reason),
        }


class ToThoseWhoKnew(AboutDocument):
    """A cancellation: only those who had received the order hear of it."""

    def recipients(self, about: PurchaseOrder | CablingWork) -> Iterable:
        known = about.sent_at if isinstance(about, PurchaseOrder) else about.ordered_at
        return [about.holder.email, *school_side(about.establishment)] if known else []


class ClosedOut(ToThoseWhoKnew):
    """An early end: what came, line by line."""

    def context(self, about: PurchaseOrder, actor: User) -> dict:
        kept = [f"{line.kept_quantity} × {line.label}, sur {line.quantity} commandés" for line in about.lines.all()]
        return {**super().context(about, actor), "kept": kept}


class DeliveryRecorded(ToSchool):
    """A delivery is written down: what is still to come, or the acceptance that it calls for."""

    def context(self, order: PurchaseOrder, actor: User) -> dict:
        delivery = order.deliveries.order_by("-pk").first()
        return {**super().context(order, actor), "delivery": delivery, "received": _moved(delivery), "awaited": _awaited(order)}

    def event_key(self, code: str, order: PurchaseOrder) -> str:
        """One message per delivery note, not per order."""
        return f"{code}:orders.delivery:{order.deliveries.order_by('-pk').values_list('pk', flat=True).first()}"


class DeliveryCancelled(ToSchool):
    """A delivery was typed wrongly: which, why, and what is awaited again."""

    def context(self, order: PurchaseOrder, actor: User) -> dict:
        delivery = order.deliveries.exclude(cancelled_at=None).latest("cancelled_at")
        reason = spoken(delivery.cancel_reason)
        return {**super().context(order, actor), "delivery": delivery, "reason": reason, "awaited": _awaited(order)}


class GoodsReturned(AboutDocument):
    """The holder, who takes them back, and the school."""

    def recipients(self, order: PurchaseOrder) -> Iterable:
        return [order.holder.email, *school_side(order.establishment)]

    def context(self, order: PurchaseOrder, actor: User) -> dict:
        goods_return = order.returns.latest("pk")
        reason = spoken(goods_return.reason)
        return {**super().context(order, actor), "goods_return": goods_return, "reason": reason, "returned": _moved(goods_return)}


class ReturnCancelled(GoodsReturned):
    """A return was typed wrongly: those who were told of it hear that the goods stay."""

    def context(self, order: PurchaseOrder, actor: User) -> dict:
        goods_return = order.returns.exclude(cancelled_at=None).latest("cancelled_at")
        reason = spoken(goods_return.cancel_reason)
        return {
            **AboutDocument.context(self, order, actor),
            "goods_return": goods_return,
            "reason": reason,
            "returned": _moved(goods_return),
        }


def _moved(moved: Delivery | GoodsReturn) -> list[str]:
    return [f"{line.quantity} × {line.order_line.label}" for line in moved.lines.select_related("order_line")]


def _awaited(order: PurchaseOrder) -> list[str]:
    return [f"{line.outstanding_quantity} × {line.label}" for line in order.lines.all() if line.outstanding_quantity]


class ExcessAuthorised(EmailNotification):
    """Orders may engage more than the vote: every finance officer and orders officer hears who allowed it. Each time is announced."""

    template = "orders/email/excess_authorised"

    def recipients(self, decision: FundingDecision) -> list[User]:
        return _in_function(rules.TOLD_OF_EXCESS)

    def context(self, decision: FundingDecision, actor: User) -> dict:
        return {"application": decision.application, "school": decision.application.establishment}

    def event_key(self, code: str, decision: FundingDecision) -> str:
        return f"{code}:{decision.pk}:{timezone.now():%Y%m%d%H%M%S%f}"


class InvoicingReopened(AboutDocument):
    """What was invoiced, or closed, is open again: every finance officer and orders officer hears who did it. Each time is announced."""

    def recipients(self, about: PurchaseOrder | CablingWork) -> list[User]:
        return _in_function(rules.TOLD_OF_INVOICING)

    def event_key(self, code: str, about: PurchaseOrder | CablingWork) -> str:
        return f"{code}:{about._meta.label_lower}:{about.pk}:{timezone.now():%Y%m%d%H%M%S%f}"


registry.add("excess_authorised", ExcessAuthorised())

for code, kind in {
    "order_sent": ToHolder,
    "order_announced": ToSchool,
    "delivery_recorded": DeliveryRecorded,
    "delivery_cancelled": DeliveryCancelled,
    "goods_returned": GoodsReturned,
    "return_cancelled": ReturnCancelled,
    "acceptance_reopened": TakenBack,
    "work_acceptance_reopened": TakenBack,
    "reserve_reopened": TakenBack,
    "work_reserve_reopened": TakenBack,
    "order_accepted": ToHolderAndHead,
    "order_accepted_with_reserves": ToHolderAndHead,
    "reserves_lifted": ToHolderAndHead,
    "order_references_corrected": ReferencesCorrected,
    "work_references_corrected": ReferencesCorrected,
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
    registry.sort_into(Family.ORDERS, code)
registry.sort_into(Family.ORDERS, "excess_authorised")
