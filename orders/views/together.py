"""One act on several orders: first what will go and what will not, then the act."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from orders import rules
from orders.actions.together import perform_each
from orders.queries.preflight import chosen_orders, preflight
from portal.text.french import count
from portal.ui.back import next_page
from portal.workflow.views import is_last_act_of


@dataclass(frozen=True)
class Together:
    """An act that may be done on several orders at once."""

    title: str
    button: str
    note: str
    done: tuple[str, str]
    allowed: Callable  # rule(order, user): the same for every order


ACTS = {
    "approve": Together(
        "Valider des commandes",
        "Valider",
        "Le montant de chaque commande est pris sur son lot.",
        ("commande validée", "commandes validées"),
        rules.approves_orders,
    ),
    "send": Together(
        "Envoyer des commandes",
        "Envoyer",
        "Chaque bon de commande part par courriel à son titulaire, et le lycée est prévenu.",
        ("commande envoyée", "commandes envoyées"),
        rules.places_orders,
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def order_together(request: HttpRequest, name: str) -> HttpResponse:
    if name not in ACTS:
        raise Http404(name)
    act = ACTS[name]
    if not act.allowed(None, request.user):
        raise PermissionDenied(act.title)
    sent = request.POST if request.method == "POST" else request.GET
    back = next_page(request) or reverse("orders:order_list")
    orders = chosen_orders(request.user, sent.getlist("commande"))
    if request.method == "POST" and orders:
        done, refused = perform_each(orders=orders, name=name, actor=request.user)
        if done:
            messages.success(request, f"{count(done, *act.done)}.")
        for order, reason in refused:
            if is_last_act_of(request, order, name):
                messages.info(request, f"{order.number} : c’est déjà fait.")
            else:
                messages.warning(request, f"{order.number} : {reason}")
        return redirect(back)
    ready, held = preflight(orders, name)
    total = sum(order.net_amount for order in ready)
    return render(request, "orders/order_together.html", {"act": act, "ready": ready, "held": held, "total": total, "back": back})
