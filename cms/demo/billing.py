"""What finance notes of the orders that are finished, and the goods that go back."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone

from cms.demo import texts
from cms.demo.clock import clock_at, days_from_now
from cms.demo.ordering import SENT_ON, SENT_OVER
from cms.demo.setting import demo_user
from orders.actions.invoice import record_credit_note, record_invoice
from orders.actions.returning import return_goods
from orders.enums import OrderState
from orders.models import PurchaseOrder
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.roles import Role

BILLED_FROM = SENT_ON + SENT_OVER + 34  # the last of the orders is accepted then
CENT = Decimal("0.01")


def bill_orders(at_home: Sequence[Establishment]) -> None:
    """Half the orders accepted without reserve are invoiced: the first in two parts, one of which is credited and billed again."""
    finance = demo_user(Role.FINANCE)
    accepted = PurchaseOrder.objects.filter(state=OrderState.ACCEPTED).exclude(establishment__in=at_home).order_by("number")
    for index, order in enumerate(accepted[: len(accepted) // 2]):
        number = f"F-{310 + index}"
        if index == 0:
            _in_two_parts(order, number, finance)
            continue
        with clock_at(days_from_now(BILLED_FROM + index % 6, 9 + index % 8)):
            left = order.gross_to_commit
            record_invoice(document=order, number=number, received_on=timezone.localdate(), amount=left, actor=finance)


def _in_two_parts(order: PurchaseOrder, number: str, finance: User) -> None:
    """A first part; a second one that counts a discount twice, credited; the right one."""
    half = (order.gross_to_commit * Decimal("0.6")).quantize(CENT)
    rest = order.gross_to_commit - half
    with clock_at(days_from_now(BILLED_FROM, 9)):
        order = record_invoice(document=order, number=f"{number}-1", received_on=timezone.localdate(), amount=half, actor=finance)
    with clock_at(days_from_now(BILLED_FROM + 2, 15)):
        today = timezone.localdate()
        order = record_invoice(document=order, number=f"{number}-2", received_on=today, amount=rest - CENT * 4000, actor=finance)
        wrong = order.invoices.get(number=f"{number}-2")
    with clock_at(days_from_now(BILLED_FROM + 5, 11)):
        given = {"number": f"A-{number}", "received_on": timezone.localdate(), "amount": wrong.amount}
        order = record_credit_note(invoice=wrong, **given, awaits_another=True, actor=finance)
    with clock_at(days_from_now(BILLED_FROM + 7, 10)):
        record_invoice(document=order, number=f"{number}-3", received_on=timezone.localdate(), amount=rest, actor=finance)


def send_back(at_home: Sequence[Establishment]) -> None:
    """Of one order that has come whole, the holder takes some articles back."""
    arrived = PurchaseOrder.objects.filter(state=OrderState.DELIVERED, lines__delivered_quantity__gt=10).exclude(establishment__in=at_home)
    order = arrived.order_by("number").first()
    if order is None:
        return
    line = order.lines.order_by("-delivered_quantity").first()
    with clock_at(days_from_now(BILLED_FROM - 2, 10)):
        return_goods(
            order=order, returned_on=timezone.localdate(), reference=f"RET-{80 + order.pk}", quantities={line.pk: 2},
            reason=texts.DAMAGED, actor=demo_user(Role.ORDERS),
        )  # fmt: skip
