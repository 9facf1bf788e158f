"""Where each retained school stands, and how many lycées of each type the Région has reached."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum

from calls.enums import Outcome
from orders import rules
from orders.enums import WIFI_CODES, OrderState, WorkState
from orders.models import CablingWork, OrderLine, PurchaseOrder, WorkLine
from orders.queries.money import Sums, gross_sums
from portal.accounts.models import User
from portal.directory.enums import ELIGIBLE_CATEGORIES, Category, EstablishmentState
from portal.directory.models import Establishment
from portal.text.search import matching
from scoring.enums import DecisionState
from scoring.models import FundingDecision


def retained(user: User, *, q: str = "", appel: int | None = None, departement: str = "", statut: str = "") -> QuerySet[FundingDecision]:
    """Released awards that `user` may follow: those of the lycées that staff follow, its own for a school."""
    decisions = FundingDecision.objects.filter(outcome__in=Outcome.GRANTING).filter(_followed())
    if not rules.follows_everywhere(user):
        followed = rules.followed(user, "application__establishment")
        decisions = decisions.filter(followed | Q(application__establishment__in=user.establishment_ids))
    decisions = matching(decisions, q, "application__search_text")
    if appel:
        decisions = decisions.filter(application__call=appel)
    if departement:
        decisions = decisions.filter(application__establishment__department__code=departement)
    if statut:
        decisions = decisions.filter(application__establishment__category=statut)
    return decisions.select_related("application__call", "application__establishment__department")


def _followed() -> Q:
    """Aids that stand; one declined, while something already sent still engages it."""
    going = Exists(PurchaseOrder.objects.filter(decision=OuterRef("pk"), state__in=OrderState.ENGAGED))
    works = Exists(CablingWork.objects.filter(decision=OuterRef("pk")).exclude(state__in=WorkState.UNENGAGED))
    return Q(state=DecisionState.RELEASED) | Q(Q(going) | Q(works), state=DecisionState.DECLINED)


@dataclass(frozen=True)
class DeploymentProgress:
    """One retained school: what is ordered, delivered, accepted, and its works."""

    decision: FundingDecision
    orders: list[PurchaseOrder]
    works: list[CablingWork]

    @property
    def ordered(self) -> int:
        return sum(order.ordered for order in self.orders)

    @property
    def received(self) -> int:
        return sum(order.received for order in self.orders)

    @property
    def accepted(self) -> int:
        """Orders accepted, with or without reserves."""
        return sum(order.accepted_at is not None for order in self.orders)

    @property
    def is_money_alone(self) -> bool:
        """Whether nothing of the aid is to be delivered: amounts alone, which are paid."""
        return not self.orders and not self.works and 0 < self.decision.granted_amount == self.decision.to_pay_amount

    @property
    def is_complete(self) -> bool:
        documents = [*self.orders, *self.works]
        return bool(documents) and all(document.accepted_at for document in documents)


def listed(decisions: QuerySet[FundingDecision]) -> QuerySet[FundingDecision]:
    """Decisions with the columns of the list alone: another one would cost a query per line."""
    school = "application__establishment"
    return decisions.select_related(None).select_related(f"{school}__department").only(
        "state", "granted_amount", "to_pay_amount", "application__state", "application__reference", f"{school}__name", f"{school}__commune_name", f"{school}__department__code"
    )  # fmt: skip


def progress_of(decisions: list[FundingDecision], user: User) -> list[DeploymentProgress]:
    """The progress of these decisions, in their order."""
    keys = [decision.pk for decision in decisions]
    orders: dict[int, list] = {}
    ordered = _live(PurchaseOrder.objects.visible_to(user)).filter(decision__in=keys).only("decision", *_PROGRESS).order_by("number")
    for order in ordered.annotate(**_QUANTITIES):
        orders.setdefault(order.decision_id, []).append(order)
    works: dict[int, list] = {}
    for work in _live(CablingWork.objects.visible_to(user)).filter(decision__in=keys).only("decision", *_PROGRESS).order_by("number"):
        works.setdefault(work.decision_id, []).append(work)
    return [DeploymentProgress(decision, orders.get(decision.pk, []), works.get(decision.pk, [])) for decision in decisions]


_PROGRESS = ("number", "state", "due_on", "accepted_at")
_QUANTITIES = {
    "ordered": Sum(F("lines__quantity") - F("lines__given_up_quantity"), default=0),
    "received": Sum("lines__delivered_quantity", default=0),
}


def _live(documents: QuerySet) -> QuerySet:
    return documents.exclude(state=OrderState.CANCELLED)


@dataclass(frozen=True)
class Coverage:
    """One type of lycée: how many are retained, out of how many are open in the Région."""

    label: str
    retained: int
    total: int
    is_whole: bool = False  # all types together

    @property
    def percent(self) -> int | None:
        return round(100 * self.retained / self.total) if self.total else None


def coverage(appel: int | None = None, *, reader: User | None = None) -> list[Coverage]:
    """The table by type of lycée, then all together, where `reader` follows them. A lycée retained twice counts once; one that has closed since, as long as its aid stands."""
    awarded = Q(applications__decision__state=DecisionState.RELEASED, applications__decision__outcome__in=Outcome.GRANTING)
    if appel:
        awarded &= Q(applications__call=appel)
    stands = Establishment.objects.filter(awarded)
    here = Establishment.objects.filter(~Q(state=EstablishmentState.CLOSED) | Q(pk__in=stands.values("pk")))
    here = here.filter(region_code=settings.REGION_CODE, category__in=ELIGIBLE_CATEGORIES)
    if reader and (places := reader.departments_of(*rules.FOLLOWING)) is not None:
        here = here.filter(department__in=places)
    totals = dict(here.order_by().values_list("category").annotate(n=Count("pk")))
    reached = dict(here.filter(awarded).order_by().values_list("category").annotate(n=Count("pk", distinct=True)))
    rows = [Coverage(Category(category).label, reached.get(category, 0), totals.get(category, 0)) for category in ELIGIBLE_CATEGORIES]
    return [*rows, Coverage("Ensemble", sum(row.retained for row in rows), sum(row.total for row in rows), is_whole=True)]


@dataclass(frozen=True)
class Milestone:
    """One strand of a deployment, as its card shows it."""

    label: str
    level: str
    icon: str
    state: str
    headline: str
    detail: str
    done: int
    total: int


@dataclass(frozen=True)
class Deployment:
    """Everything that one retained school is waiting for."""

    decision: FundingDecision
    orders: list[PurchaseOrder]
    works: list[CablingWork]

    @property
    def sums(self) -> Sums:
        """What they come to, incl. VAT, as the aid is."""
        return sum((gross_sums(document) for document in (*self.orders, *self.works)), Sums())


def deployment_of(decision: FundingDecision, user: User) -> Deployment:
    """The orders and works of one decision that `user` may see, with their lines and reserves."""
    lines = Prefetch("lines", OrderLine.objects.select_related("item"))
    orders = PurchaseOrder.objects.visible_to(user).filter(decision=decision).select_related("lot")
    works = CablingWork.objects.visible_to(user).filter(decision=decision).select_related("lot__agreement")
    return Deployment(
        decision,
        list(_live(orders).prefetch_related(lines, "reserves", "invoices").order_by("number")),
        list(
            _live(works)
            .prefetch_related(Prefetch("lines", WorkLine.objects.select_related("item")), "reserves", "invoices")
            .order_by("number")
        ),
    )


def works_before(order: PurchaseOrder, codes: tuple[str, ...]) -> list[CablingWork]:
    """Works of the same site that must be received before what the order brings can be installed; none when it brings nothing such."""
    if not order.lines.filter(item__item_code__in=codes).exists():
        return []
    return list(_live(CablingWork.objects.filter(establishment=order.establishment_id, accepted_at=None)).order_by("number"))


def awaits_wifi(work: CablingWork) -> bool:
    return any(line.item.item_code in WIFI_CODES for line in work.lines.all())
