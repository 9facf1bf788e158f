"""Orders and works of wave 1, left at every stage of their life."""

import random
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import cycle

from django.utils import timezone

from cms.demo import texts
from cms.demo.clock import clock_at, days_from_now
from cms.demo.people import teams_of
from cms.demo.setting import WAVE_1, demo_user
from orders.actions.acceptance import NewReserve, accept_document, lift_reserve
from orders.actions.delivery import record_delivery
from orders.actions.order import edit_order
from orders.actions.work import issue_service_order, save_quote
from orders.enums import OrderState, WorkState
from orders.models import CablingWork, PurchaseOrder
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.roles import Role
from portal.workflow.gate import perform

SENT_ON = WAVE_1.results + 15
SENT_OVER = 18  # days over which the orders of the others leave


# What the teams and heads of the demonstration find to do, order after order: (stage, index) of `_follow`.
TO_RECEIVE, TO_LIFT, TO_COMPLETE, TO_ACCEPT = (0.6, 1), (0.2, 4), (0.45, 1), (0.3, 1)
AT_HOME = (TO_RECEIVE, TO_LIFT, TO_ACCEPT, TO_COMPLETE)


def follow_orders(rng: random.Random, at_home: Sequence[Establishment] = ()) -> None:
    """Orders in the order of their number: the first ones are accepted, the last ones still drafts, to be delivered in six weeks.

    The orders of the schools `at_home` are left where these have something to do.
    """
    buyer = demo_user(Role.ORDERS)
    orders = list(PurchaseOrder.objects.filter(state=OrderState.DRAFT).select_related("establishment").order_by("number"))
    heads = {k: head for k, (_, head) in teams_of([o.establishment for o in orders], rng).items()}
    plans = {school.pk: cycle(AT_HOME) for school in at_home}
    for index, order in enumerate(orders):
        stage, rank = next(plans[order.establishment_id]) if order.establishment_id in plans else (index / max(1, len(orders)), index)
        later = 0 if order.establishment_id in plans else index * SENT_OVER // max(1, len(orders))
        _follow(order, stage, buyer, heads[order.establishment_id], rank, SENT_ON + later)
    with clock_at(days_from_now(-1)):
        due_on = timezone.localdate() + timedelta(days=45)
        for order in PurchaseOrder.objects.filter(state=OrderState.DRAFT).order_by("number"):
            edit_order(order=order, terms={"due_on": due_on}, quantities={}, actor=buyer)


def _follow(order: PurchaseOrder, stage: float, buyer: User, head: User, index: int, sent_on: int) -> None:
    """`stage` from 0 (finished) to 1 (still a draft); `sent_on`: in so many days from today, before or after."""
    if stage > 0.8:
        return
    with clock_at(days_from_now(sent_on, 9 + index % 8)):
        terms = {
            "due_on": (timezone.localtime() + timedelta(days=40)).date(),
            "commitment_number": f"EJ-2026-{1000 + order.pk}",
            "service_code": "LYC-NUM",
        }
        order = perform(edit_order(order=order, terms=terms, quantities={}, actor=buyer), "approve", actor=buyer)
        if stage > 0.7 or order.awaits_acceptance_of_aid:
            return
        order = perform(order, "send", actor=buyer)
    if stage > 0.5:
        return
    with clock_at(days_from_now(sent_on + 26 + index % 5, 8 + index % 9)):
        lines = {line.pk: line.quantity for line in order.lines.all()}
        part = stage > 0.35
        received = {pk: max(1, quantity // 2) if part else quantity for pk, quantity in lines.items()}
        if part and received == lines:
            return
        note = f"BL-{4200 + order.pk}"
        order = record_delivery(order=order, delivered_on=timezone.localdate(), note_number=note, quantities=received, actor=head)
    if stage > 0.25:
        return
    with clock_at(days_from_now(sent_on + 32, 9 + index % 8)):
        reserves = [NewReserve(text=texts.RESERVES[0], due_on=days_from_now(sent_on + 50).date())] if index % 4 == 0 else []
        order = accept_document(document=order, reserves=reserves, actor=head)
    if reserves and stage < 0.12:
        with clock_at(days_from_now(sent_on + 45)):
            lift_reserve(reserve=order.reserves.get(), note="Chargeurs remplacés et essayés en présence de la gestionnaire.", actor=head)


def follow_works() -> None:
    """Works in the order of their number, from accepted to only requested."""
    technician, buyer = demo_user(Role.TECHNICIAN), demo_user(Role.ORDERS)
    works = list(CablingWork.objects.filter(state=WorkState.REQUESTED).order_by("number"))
    for index, work in enumerate(works):
        _work(work, index / max(1, len(works)), technician, buyer, index, SENT_ON + index * 12 // max(1, len(works)))


def _work(work: CablingWork, stage: float, technician: User, buyer: User, index: int, from_day: int) -> None:
    """`stage` from 0 (accepted) to 1 (only requested), the visit of the site in `from_day` days from today."""
    if stage > 0.85:
        return
    with clock_at(days_from_now(from_day, 9 + index % 8)):
        work = perform(work, "survey", actor=technician)
        if stage > 0.7:
            return
        amount = (work.net_amount * Decimal("0.98")).quantize(Decimal("0.01"))
        work = save_quote(work=work, amount=amount, reference=f"DV-{700 + index}", actor=technician)
        if stage > 0.55 or work.awaits_acceptance_of_aid:
            return
        work = issue_service_order(work=work, terms={"due_on": days_from_now(from_day + 60).date()}, actor=buyer)
    if stage > 0.4:
        return
    with clock_at(days_from_now(from_day + 12, 8)):
        work = perform(work, "start", actor=technician)
    if stage > 0.25:
        return
    with clock_at(days_from_now(from_day + 40, 14)):
        work = perform(work, "hold_pre_acceptance", actor=technician)
        if stage < 0.18:
            reserves = [NewReserve(text=texts.RESERVES[1], due_on=days_from_now(from_day + 55).date())] if index % 3 == 0 else []
            accept_document(document=work, reserves=reserves, actor=technician)
