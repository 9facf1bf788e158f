"""Where this app shows itself outside its own pages: menu, things to do, blocks on other pages, names of its acts."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from calls.models import Application
from orders import rules
from orders.hooks import todo
from orders.models import CablingWork, PurchaseOrder
from portal.directory.models import Establishment
from portal.journal import acts
from portal.ui import navigation, panels
from portal.ui import todo as todo_registry

ACTS = {
    "open_lines": "Besoins inscrits",
    "edit_order": "Commande modifiée",
    "lift_reserve": "Réserve levée",
    "keep_pending": "Besoin mis à traiter",
    "settle_pending": "Besoin traité",
    "create_entry": "Fiche créée au catalogue",
    "edit_entry": "Fiche du catalogue modifiée",
}


def register() -> None:
    navigation.register("Commandes", "orders:order_list", rules.follows_orders, order=50)
    navigation.register("Travaux", "orders:work_list", rules.follows_orders, order=52)
    navigation.register("Déploiements", "orders:deployment_list", rules.reads_deployments, order=54)
    todo_registry.register(todo.todo_for)
    acts.register(ACTS, told_to_applicants=["lift_reserve"])
    panels.register("calls.application", of_application, order=60)
    panels.register("directory.establishment", of_establishment, order=60)


def of_application(request: HttpRequest, application: Application) -> str:
    """Orders and works of a file, for who may see them."""
    return _panel(request, application.reference, decision__application=application)


def of_establishment(request: HttpRequest, establishment: Establishment) -> str:
    return _panel(request, "", establishment=establishment)


def _panel(request: HttpRequest, reference: str, **about) -> str:
    orders = PurchaseOrder.objects.visible_to(request.user).filter(**about).select_related("lot__supplier").prefetch_related("lines")
    works = CablingWork.objects.visible_to(request.user).filter(**about).select_related("lot__supplier", "decision__application")
    orders, works = list(orders.order_by("number")), list(works.order_by("number"))
    context = {"documents": [*orders, *works], "reference": reference}
    return render_to_string("orders/_panel.html", context, request) if orders or works else ""
