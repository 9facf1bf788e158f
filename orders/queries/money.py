"""The account of a decision, of an envelope, of a lot: one definition of each sum, for pages, lists, papers and workbooks.

Every figure is read from the same rows: decisions, lines of orders, quotes of works, invoices. What a row engages, and its VAT, are
properties of the models; this module adds them up, in Decimal, so that both engines give the same cent.
"""

from dataclasses import dataclass, fields
from decimal import Decimal

from django.db.models import Q, QuerySet, prefetch_related_objects

from orders import rules
from orders.enums import OrderState, WorkState
from orders.models import CablingWork, Lot, PurchaseOrder
from orders.models.pricing import with_vat
from portal.accounts.models import User
from scoring.enums import DecisionState
from scoring.models import Envelope, FundingDecision
from scoring.rules import reads_decisions

ZERO = Decimal("0.00")
DOCUMENTS = ("orders__lines", "orders__invoices", "works__invoices")  # of a decision, with what their sums are read from


@dataclass(frozen=True)
class Sums:
    """What orders and works come to, in euros, all incl. VAT or all excl. VAT as the account says.

    prepared: drafts, and quotes that no service order holds · engaged: approved or ordered · delivered: arrived, or works received ·
    accepted: signed · invoiced · given_back: taken once, and returned by a cancellation, an early end, or a closing that leaves some of it
    never invoiced.
    """

    prepared: Decimal = ZERO
    engaged: Decimal = ZERO
    delivered: Decimal = ZERO
    accepted: Decimal = ZERO
    invoiced: Decimal = ZERO
    given_back: Decimal = ZERO

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True)
class DecisionAccount:
    """One decision, incl. VAT."""

    decision: FundingDecision
    asked: Decimal
    voted: Decimal
    excess: Decimal
    to_pay: Decimal  # of what is voted, to the lycée, without any order; 0 once declined
    given_back: Decimal  # to the envelope, because the school declined
    sums: Sums

    @property
    def left(self) -> Decimal:
        """What may still be engaged."""
        return max(self.decision.ceiling_amount - self.sums.engaged, ZERO)

    @property
    def beyond(self) -> Decimal:
        """By how much what is engaged and what is prepared go above the aid; 0 when all of it fits."""
        return max(self.sums.engaged + self.sums.prepared - self.decision.ceiling_amount, ZERO)


@dataclass(frozen=True)
class EnvelopeAccount:
    """One envelope and the decisions that take from it, incl. VAT."""

    envelope: Envelope
    rows: list[DecisionAccount]

    @property
    def asked(self) -> Decimal:
        return sum((row.asked for row in self.rows), ZERO)

    @property
    def proposed(self) -> Decimal:
        return sum((row.voted for row in self.rows if row.decision.is_open), ZERO)

    @property
    def voted(self) -> Decimal:
        return sum((row.voted for row in self.rows if not row.decision.is_open), ZERO)

    @property
    def excess(self) -> Decimal:
        return sum((row.excess for row in self.rows), ZERO)

    @property
    def to_pay(self) -> Decimal:
        return sum((row.to_pay for row in self.rows), ZERO)

    @property
    def given_back(self) -> Decimal:
        return sum((row.given_back for row in self.rows), ZERO)

    @property
    def sums(self) -> Sums:
        return sum((row.sums for row in self.rows), Sums())

    @property
    def taken(self) -> Decimal:
        """What decisions take: the envelope keeps the same figure under a CHECK."""
        return sum((row.decision.held_amount for row in self.rows), ZERO)

    @property
    def left(self) -> Decimal:
        return self.envelope.amount - self.taken


@dataclass(frozen=True)
class LotAccount:
    """One lot and what is ordered on it, excl. VAT, as its maximum is."""

    lot: Lot
    documents: list[PurchaseOrder | CablingWork]

    @property
    def sums(self) -> Sums:
        return sum((net_sums(document) for document in self.documents), Sums())

    @property
    def left(self) -> Decimal:
        return self.lot.maximum_amount - self.sums.engaged


def gross_sums(document: PurchaseOrder | CablingWork) -> Sums:
    """What one order or works come to, incl. VAT."""
    return _works(document, gross=True) if isinstance(document, CablingWork) else _order(document, gross=True)


def net_sums(document: PurchaseOrder | CablingWork) -> Sums:
    """What one order or works come to, excl. VAT."""
    return _works(document, gross=False) if isinstance(document, CablingWork) else _order(document, gross=False)


def _order(order: PurchaseOrder, *, gross: bool) -> Sums:
    def of(quantity: str) -> Decimal:
        """The lines, each for one of its quantities."""
        nets = [(getattr(line, quantity) * line.unit_price_amount, line.vat_rate) for line in order.lines.all()]
        return sum((with_vat(net, rate) if gross else net for net, rate in nets), ZERO)

    total = of("kept_quantity")
    left = _never_invoiced(order, gross=gross)
    engaged = total - left if order.state in OrderState.ENGAGED else ZERO
    taken_once = order.approved_at is not None
    return Sums(
        prepared=total if order.state == OrderState.DRAFT else ZERO,
        engaged=engaged,
        delivered=of("delivered_quantity") if order.state in OrderState.ENGAGED else ZERO,
        accepted=total if order.state in OrderState.SIGNED else ZERO,
        invoiced=_invoiced(order, gross=gross),
        given_back=of("quantity") if order.is_cancelled and taken_once else of("given_up_quantity") + left,
    )


def _never_invoiced(document: PurchaseOrder | CablingWork, *, gross: bool) -> Decimal:
    """What the closing has given back: what its holder did not invoice. Nothing before."""
    if not document.is_closed:
        return ZERO
    return (document.left_to_invoice_amount if gross else document.left_to_invoice_net_amount) + ZERO


def _invoiced(document: PurchaseOrder | CablingWork, *, gross: bool) -> Decimal:
    """The holder's invoices without its credit notes; excl. VAT, the share of the total that they stand for."""
    return (document.invoiced_amount if gross else document.invoiced_net_amount) + ZERO


def _works(work: CablingWork, *, gross: bool) -> Sums:
    quote = (work.gross_to_commit if gross else work.quote_amount) or ZERO
    left = _never_invoiced(work, gross=gross)
    engaged = ZERO if work.state in WorkState.UNENGAGED else quote - left
    received = quote if work.is_received else ZERO
    return Sums(
        prepared=quote if work.state == WorkState.QUOTED else ZERO,
        engaged=engaged,
        delivered=received,
        accepted=received,
        invoiced=_invoiced(work, gross=gross),
        given_back=quote if work.is_cancelled and work.ordered_at else left,
    )


def accounts_of(decisions: QuerySet[FundingDecision]) -> list[DecisionAccount]:
    """The account of each decision, in order: five queries beside that of the decisions, however many they are."""
    found = decisions.select_related("application__establishment", "envelope").prefetch_related(*DOCUMENTS)
    return [account_of(decision) for decision in found]


def account_of(decision: FundingDecision) -> DecisionAccount:
    """The account of one decision."""
    documents = [*decision.orders.all(), *decision.works.all()]
    sums = sum((gross_sums(document) for document in documents), Sums())
    voted, excess = decision.granted_amount, decision.excess_amount
    given_back = decision.given_back_amount if decision.is_declined else ZERO
    to_pay = ZERO if decision.is_declined else decision.to_pay_amount
    return DecisionAccount(decision, decision.application.requested_amount, voted, excess, to_pay, given_back, sums)


def readable_by(user: User) -> QuerySet[FundingDecision]:
    """Decisions whose account this person reads: those of the decisions, and for who follows the orders of a lycée those that it knows."""
    if reads_decisions(user):
        return FundingDecision.objects.all()
    return FundingDecision.objects.filter(rules.followed(user, "application__establishment"), state__in=DecisionState.KNOWN)


def account_read_by(user: User, decision: FundingDecision) -> DecisionAccount | None:
    """The account of a decision as the page of one of its documents shows it to the staff; None for a school."""
    if not (rules.follows_everywhere(user) or rules.follows_orders(user) and rules.follows_at(decision.application.establishment, user)):
        return None
    prefetch_related_objects([decision], *DOCUMENTS)
    return account_of(decision)


def account_of_envelope(envelope: Envelope) -> EnvelopeAccount:
    """The account of an envelope: every decision that takes from it, those that schools have declined included."""
    return EnvelopeAccount(envelope, accounts_of(envelope.decisions.order_by("rank", "pk")))


def documents_of(owner: FundingDecision | Lot) -> list[PurchaseOrder | CablingWork]:
    """Orders, then works, of a decision or of a lot, each in the order of its number, with what their sums are read from."""
    orders, works = owner.orders.prefetch_related("lines", "invoices"), owner.works.prefetch_related("invoices")
    return [*orders.order_by("number"), *works.order_by("number")]


def account_of_lot(lot: Lot) -> LotAccount:
    """The account of a lot: its orders with their lines, its works."""
    return LotAccount(lot, documents_of(lot))


def beyond_aid() -> list[DecisionAccount]:
    """Released decisions whose drafts and quotes do not fit in the aid: what awaits the word of the finances."""
    drafts = PurchaseOrder.objects.filter(state=OrderState.DRAFT).values("decision")
    quotes = CablingWork.objects.filter(state=WorkState.QUOTED).values("decision")
    released = FundingDecision.objects.filter(state=DecisionState.RELEASED)
    waiting = released.filter(Q(pk__in=drafts) | Q(pk__in=quotes)).order_by("pk")
    return [account for account in accounts_of(waiting) if account.beyond]
