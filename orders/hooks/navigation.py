"""Where this app shows itself outside its own pages: menu, things to do, blocks on other pages, names of its acts."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html

from calls.enums import ApplicationState
from calls.models import Application
from orders import rules
from orders.hooks import todo
from orders.models import CablingWork, PurchaseOrder
from orders.queries.deployments import retained
from orders.queries.listing import perimeter_of
from orders.queries.money import account_read_by
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.journal import acts
from portal.ui import navigation, panels
from portal.ui import todo as todo_registry
from scoring.enums import DecisionState
from scoring.models import Envelope, FundingDecision

ACTS = {
    "open_lines": "Besoins inscrits",
    "edit_order": "Commande modifiée",
    "lift_reserve": "Réserve levée",
    "record_invoice": "Facture notée",
    "record_credit_note": "Avoir noté",
    "cancel_invoice": "Facture ou avoir annulé",
    "reopen_reserve": "Réserve rouverte",
    "keep_pending": "Besoin mis à traiter",
    "settle_pending": "Besoin traité",
    "take_pending": "Besoin remis en commande",
    "create_entry": "Fiche créée au catalogue",
    "edit_entry": "Fiche du catalogue modifiée",
}


def register() -> None:
    navigation.register("Commandes", "orders:order_list", rules.follows_orders, order=50)
    navigation.register("Travaux", "orders:work_list", rules.follows_orders, order=52)
    navigation.register("Déploiements", "orders:deployment_list", rules.reads_deployments, order=54)
    todo_registry.register(todo.todo_for)
    acts.register(ACTS, told_to_applicants=["lift_reserve", "reopen_reserve"])
    panels.register("calls.application", of_application, order=60)
    panels.register("scoring.fundingdecision", of_decision, order=60)
    panels.register("scoring.envelope", of_envelope, order=60)
    panels.register("directory.establishment", of_establishment, order=60)
    panels.register("accounts.user", of_perimeter, order=30)


def of_application(request: HttpRequest, application: Application) -> str:
    """Orders and works of a file, for who may see them; nothing before its decision is known, without asking."""
    if application.state not in ApplicationState.ANSWERED:
        return ""
    followed = retained(request.user).filter(application=application).exists()
    return _panel(request, application.reference if followed else "", decision__application=application)


def of_decision(request: HttpRequest, decision: FundingDecision) -> str:
    """What became of the aid, for the staff who follow orders; nothing before the school knows."""
    if decision.state not in DecisionState.KNOWN or not decision.is_granted:
        return ""
    account = account_read_by(request.user, decision)
    return render_to_string("orders/_aid.html", {"account": account, "decision": decision}, request) if account else ""


def of_envelope(request: HttpRequest, envelope: Envelope) -> str:
    """The way to the account of an envelope, for whoever reads the rankings, as its page asks."""
    return format_html(
        '<p class="pr-small mb-0 mt-1"><a href="{}">Compte de l’enveloppe<span class="visually-hidden"> {}</span></a></p>',
        reverse("orders:account_envelope", args=[envelope.pk]), envelope.label,
    )  # fmt: skip


def of_establishment(request: HttpRequest, establishment: Establishment) -> str:
    """Its aids that are followed to their delivery, then its orders and works."""
    followed = retained(request.user).filter(application__establishment=establishment).order_by("application__reference")
    board = render_to_string("orders/_deployments_of_school.html", {"decisions": followed}, request) if followed else ""
    return format_html("{}{}", board, _panel(request, "", establishment=establishment))


def of_perimeter(request: HttpRequest, user: User) -> str:
    """The departments of a technician who follows no others, on their own page."""
    perimeter = perimeter_of(user)
    return render_to_string("orders/_perimeter.html", {"perimeter": perimeter}, request) if perimeter else ""


def _panel(request: HttpRequest, reference: str, **about) -> str:
    orders = PurchaseOrder.objects.visible_to(request.user).filter(**about).select_related("lot").prefetch_related("lines")
    works = CablingWork.objects.visible_to(request.user).filter(**about).select_related("lot", "decision__application")
    orders, works = list(orders.order_by("number")), list(works.order_by("number"))
    context = {"documents": [*orders, *works], "reference": reference}
    return render_to_string("orders/_panel.html", context, request) if orders or works else ""
