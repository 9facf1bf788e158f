"""Needs that are on no order: each one is placed on an article, or said not to be ordered."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders import rules
from orders.actions.opening import drop_pending, place_pending, retry_pending
from orders.forms.documents import DropForm
from orders.forms.pending import PlaceForm
from orders.models import PendingNeed
from orders.queries import listing
from portal.addresses import address
from portal.ui.paginate import paginate
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import SEEN
from portal.workflow.views import refused


@require_safe
def pending_list(request: HttpRequest) -> HttpResponse:
    if not rules.follows_orders(request.user):
        raise PermissionDenied("pending")
    context = {"page_obj": paginate(request, listing.pending_needs(request.user)), "may_settle": rules.places_orders(None, request.user)}
    return render(request, "orders/pending_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def pending_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Two forms: order the need as an article, or drop it."""
    if not rules.places_orders(None, request.user):
        raise PermissionDenied("pending")
    need = get_object_or_404(PendingNeed, pk=pk)
    if need.settled_at and request.method == "POST":
        gone = TransitionRefused([f"Ce besoin est déjà traité : {need.settlement}"], wrong_state=True)
        return refused(request, need, gone, label="Traiter un besoin", back=address("orders:pending_list"))
    need = get_object_or_404(listing.pending_needs(request.user), pk=pk)
    drops = "drop" in request.POST
    place_form = PlaceForm(None if drops else request.POST or None, need=need)
    drop_form = DropForm(request.POST if drops else None)
    sent = drop_form if drops else place_form
    if request.method == "POST" and sent.is_valid():
        try:
            return _settle(request, need, sent)
        except TransitionRefused as refusal:
            sent.add_error(None, refusal.reasons[0])
    context = {"need": need, "place_form": place_form, "drop_form": drop_form}
    return render(request, "orders/pending.html", context, status=422 if sent.errors else 200)


def _settle(request: HttpRequest, need: PendingNeed, form: BaseForm) -> HttpResponse:
    if isinstance(form, DropForm):
        drop_pending(need=need, reason=form.cleaned_data["reason"], actor=request.user, seen=request.POST.get(SEEN))
        messages.success(request, "Le besoin est classé sans commande ; le motif est gardé.")
        return redirect("orders:pending_list")
    document = place_pending(need=need, item=form.cleaned_data["item"], actor=request.user)
    messages.success(request, f"Le besoin est ajouté à {document.number}.")
    return redirect(document)


@require_POST
def pending_retry(request: HttpRequest) -> HttpResponse:
    if not rules.places_orders(None, request.user):
        raise PermissionDenied("pending")
    placed, left = retry_pending(actor=request.user)
    if placed:
        messages.success(request, f"{placed} besoin{'s' if placed > 1 else ''} ajouté{'s' if placed > 1 else ''} aux commandes.")
    else:
        messages.info(request, "Le catalogue ne répond toujours à aucun de ces besoins.")
    return redirect("orders:pending_list" if left else "orders:order_list")
