"""Purchase orders: the list, the page, and the acts that have a form."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from orders import rules
from orders.actions.acceptance import accept_document, lift_reserve, reopen_reserve
from orders.actions.delivery import record_delivery
from orders.actions.order import edit_order
from orders.enums import SCREEN_CODES
from orders.forms.documents import CloseOutForm, DeliveryForm, LiftForm, ReceptionForm, ReopenReserveForm, TermsForm
from orders.forms.lists import OrderFilter
from orders.models import CablingWork, Lot, OrderLine, PurchaseOrder, Reserve
from orders.queries import deployments, invoices, listing
from orders.queries.arrived import deliveries_of, returns_of
from orders.queries.money import account_read_by
from orders.queries.photos import give_photos
from orders.queries.second_person import awaits_second_person
from orders.tables.documents import LOT_SORT, ORDER_LINES, ORDERS, listed_total, totals
from orders.views.acts import links_for
from orders.views.lists import reads_as_staff
from portal.accounts.queries import signers
from portal.signing import SignedAct
from portal.ui.paginate import paginate
from portal.ui.sorting import sort_queryset
from portal.ui.tables import sorts
from portal.workflow.gate import TransitionRefused, perform
from portal.workflow.readiness import effects_of
from portal.workflow.views import Act, attempt_form, carry_out, form_page, offered, refused, run_transition

SORTS = {**sorts(ORDERS), **LOT_SORT}
PAGES = {
    "order_reception": (("accept", "accept_with_reserves"), "Réceptionner", "pencil-square"),
    "order_delivery": (("deliver_part", "deliver_all"), "Enregistrer une livraison", "truck"),
    "order_invoice": (rules.bills, "Noter une facture", "banknotes"),
    "order_return": (("return_goods", "return_all_goods"), "Enregistrer un retour", "arrow-uturn-left"),
    "order_close_out": (("close_out",), "Solder la commande", "archive-box"),
}
CANCEL_DELIVERY = ("cancel_delivery", "cancel_only_delivery")
CANCEL_RETURN = ("cancel_return", "cancel_return_complete")
DELIVERY = Act(PAGES["order_delivery"][0], "Enregistrer une livraison", "orders/goods_form.html", "La livraison est enregistrée.")
RECEPTION = Act(PAGES["order_reception"][0], "Réceptionner", "orders/reception.html", "La réception est signée.")
CLOSE_OUT = Act(PAGES["order_close_out"][0], "Solder la commande", "orders/close_out.html", "La commande est soldée.")


def visible_order(request: HttpRequest, number: str) -> PurchaseOrder:
    """The order of this number if this person may see it; 404 otherwise."""
    orders = PurchaseOrder.objects.visible_to(request.user).select_related(
        "lot__agreement", "establishment__department", "decision__application__call", "created_by"
    )
    lines = Prefetch("lines", OrderLine.objects.select_related("item", "decision_line"))
    return get_object_or_404(orders.prefetch_related(lines, "reserves__raised_by", "reserves__lifted_by", invoices.SHOWN), number=number)


@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    is_staff = reads_as_staff(request)
    form = OrderFilter(request.GET, reader=request.user)
    found = listing.orders_listed(request.user, **form.values)
    page_orders, sort = sort_queryset(request, found, SORTS, "-numero")
    page, sums = paginate(request, page_orders), listing.totals_of(found)
    context = {
        "form": form,
        "columns": ORDERS,
        "foot": [listed_total(page.paginator.count, sums.net)],
        "page_obj": page,
        "selectable": rules.approves_orders(None, request.user) and any(order.is_editable for order in page),
        "may_send": rules.places_orders(None, request.user),
        "sort": sort,
        "is_staff": is_staff,
        "perimeter": listing.perimeter_of(request.user),
        "totals": sums,
        "late": listing.late_lines(request.user),
        "pending": listing.pending_needs(request.user).count() if is_staff else 0,
        "full_lots": list(Lot.objects.running().nearly_full().select_related("agreement")) if is_staff else [],
    }
    return render(request, "orders/order_list.html", context)


@require_safe
def order_detail(request: HttpRequest, number: str) -> HttpResponse:
    order = visible_order(request, number)
    give_photos(list(order.reserves.all()))
    context = {
        "order": order,
        "columns": ORDER_LINES,
        "totals": totals(order),
        "acts": links_for(order, request.user, PAGES),
        "deliveries": deliveries_of(order),
        "returns": returns_of(order),
        "may_cancel_delivery": offered(order, request.user, *CANCEL_DELIVERY),
        "may_cancel_return": offered(order, request.user, *CANCEL_RETURN),
        "is_staff": rules.follows_at(order.establishment, request.user),
        "invoice_rows": invoices.rows_of(order, request.user),
        "account": account_read_by(request.user, order.decision),
        "reads_file": rules.reads_file(order, request.user),
        "may_edit": order.is_editable and rules.places_orders(order, request.user),
        "may_correct": offered(order, request.user, "correct_references"),
        "may_reopen": order.takes_reserves_back and rules.lifts_reserves(order, request.user),
        "may_lift": order.has_reserves and rules.lifts_reserves(order, request.user),
        "second_person": awaits_second_person(order, request.user),
        "signers": signers(order.establishment, SignedAct.ACCEPTANCE, order) if order.awaits_acceptance else [],
        "works_before": deployments.works_before(order, SCREEN_CODES) if order.accepted_at is None else [],
    }
    return render(request, "orders/order.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def order_edit(request: HttpRequest, number: str) -> HttpResponse:
    order = visible_order(request, number)
    if not rules.places_orders(order, request.user):
        raise PermissionDenied("order_edit")
    form = TermsForm(request.POST or None, order=order)
    answer = attempt_form(
        request, order, "Modifier la commande", form,
        lambda: edit_order(
            order=order, terms=form.terms, quantities=form.quantities, seen=form.cleaned_data["seen"], actor=request.user
        ),
        success="La commande est modifiée.",
    )  # fmt: skip
    if answer:
        return answer
    if not order.is_editable:
        gone = TransitionRefused([f"La commande ne se modifie plus : état actuel « {order.get_state_display()} »."], wrong_state=True)
        return refused(request, order, gone, label="Modifier la commande")
    return form_page(request, "orders/order_edit.html", form, {"order": order})


@require_http_methods(["GET", "HEAD", "POST"])
def order_delivery(request: HttpRequest, number: str) -> HttpResponse:
    order = visible_order(request, number)
    form = DeliveryForm(request.POST or None, order=order)

    def do(form: DeliveryForm) -> PurchaseOrder:
        return record_delivery(
            order=order,
            delivered_on=form.cleaned_data["delivered_on"],
            note_number=form.cleaned_data["note_number"],
            quantities=form.quantities,
            serial_numbers=form.serial_numbers,
            remarks=form.cleaned_data["remarks"],
            actor=request.user,
        )

    return carry_out(request, order, DELIVERY, form, do)


@require_http_methods(["GET", "HEAD", "POST"])
def order_reception(request: HttpRequest, number: str) -> HttpResponse:
    order = visible_order(request, number)
    more = request.method == "POST" and "ajouter" in request.POST
    form = ReceptionForm(files=request.FILES, typed=request.POST) if more else ReceptionForm(request.POST or None, request.FILES or None)

    def do(form: ReceptionForm) -> PurchaseOrder:
        return accept_document(document=order, reserves=form.reserves, actor=request.user)

    return carry_out(request, order, RECEPTION, form, do, deliveries=deliveries_of(order).standing(), due_on=order.acceptance_due_on)


@require_http_methods(["GET", "HEAD", "POST"])
def order_reserve(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    order = visible_order(request, number)
    return lift_page(request, order, get_object_or_404(order.reserves, pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
def order_reserve_reopen(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    order = visible_order(request, number)
    return reopen_page(request, order, get_object_or_404(order.reserves, pk=pk))


def lift_page(request: HttpRequest, document: PurchaseOrder | CablingWork, reserve: Reserve) -> HttpResponse:
    """Say that one reserve is lifted; shared by orders and works."""
    if not rules.lifts_reserves(document, request.user):
        raise PermissionDenied("lift_reserve")
    form = LiftForm(request.POST or None)
    answer = attempt_form(
        request, document, "Lever la réserve", form,
        lambda: lift_reserve(reserve=reserve, note=form.cleaned_data["note"], actor=request.user),
        success=_lifted,
    )  # fmt: skip
    context = {"document": document, "reserve": reserve, "title": "Lever une réserve", "effects": effects_of(document, "lift_reserves")}
    return answer or form_page(request, "orders/reserve.html", form, context)


def reopen_page(request: HttpRequest, document: PurchaseOrder | CablingWork, reserve: Reserve) -> HttpResponse:
    """Say that one reserve was lifted too early; shared by orders and works."""
    if not rules.lifts_reserves(document, request.user):
        raise PermissionDenied("reopen_reserve")
    form = ReopenReserveForm(request.POST or None)
    answer = attempt_form(
        request, document, "Rouvrir la réserve", form,
        lambda: reopen_reserve(reserve=reserve, reason=form.cleaned_data["reason"], actor=request.user),
        success="La réserve est à lever de nouveau.",
    )  # fmt: skip
    return answer or form_page(
        request, "orders/reserve_reopen.html", form, {"document": document, "reserve": reserve, "title": "Rouvrir une réserve"}
    )


def _lifted(document: PurchaseOrder | CablingWork) -> str:
    left = document.reserves.filter(lifted_at=None).exists()
    return "La réserve est levée." if left else "La réserve est levée ; il n’en reste aucune."


@require_http_methods(["GET", "HEAD", "POST"])
def order_close_out(request: HttpRequest, number: str) -> HttpResponse:
    """The early end: what will never come goes back to the lot and to the needs."""
    order = visible_order(request, number)

    def do(form: CloseOutForm) -> PurchaseOrder:
        return perform(order, "close_out", actor=request.user, reason=form.cleaned_data["reason"])

    rest = [line for line in order.lines.all() if line.outstanding_quantity]
    given_back = sum((line.outstanding_quantity * line.unit_price_amount for line in rest), Decimal(0))
    return carry_out(request, order, CLOSE_OUT, CloseOutForm(request.POST or None), do, rest=rest, given_back=given_back)


@require_http_methods(["GET", "HEAD", "POST"])
def order_transition(request: HttpRequest, number: str, name: str) -> HttpResponse:
    return run_transition(request, visible_order(request, number), name)
