"""Any sequence of acts on the money: the sums agree after each one, and what is refused says why."""

import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls.enums import ApplicationState, CallState, Outcome
from calls.models import Application
from orders.actions.acceptance import NewReserve, accept_document, lift_reserve
from orders.actions.delivery import record_delivery
from orders.actions.excess import authorise_excess
from orders.actions.invoice import cancel_invoice, record_credit_note, record_invoice
from orders.actions.opening import open_orders, place_pending, retry_pending
from orders.actions.order import edit_order
from orders.actions.returning import cancel_delivery, cancel_return, return_goods
from orders.actions.work import issue_service_order, save_quote
from orders.enums import OrderState
from orders.models import (
    CablingWork,
    CatalogueItem,
    DeliveryLine,
    Invoice,
    Lot,
    OrderLine,
    PendingNeed,
    PurchaseOrder,
    ReturnLine,
    SerialNumber,
    WorkLine,
)
from orders.queries.invoices import left_of
from orders.queries.listing import totals_of
from orders.queries.money import account_of_envelope, account_of_lot, accounts_of, gross_sums, net_sums
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.enums import DecisionState
from scoring.models import DecisionLine, Envelope, FundingDecision
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.orders import AmountLineFactory, CatalogueItemFactory, DecisionLineFactory, LotFactory
from tests.factories.scoring import EnvelopeFactory, FundingDecisionFactory

RATES = [Decimal("20.0"), Decimal("10.0"), Decimal("5.5")]
# What usually follows for an order and for works in each state; now and then anything at all is tried.
ORDER_ACTS = {
    "closed": ["credit", "unbill", "resume"],
    "draft": ["approve", "approve", "edit"],
    "approved": ["send", "send", "send", "send", "cancel"],
    "sent": ["deliver", "deliver", "acknowledge"],
    "acknowledged": ["deliver"],
    "partly_delivered": ["deliver", "deliver", "close_out", "undo_delivery", "give_back", "give_back"],
    "delivered": ["accept", "accept", "undo_delivery", "give_back"],
    "accepted_with_reserves": ["lift", "lift", "give_back"],
    "accepted": [
        "bill",
        "bill",
        "bill",
        "bill",
        "credit",
        "unbill",
        "invoice",
        "invoice",
        "give_back",
        "reopen_acceptance",
        "close_without_invoice",
    ],
    "invoiced": ["close", "close", "credit", "unbill", "resume", "resume"],
}
WORK_ACTS = {
    "requested": ["survey"],
    "surveyed": ["quote", "quote", "cancel"],
    "quoted": ["order", "order", "order", "cancel"],
    "ordered": ["start", "start", "cancel"],
    "in_progress": ["hold_pre_acceptance", "bill"],
    "pre_acceptance": ["accept", "accept", "bill", "unbill"],
    "accepted": ["bill", "bill", "credit", "unbill", "close", "close_without_invoice"],
    "closed": ["credit", "unbill", "resume"],
}
EVERY_ORDER_ACT = sorted({"keep"} | {name for names in ORDER_ACTS.values() for name in names})
EVERY_WORK_ACT = sorted({name for names in WORK_ACTS.values() for name in names})


class World:
    """Two aids on one envelope, three lots, and the people who act."""

    def __init__(self, seed):
        self.drawn, self.note, self.seen_closed, self.tried = random.Random(seed), 0, set(), set()
        self.officer, self.finance, self.manager = person(Role.ORDERS), person(Role.FINANCE), person(Role.CALL_MANAGER)
        self.call = CallFactory(state=CallState.RELEASED, closed=True)
        self.envelope = EnvelopeFactory(call=self.call, amount=0, committed_amount=0)
        self.lots = [self._lot("portable-11"), self._lot("serveur"), self._lot("prise-rj45", cabling=True)]
        for rank in (1, 2):
            self._award(rank)
        held = sum(d.granted_amount for d in FundingDecision.objects.all())
        Envelope.objects.update(amount=held + self.euros(1, 1000), committed_amount=held)
        for decision in FundingDecision.objects.all():
            open_orders(decision=decision, actor=self.officer)

    def euros(self, least, most):
        """An amount with cents."""
        return Decimal(self.drawn.randint(least * 100, most * 100)) / 100

    def _lot(self, code, **traits):
        lot = LotFactory(maximum_amount=self.euros(4000, 20000), **traits)
        for _ in range(2):
            CatalogueItemFactory(lot=lot, item_code=code, unit_price_amount=self.euros(1, 500), vat_rate=self.drawn.choice(RATES))
        return lot

    def _award(self, rank):
        """Needs, and for the first school an amount in euros."""
        to_pay = self.euros(100, 2000) if rank == 1 else Decimal(0)
        decision = FundingDecisionFactory(
            application__call=self.call,
            envelope=self.envelope,
            rank=rank,
            state=DecisionState.RELEASED,
            to_pay_amount=to_pay,
            granted_amount=self.euros(3000, 9000) + to_pay,
        )
        file = Application.objects.filter(pk=decision.application_id)
        state = ApplicationState.ACCEPTED_BY_SCHOOL if rank == 1 else ApplicationState.DECIDED
        file.update(**{"state": state, "outcome": Outcome.AWARDED, "granted_amount": decision.granted_amount})
        for code in ("portable-11", "serveur"):
            quantity = self.drawn.randint(1, 12)
            DecisionLineFactory(decision=decision, request_line__item_code=code, request_line__label=code, quantity=quantity)
        DecisionLineFactory(decision=decision, cabling=True, quantity=self.drawn.randint(1, 12))
        if to_pay:
            AmountLineFactory(decision=decision, granted_amount=to_pay)

    # -- Acts --

    def act(self):
        kind = self.drawn.choices(["order", "works", "place", "retry", "excess", "decline", "answer"], [75, 25, 8, 1, 5, 2, 4])[0]
        getattr(self, f"_{kind}")()

    def _any(self, model, **like):
        found = list(model.objects.filter(**like).order_by("pk"))
        return self.drawn.choice(found) if found else None

    def _chosen(self, document, usual, every):
        """Now and then anything at all; otherwise what usually follows, rather what this world has not tried yet."""
        names = every if self.drawn.random() < 0.1 else usual.get(document.state, every)
        new = [name for name in names if (type(document), name) not in self.tried]
        name = self.drawn.choice(new if new and self.drawn.random() < 0.4 else names)
        self.tried.add((type(document), name))
        return name

    def _order(self):
        going = [order for order in PurchaseOrder.objects.order_by("pk") if order.state in ORDER_ACTS]
        furthest = max(going, key=lambda order: list(ORDER_ACTS).index(order.state), default=None)
        order = furthest if furthest and self.drawn.random() < 0.5 else self._any(PurchaseOrder)
        name = self._chosen(order, ORDER_ACTS, EVERY_ORDER_ACT)
        if own := getattr(self, f"_{name}", None):
            own(order)
        else:
            perform(order, name, actor=self.officer, reason="Tirage")

    def _deliver(self, order):
        self.note += 1
        whole = self.drawn.random() < 0.5
        quantities = {
            line.pk: line.outstanding_quantity if whole else self.drawn.randint(0, line.outstanding_quantity) for line in order.lines.all()
        }
        serials = {pk: "\n".join(f"SN-{self.note}-{pk}-{n}" for n in range(quantity)) for pk, quantity in quantities.items()}
        record_delivery(
            order=order, delivered_on=timezone.localdate(), note_number=f"BL-{self.note}", quantities=quantities, serial_numbers=serials,
            actor=self.officer,
        )  # fmt: skip

    def _accept(self, order):
        reserves = [NewReserve("Rayure.")] if self.drawn.random() < 0.3 else []
        accept_document(document=order, reserves=reserves, actor=person(Role.HEAD, at=order.establishment))

    def _lift(self, order):
        if reserve := order.reserves.first():
            lift_reserve(reserve=reserve, note="Repris.", actor=self.officer)

    def _number(self):
        """Now and then one that has been used, typed otherwise."""
        return self.drawn.choice(["F-{}", "f\u2011{}", " F - {} "]).format(self.drawn.randint(1, 60))

    def _payer(self):
        return self.drawn.choice([self.finance, self.officer])

    def _bill(self, document):
        left = document.left_to_invoice_amount
        gap = self.drawn.choice([Decimal(0), Decimal(0), Decimal("0.01"), Decimal("-0.01"), Decimal("5.00")])
        amount = left + gap if self.drawn.random() < 0.6 else (left / 3).quantize(Decimal("0.01"))
        record_invoice(
            document=document, number=self._number(), received_on=timezone.localdate(), amount=amount, is_last=self.drawn.random() < 0.5,
            actor=self._payer(),
        )  # fmt: skip

    def _credit(self, document):
        if bill := self._any_bill(document):
            amount = bill.amount * self.drawn.choice([1, 1, 2]) / self.drawn.choice([1, 2, 3])
            record_credit_note(
                invoice=bill, number=self._number(), received_on=timezone.localdate(), amount=amount.quantize(Decimal("0.01")),
                awaits_another=self.drawn.random() < 0.5, actor=self._payer(),
            )  # fmt: skip

    def _unbill(self, document):
        if bill := self._any_bill(document):
            cancel_invoice(invoice=bill, reason="Tirage", actor=self._payer())

    def _any_bill(self, document):
        bills = list(document.invoices.order_by("pk"))
        return self.drawn.choice(bills) if bills else None

    def _resume(self, document):
        names = [name for name in ("resume_invoicing", "resume_invoicing_lifted") if hasattr(document, name)]
        with suppress(PermissionDenied):
            perform(document, names[bool(document.reserves.all()) and len(names) > 1], actor=self._payer(), reason="Tirage")

    def _undo_delivery(self, order):
        if delivery := order.deliveries.standing().order_by("pk").first() or order.deliveries.first():
            cancel_delivery(order=order, delivery=delivery, reason="Tirage", actor=self.officer)

    def _give_back(self, order):
        self.note += 1
        quantities = {line.pk: self.drawn.randint(0, line.delivered_quantity) for line in order.lines.order_by("pk")}
        here = {
            pk: SerialNumber.objects.filter(delivery_line__order_line=pk).order_by("pk").values_list("number", flat=True)[:quantity]
            for pk, quantity in quantities.items()
        }
        return_goods(
            order=order, returned_on=timezone.localdate(), reference=f"RT-{self.note}", quantities=quantities,
            serial_numbers={pk: "\n".join(numbers) for pk, numbers in here.items()}, reason="Tirage", actor=self.officer,
        )  # fmt: skip
        if self.drawn.random() < 0.5:
            self._keep(order)

    def _keep(self, order):
        """What was said to have gone back is there after all."""
        if goods_return := order.returns.standing().order_by("pk").last() or order.returns.first():
            cancel_return(order=order, goods_return=goods_return, reason="Tirage", actor=self.officer)

    def _edit(self, order):
        quantities = {line.pk: self.drawn.randint(1, line.quantity + 1) for line in order.lines.all()}
        edit_order(order=order, terms={}, quantities=quantities, actor=self.officer)

    def _place(self):
        if need := self._any(PendingNeed, settled_at=None) or self._any(PendingNeed):
            items = CatalogueItem.objects.filter(lot__category=need.decision_line.request_line.kind)
            place_pending(need=need, item=self.drawn.choice(list(items.order_by("pk"))), actor=self.officer)

    def _retry(self):
        retry_pending(actor=self.officer)

    def _works(self):
        work = self._any(CablingWork)
        name = self._chosen(work, WORK_ACTS, EVERY_WORK_ACT)
        if name == "quote":
            save_quote(work=work, amount=self.euros(1, 2000), reference="D-1", vat_rate=self.drawn.choice(RATES), actor=self.officer)
        elif name in ("bill", "credit", "unbill", "resume"):
            getattr(self, f"_{name}")(work)
        elif name == "order":
            issue_service_order(work=work, terms={"due_on": timezone.localdate() + timedelta(days=60)}, actor=self.officer)
        else:
            perform(work, name, actor=self.officer, reason="Tirage")

    def _excess(self):
        authorise_excess(decision=self._any(FundingDecision), amount=self.euros(0, 600), reason="Tirage", actor=self.finance)

    def _decline(self):
        """Declined, or restored when it was."""
        file = self._any(FundingDecision).application
        if file.is_declined:
            perform(file, "restore_award", actor=self.manager, reason="Tirage")
        else:
            perform(file, "decline_award", actor=person(Role.HEAD, at=file.establishment), reason="Tirage")

    def _answer(self):
        """Accepted: what was approved may leave."""
        file = self._any(FundingDecision).application
        perform(file, "accept_award", actor=person(Role.HEAD, at=file.establishment))

    # -- What must hold --

    def check(self):
        envelope = Envelope.objects.get()
        account = account_of_envelope(envelope)
        assert account.taken == envelope.committed_amount <= envelope.amount
        assert account.left == envelope.remaining_amount
        for lot in self.lots:
            fresh = Lot.objects.get(pk=lot.pk)
            assert account_of_lot(fresh).sums.engaged == fresh.ordered_amount <= fresh.maximum_amount
        for each in accounts_of(FundingDecision.objects.all()):
            assert each.sums.accepted <= each.sums.engaged + each.sums.given_back
            assert each.sums.engaged <= each.decision.held_amount - each.to_pay
        for document in (*PurchaseOrder.objects.all(), *CablingWork.objects.all()):
            engaged = document.engaged_gross_amount > 0
            assert document.committed_amount == (document.net_held_amount if engaged else 0)
            self.check_closed(document)
        orders = PurchaseOrder.objects.all()
        totals, live = totals_of(orders), [order for order in orders if not order.is_cancelled]
        assert totals.engaged == sum((net_sums(order).engaged for order in orders), Decimal(0))
        assert totals.delivered == sum((net_sums(order).delivered for order in orders), Decimal(0))
        assert totals.net == sum((order.net_amount for order in live), Decimal(0))
        assert totals_of(orders).invoiced == sum((o.invoiced_net_amount for o in orders), Decimal(0))
        self.check_invoices()
        self.check_needs()
        self.check_arrived()

    def check_closed(self, document):
        """Once closed, what was invoiced is engaged, to the tolerance of roundings, and all the rest is given back."""
        gross, net = gross_sums(document), net_sums(document)
        assert gross.engaged == document.engaged_gross_amount
        if document.state != "closed":
            assert document.is_cancelled or gross.engaged in (0, document.gross_to_commit)
            return
        assert gross.engaged == min(gross.invoiced, document.gross_to_commit)
        assert net.engaged == net.invoiced == document.committed_amount
        given_up = sum((line.given_up_quantity for line in document.lines.all() if isinstance(line, OrderLine)), 0)
        if not given_up:
            assert gross.given_back == document.gross_to_commit - gross.engaged
            assert net.given_back == document.amount_to_commit - net.engaged
        self.seen_closed.add(gross.given_back > 0)

    def check_arrived(self):
        """What is delivered of a line is what its notes say, less what went back; no more serial numbers than articles."""
        here: Counter = Counter()
        for pk, quantity in DeliveryLine.objects.filter(delivery__cancelled_at=None).values_list("order_line", "quantity"):
            here[pk] += quantity
        for pk, quantity in ReturnLine.objects.filter(goods_return__cancelled_at=None).values_list("order_line", "quantity"):
            here[pk] -= quantity
        numbered = Counter(SerialNumber.objects.values_list("delivery_line__order_line", flat=True))
        for line in OrderLine.objects.select_related("order"):
            assert line.delivered_quantity == here[line.pk] == numbered[line.pk]
            if line.order.state in OrderState.ARRIVED:
                assert line.outstanding_quantity == 0
            elif line.order.state != OrderState.PARTLY_DELIVERED:
                assert line.delivered_quantity == 0

    def check_invoices(self):
        """What is invoiced is never more than ordered, nor less than nothing; a number counts once; what is billed has a bill."""
        live = list(Invoice.objects.live())
        assert len({(bill.supplier_id, bill.compared) for bill in live}) == len(live)
        for document in (*PurchaseOrder.objects.all(), *CablingWork.objects.all()):
            bills = [bill for bill in document.invoices.all() if not bill.is_credit_note]
            most = document.gross_to_commit + document.invoice_tolerance * len(bills)
            assert 0 <= document.invoiced_amount <= (most if bills else 0)
            assert 0 <= document.invoiced_net_amount <= document.amount_to_commit
            assert all(left_of(bill, document.invoices.all()) >= 0 for bill in bills)
            if document.state == "invoiced":
                assert document.invoiced_amount > 0

    def check_needs(self):
        """Each retained need is wholly on live orders or pending, never twice: nothing is lost."""
        placed: Counter = Counter()
        for line in (*OrderLine.objects.filter(is_live=True), *WorkLine.objects.filter(is_live=True)):
            placed[line.decision_line_id] += line.kept_quantity
        for need in PendingNeed.objects.filter(settled_at=None):
            placed[need.decision_line_id] += need.quantity
        for line in DecisionLine.objects.needs().exclude(decision__state=DecisionState.DECLINED):
            assert placed[line.pk] == line.quantity


# What the worlds have done, all together: a machine that would only meet refusals proves nothing.
EXPECTED = {
    "cancel_only_delivery", "return_goods", "cancel_return", "reopen_acceptance", "approve", "send", "deliver_part", "deliver_all",
    "close_out", "cancel", "accept", "invoice", "close", "close_without_invoice", "edit_order", "order", "decline", "accept_award",
    "record_invoice", "record_credit_note", "cancel_invoice", "resume_invoicing",
}  # fmt: skip


@pytest.mark.django_db
def test_sums_hold_whatever_the_acts():
    """Three worlds of seventy acts: each is done, or refused with a sentence, never by an error of the database; nothing is lost."""
    done, given_back = set(), set()
    for seed in (0, 3, 8):
        with transaction.atomic():
            world = World(seed)
            for _ in range(70):
                try:
                    with transaction.atomic():
                        world.act()
                except TransitionRefused as refusal:
                    assert all(refusal.reasons)
                world.check()
            done |= set(JournalEntry.objects.values_list("action", flat=True))
            given_back |= world.seen_closed
            transaction.set_rollback(True)
    assert done >= EXPECTED
    assert True in given_back  # something was closed that was not wholly invoiced
