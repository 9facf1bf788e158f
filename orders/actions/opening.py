"""From a released decision to draft orders and works: grouped by lot, nothing lost, never twice."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from calls.enums import NeedKind
from calls.models import Application
from orders.actions.numbers import ORDERS, WORKS, allocate_number
from orders.enums import OrderState, WorkState
from orders.models import CablingWork, CatalogueItem, Lot, OrderLine, PendingNeed, PurchaseOrder, WorkLine
from orders.queries.catalogue import item_for, items_on_sale
from portal.accounts.models import RoleGrant, User
from portal.directory.models import Establishment
from portal.journal import recorder
from portal.workflow.actors import SystemActor
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import refuse_unseen
from scoring.enums import DecisionState
from scoring.models import DecisionLine, FundingDecision


@dataclass
class Opening:
    """What one decision opened."""

    orders: list[PurchaseOrder] = field(default_factory=list)
    works: list[CablingWork] = field(default_factory=list)
    pending: list[PendingNeed] = field(default_factory=list)


@transaction.atomic
def open_orders(*, decision: FundingDecision, actor: User | SystemActor) -> Opening:
    """Open draft orders and works from the retained needs of a decision, one per lot. Amounts are paid: they open nothing.

    A line is handled once: those already ordered, or kept to be settled, are left as they are, so running this twice
    changes nothing. A line that no running lot can answer becomes a PendingNeed.
    """
    decision = FundingDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    school = decision.application.establishment
    items, opening, placed = items_on_sale(), Opening(), []
    for line in _lines_to_handle(decision):
        need = line.request_line
        if item := item_for(need.item_code, need.kind, school, items):
            placed.append((line, line.quantity, item))
        else:
            cause = f"Aucun lot en cours ne propose l’article « {need.item_code} » pour ce lycée."
            opening.pending.append(keep_pending(line=line, quantity=line.quantity, cause=cause, actor=actor))
    for document in place_lines(decision=decision, placed=placed, actor=actor):
        (opening.orders if isinstance(document, PurchaseOrder) else opening.works).append(document)
    return opening


def _lines_to_handle(decision: FundingDecision) -> Iterable[DecisionLine]:
    untouched = decision.lines.needs().filter(order_lines=None, work_lines=None, pending_needs=None)
    return untouched.select_related("request_line").order_by("pk")


def place_lines(*, decision: FundingDecision, placed: list[tuple[DecisionLine, int, CatalogueItem]], actor: User | SystemActor) -> list:
    """Put (line, quantity, article) on the draft of each lot, opening the drafts that are missing. Returns the documents.

    Orders before works, whatever the order of the needs: two openings at one instant take the counters of numbers in one order.
    """
    by_lot: dict[int, list] = {}
    for entry in placed:
        by_lot.setdefault(entry[2].lot_id, []).append(entry)
    documents = []
    for entries in sorted(by_lot.values(), key=lambda entries: entries[0][2].lot.category != NeedKind.EQUIPMENT):
        lot = entries[0][2].lot
        document = (
            draft_of(decision=decision, lot=lot, actor=actor)
            if lot.category == NeedKind.EQUIPMENT
            else request_of(decision=decision, lot=lot, actor=actor)
        )
        add_lines(document=document, entries=entries, actor=actor)
        documents.append(document)
    return documents


def draft_of(*, decision: FundingDecision, lot: Lot, actor: User | SystemActor) -> PurchaseOrder:
    """The draft order of this decision on this lot, opened if there is none."""
    if draft := PurchaseOrder.objects.filter(decision=decision, lot=lot, state=OrderState.DRAFT).first():
        return draft
    return PurchaseOrder.objects.create(
        **_commissioned(decision, lot, series=ORDERS),
        delivery_contact=contact_at(decision.application.establishment),
        due_on=timezone.localdate() + timedelta(days=lot.delivery_days),
        created_by=actor if actor.pk else None,
    )


def request_of(*, decision: FundingDecision, lot: Lot, actor: User | SystemActor) -> CablingWork:
    """The works requested for this decision on this lot, opened if there are none."""
    if request := CablingWork.objects.filter(decision=decision, lot=lot, state=WorkState.REQUESTED).first():
        return request
    return CablingWork.objects.create(
        **_commissioned(decision, lot, series=WORKS), site_contact=contact_at(decision.application.establishment)
    )


def _commissioned(decision: FundingDecision, lot: Lot, *, series: str) -> dict:
    """What an order and works take alike from their decision, with the next number of their series."""
    return {
        "number": allocate_number(series=series),
        "decision": decision,
        "lot": lot,
        "establishment": decision.application.establishment,
        "budget_code": decision.envelope.budget_code if decision.envelope else "",
    }


def add_lines(
    *, document: PurchaseOrder | CablingWork, entries: list[tuple[DecisionLine, int, CatalogueItem]], actor: User | SystemActor
) -> None:
    """Add the lines at today's catalogue price and VAT, and record it in the journal."""
    kind, owner = (OrderLine, "order") if isinstance(document, PurchaseOrder) else (WorkLine, "work")
    for line, quantity, item in entries:
        price = {"item": item, "unit_price_amount": item.unit_price_amount, "vat_rate": item.vat_rate}
        same = document.lines.filter(decision_line=line, is_live=True, **price)
        if not same.update(quantity=F("quantity") + quantity):  # the rest of a need comes back to the line that it had left
            kind.objects.create(**{owner: document}, decision_line=line, label=item.label, quantity=quantity, **price)
    lines = [f"{quantity} × {item.label}" for _, quantity, item in entries]
    recorder.record(document, "open_lines", actor=actor, target=document.state, data={"lines": lines})


def contact_at(school: Establishment) -> str:
    """Whom the carrier asks for: the head of establishment and the switchboard, as far as they are known."""
    grants = RoleGrant.objects.in_force().of_heads().filter(establishment=school)
    head = User.objects.filter(is_active=True, pk__in=grants.values("user")).order_by("pk").first()
    return ", ".join(part for part in (str(head) if head else "", school.phone) if part)[:160]


def keep_pending(*, line: DecisionLine, quantity: int, cause: str, actor: User | SystemActor) -> PendingNeed:
    """Keep a need for the orders officer to settle; it joins what is already pending of the same retained line."""
    FundingDecision.objects.select_for_update(of=("self",)).get(pk=line.decision_id)
    need = PendingNeed.objects.filter(decision_line=line, settled_at=None).first()
    if need:
        need.quantity += quantity
        need.cause = f"{need.cause} {cause}"[:300]
        need.save(update_fields=["quantity", "cause"])
    else:
        need = PendingNeed.objects.create(decision_line=line, quantity=quantity, cause=cause)
    recorder.record(need, "keep_pending", actor=actor, reason=cause, data={"quantity": quantity})
    return need


def take_from_pending(*, line: DecisionLine, quantity: int, settlement: str, actor: User) -> None:
    """Put `quantity` of a pending need back on an order. Raises TransitionRefused when less than that is pending."""
    FundingDecision.objects.select_for_update(of=("self",)).get(pk=line.decision_id)
    need = PendingNeed.objects.filter(decision_line=line, settled_at=None).first()
    if need is None or need.quantity < quantity:
        raise TransitionRefused(["Ce besoin vient d’être traité autrement : relisez la commande."], wrong_state=True)
    if need.quantity == quantity:
        settle_need(need, settlement, actor)
        return
    need.quantity -= quantity
    need.save(update_fields=["quantity"])
    recorder.record(need, "take_pending", actor=actor, reason=settlement, data={"quantity": quantity})


@transaction.atomic
def place_pending(*, need: PendingNeed, item: CatalogueItem, actor: User | SystemActor) -> PurchaseOrder | CablingWork:
    """Order a pending need as this article. Raises TransitionRefused when somebody settled it before, or when the aid is declined."""
    decision_id = DecisionLine.objects.values_list("decision_id", flat=True).get(pk=need.decision_line_id)
    # The file, as a lycée that declines does, then the drafts, the decision, the need: as an order reduced, cancelled or closed early does.
    file = Application.objects.select_for_update(of=("self",), no_key=True).get(decision=decision_id)
    if file.is_declined:
        raise TransitionRefused(["L’aide est déclinée : il n’y a plus rien à commander pour ce dossier."], wrong_state=True)
    list(PurchaseOrder.objects.select_for_update(of=("self",)).filter(decision=decision_id, state=OrderState.DRAFT).order_by("pk"))
    list(CablingWork.objects.select_for_update(of=("self",)).filter(decision=decision_id, state=WorkState.REQUESTED).order_by("pk"))
    decision = FundingDecision.objects.select_for_update(of=("self",)).get(pk=decision_id)
    if decision.state == DecisionState.DECLINED:
        raise TransitionRefused(["L’aide est déclinée : rien ne se commande plus pour ce lycée."], wrong_state=True)
    need = _locked(need)
    line = need.decision_line
    (document,) = place_lines(decision=line.decision, placed=[(line, need.quantity, item)], actor=actor)
    settle_need(need, f"Ajouté à {document.number}.", actor)
    return document


@transaction.atomic
def drop_pending(*, need: PendingNeed, reason: str, actor: User | SystemActor, seen: str | None = None) -> None:
    """Say that a need will not be ordered, and why.

    Raises TransitionRefused when somebody settled it before, or when its quantity is not what the page had `seen`.
    """
    decision_id = DecisionLine.objects.values_list("decision_id", flat=True).get(pk=need.decision_line_id)
    FundingDecision.objects.select_for_update(of=("self",)).get(pk=decision_id)  # no order gives pieces back to it meanwhile
    locked = _locked(need)
    refuse_unseen(seen, locked, now=f"{locked.quantity} × {locked.decision_line.request_line.label}")
    settle_need(locked, reason, actor)


@transaction.atomic
def retry_pending(*, actor: User | SystemActor) -> tuple[int, int]:
    """Look again in today's catalogue for every pending need: (placed, still pending). One settled meanwhile is neither."""
    needs = (
        PendingNeed.objects.filter(settled_at=None)
        .select_related("decision_line__request_line", "decision_line__decision__application__establishment__department")
        .order_by("-decision_line__request_line__kind", "created_at", "pk")  # equipment first, as in `place_lines`
    )
    items, placed, left = items_on_sale(), 0, 0
    for need in needs:
        wanted = need.decision_line.request_line
        item = item_for(wanted.item_code, wanted.kind, need.decision_line.decision.application.establishment, items)
        if item is None:
            left += 1
            continue
        with suppress(TransitionRefused):
            place_pending(need=need, item=item, actor=actor)
            placed += 1
    return placed, left


def _locked(need: PendingNeed) -> PendingNeed:
    need = PendingNeed.objects.select_for_update(of=("self",)).get(pk=need.pk)
    if need.settled_at:
        raise TransitionRefused([f"Ce besoin est déjà traité : {need.settlement}"], wrong_state=True)
    return need


def settle_need(need: PendingNeed, settlement: str, actor: User | SystemActor) -> None:
    """Write what became of a pending need; the caller has checked that it was still open."""
    need.settled_at = timezone.now()
    need.settled_by = actor if actor.pk else None
    need.settlement = settlement[:300]
    need.save(update_fields=["settled_at", "settled_by", "settlement"])
    recorder.record(need, "settle_pending", actor=actor, reason=settlement)
