"""What has arrived, and what counts no more: the page of a delivery that is cancelled, that of a return, that of a return cancelled."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from orders.actions.returning import cancel_delivery, cancel_return, return_goods
from orders.forms.returning import CancelDeliveryForm, CancelReturnForm, ReturnForm
from orders.models import PurchaseOrder
from orders.queries.arrived import deliveries_of, returns_of
from orders.views.orders import CANCEL_DELIVERY, CANCEL_RETURN, visible_order
from portal.workflow.views import Act, carry_out

CANCEL = Act(CANCEL_DELIVERY, "Annuler une livraison", "orders/delivery_cancel.html", "La livraison est annulée.")
UNRETURN = Act(CANCEL_RETURN, "Annuler un retour", "orders/return_cancel.html", "Le retour est annulé.")
RETURN = Act(("return_goods", "return_all_goods"), "Enregistrer un retour", "orders/order_return.html", "Le retour est enregistré.")


@require_http_methods(["GET", "HEAD", "POST"])
def delivery_cancel(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A delivery was typed wrongly: say why, and what that changes."""
    order = visible_order(request, number)
    delivery = get_object_or_404(deliveries_of(order), pk=pk)

    def do(form: CancelDeliveryForm) -> PurchaseOrder:
        return cancel_delivery(order=order, delivery=delivery, reason=form.cleaned_data["reason"], actor=request.user)

    return carry_out(request, order, CANCEL, CancelDeliveryForm(request.POST or None), do, delivery=delivery)


@require_http_methods(["GET", "HEAD", "POST"])
def order_return(request: HttpRequest, number: str) -> HttpResponse:
    """The holder takes goods back."""
    order = visible_order(request, number)

    def do(form: ReturnForm) -> PurchaseOrder:
        return return_goods(
            order=order,
            returned_on=form.cleaned_data["returned_on"],
            reference=form.cleaned_data["reference"],
            quantities=form.quantities,
            serial_numbers=form.serial_numbers,
            reason=form.cleaned_data["reason"],
            actor=request.user,
        )

    return carry_out(request, order, RETURN, ReturnForm(request.POST or None, order=order), do)


@require_http_methods(["GET", "HEAD", "POST"])
def return_cancel(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A return was typed wrongly: say why, and what that changes."""
    order = visible_order(request, number)
    goods_return = get_object_or_404(returns_of(order), pk=pk)

    def do(form: CancelReturnForm) -> PurchaseOrder:
        return cancel_return(order=order, goods_return=goods_return, reason=form.cleaned_data["reason"], actor=request.user)

    return carry_out(request, order, UNRETURN, CancelReturnForm(request.POST or None), do, goods_return=goods_return)
