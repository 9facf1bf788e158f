"""Lists of orders and works, their totals and what is late."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, DecimalField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from orders import rules
from orders.enums import InvoiceKind, ItemCategory, OrderState
from orders.models import CablingWork, Invoice, Lot, OrderLine, PendingNeed, PurchaseOrder, Supplier
from portal.accounts.models import User
from portal.directory.models import Territory
from portal.directory.queries import departments_in_use
from portal.text.search import matching
from scoring.queries.money import exact_sum

CENT = Decimal("0.01")
KEPT = F("quantity") - F("given_up_quantity")  # pieces ordered that nobody has given up
LATE = "retard"
TO_BILL = "a_facturer"
ONGOING = "en_cours"
_MONEY = DecimalField(max_digits=14, decimal_places=2)


def orders_listed(
    user: User, *, q: str = "", etat: str = "", lot: int | None = None, titulaire: int | None = None, departement: str = ""
) -> QuerySet[PurchaseOrder]:
    """Orders that `user` may see and that match every filter given, each with its quantities and its total excl. VAT."""
    orders = _matching(PurchaseOrder.objects.visible_to(user), q=q, etat=etat, lot=lot, titulaire=titulaire, departement=departement)
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    return _in_a_list(orders, "due_on").annotate(
        ordered=Coalesce(Subquery(lines.annotate(n=Sum(KEPT)).values("n"), output_field=IntegerField()), 0),
        received=Coalesce(Subquery(lines.annotate(n=Sum("delivered_quantity")).values("n"), output_field=IntegerField()), 0),
        net=Subquery(lines.annotate(n=exact_sum(KEPT * F("unit_price_amount"))).values("n"), output_field=_MONEY),
    )


def works_listed(
    user: User, *, q: str = "", etat: str = "", lot: int | None = None, titulaire: int | None = None, departement: str = ""
) -> QuerySet[CablingWork]:
    """Works that `user` may see and that match every filter given."""
    works = _matching(CablingWork.objects.visible_to(user), q=q, etat=etat, lot=lot, titulaire=titulaire, departement=departement)
    return _in_a_list(works, "due_on", "quote_amount").annotate(open_reserve_count=Count("reserves", filter=Q(reserves__lifted_at=None)))


# What a line shows of the lot, its holder and the lycée: the rest of their columns would weigh more than the line.
_AROUND = (
    "lot__number", "lot__title", "lot__agreement__reference", "holder_name",
    "establishment__name", "establishment__commune_name", "establishment__department__code",
)  # fmt: skip


def _in_a_list(documents: QuerySet, *own: str) -> QuerySet:
    """With the columns of the list alone: another one would cost a query per line."""
    related = documents.select_related("lot__agreement", "establishment__department")
    return related.only("number", "state", *own, *_AROUND)


def _matching(documents: QuerySet, *, q: str, etat: str, lot: int | None, titulaire: int | None, departement: str) -> QuerySet:
    documents = matching(documents, q)
    if etat == LATE:
        documents = documents.late()
    elif etat == TO_BILL:
        documents = documents.to_bill()
    elif etat == ONGOING:
        documents = documents.exclude(state__in=OrderState.OVER)
    elif etat:
        documents = documents.filter(state=etat)
    if lot:
        documents = documents.filter(lot=lot)
    if titulaire:
        documents = documents.filter(holder=titulaire)
    if departement:
        documents = documents.filter(establishment__department__code=departement)
    return documents


@dataclass(frozen=True)
class OrderTotals:
    """Amounts excl. VAT, in euros, over a set of orders."""

    net: Decimal
    engaged: Decimal
    delivered: Decimal
    invoiced: Decimal


def totals_of(orders: QuerySet[PurchaseOrder]) -> OrderTotals:
    """Amounts of these orders, summed by the database.

    An order that is approved holds its total (`committed_amount`), and one that is wholly delivered has delivered it: only
    the lines of drafts, of partial deliveries and of closed orders, which hold what was invoiced, are read. What is invoiced is the sum
    of its invoices.
    """
    plain = orders.order_by()
    held = plain.aggregate(
        engaged=exact_sum("committed_amount"),
        open=exact_sum("committed_amount", filter=~Q(state=OrderState.CLOSED)),
        delivered=exact_sum("committed_amount", filter=Q(state__in=OrderState.ARRIVED) & ~Q(state=OrderState.CLOSED)),
    )
    invoices = (
        Invoice.objects.live()
        .filter(order__in=plain.values("pk"))
        .aggregate(
            billed=exact_sum("net_amount", filter=Q(kind=InvoiceKind.INVOICE)),
            credited=exact_sum("net_amount", filter=Q(kind=InvoiceKind.CREDIT_NOTE)),
        )
    )
    drafted, going, closed = (Q(order__state=state) for state in (OrderState.DRAFT, OrderState.PARTLY_DELIVERED, OrderState.CLOSED))
    unsettled = plain.filter(state__in=[OrderState.DRAFT, OrderState.PARTLY_DELIVERED, OrderState.CLOSED])
    lines = OrderLine.objects.filter(order__in=unsettled.values("pk")).aggregate(
        drafted=exact_sum(KEPT * F("unit_price_amount"), filter=drafted),
        closed=exact_sum(KEPT * F("unit_price_amount"), filter=closed),
        delivered=exact_sum(F("delivered_quantity") * F("unit_price_amount"), filter=going),
    )
    closed_net = _cents(lines["closed"])  # ordered, and delivered: nothing is outstanding
    return OrderTotals(
        _cents(held["open"]) + _cents(lines["drafted"]) + closed_net,
        _cents(held["engaged"]),
        _cents(held["delivered"]) + _cents(lines["delivered"]) + closed_net,
        _cents(invoices["billed"]) - _cents(invoices["credited"]),
    )


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT)


@dataclass(frozen=True)
class LateLines:
    """What should have arrived."""

    orders: int
    lines: int
    quantity: int


def late_lines(user: User) -> LateLines:
    """Lines still awaited of the late orders that `user` may see."""
    awaited = OrderLine.objects.filter(order__in=PurchaseOrder.objects.visible_to(user).late(), delivered_quantity__lt=KEPT)
    found = awaited.aggregate(orders=Count("order", distinct=True), lines=Count("pk"), quantity=Sum(KEPT - F("delivered_quantity")))
    return LateLines(found["orders"], found["lines"], found["quantity"] or 0)


def pending_needs(user: User) -> QuerySet[PendingNeed]:
    """Retained needs that are on no order, of the lycées that `user` follows, the oldest first."""
    return (
        PendingNeed.objects.filter(rules.followed(user, "decision_line__decision__application__establishment"), settled_at=None)
        .select_related("decision_line__request_line", "decision_line__decision__application__establishment__department")
        .order_by("created_at", "pk")
    )


def perimeter_of(user: User) -> str:
    """The departments of a person who follows no others, « Marne (51), Moselle (57) »; "" for who follows the whole Région, or none."""
    places = user.departments_of(*rules.FOLLOWING)
    return ", ".join(map(str, Territory.objects.filter(pk__in=places).order_by("code"))) if places else ""


def department_choices(user: User) -> list[tuple[str, str]]:
    """(code, « 54 Meurthe-et-Moselle ») of the departments that `user` follows and that have lycées."""
    places = user.departments_of(*rules.FOLLOWING)
    return departments_in_use() if places is None else departments_in_use(places)


def lot_choices(category: str) -> list[tuple[int, str]]:
    lots = Lot.objects.filter(category=category).select_related("agreement").order_by("agreement__reference", "pk")
    return [(lot.pk, f"{lot.agreement.reference}, lot {lot.number} – {lot.title}") for lot in lots]


def supplier_choices(category: str) -> list[tuple[int, str]]:
    """Who holds a lot of this kind today, or held one when an order or works left."""
    kind = CablingWork if category == ItemCategory.CABLING else PurchaseOrder
    held = Q(lots__category=category) | Q(pk__in=kind.objects.order_by().values("holder"))
    return list(Supplier.objects.filter(held).distinct().order_by("name").values_list("pk", "name"))
