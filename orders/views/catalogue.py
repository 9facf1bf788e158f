"""The catalogue: suppliers, agreements, lots, articles. Staff read; the orders officer writes."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, Prefetch, Q
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from orders import rules
from orders.actions.catalogue import save_entry
from orders.forms.catalogue import AgreementForm, ItemForm, LotForm, SupplierForm
from orders.models import CablingWork, CatalogueItem, FrameworkAgreement, Lot, PurchaseOrder, Supplier
from orders.tables.catalogue import items, suppliers
from portal.journal.queries import last_act
from portal.workflow.views import attempt_form, form_page


@dataclass(frozen=True)
class Shelf:
    """One kind of entry of the catalogue."""

    model: type[models.Model]
    form: type[forms.ModelForm]
    new: str
    edit: str


SHELVES = {
    "titulaires": Shelf(Supplier, SupplierForm, "Nouveau titulaire", "Modifier le titulaire"),
    "accords": Shelf(FrameworkAgreement, AgreementForm, "Nouvel accord-cadre", "Modifier l’accord-cadre"),
    "lots": Shelf(Lot, LotForm, "Nouveau lot", "Modifier le lot"),
    "articles": Shelf(CatalogueItem, ItemForm, "Nouvel article", "Modifier l’article"),
}


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    if not rules.follows_orders(request.user):
        raise PermissionDenied("catalogue")
    active = Count("items", filter=Q(items__is_active=True), distinct=True)
    lots = Lot.objects.select_related("supplier").annotate(item_count=active).order_by("agreement", "pk")
    context = {
        "agreements": FrameworkAgreement.objects.prefetch_related(Prefetch("lots", lots)).order_by("-starts_on", "reference"),
        "columns": suppliers(rules.keeps_catalogue(request.user)),
        "suppliers": Supplier.objects.annotate(lot_count=Count("lots")).order_by("name"),
        "may_edit": rules.keeps_catalogue(request.user),
    }
    return render(request, "orders/catalogue.html", context)


@require_safe
def lot_detail(request: HttpRequest, pk: int) -> HttpResponse:
    if not rules.follows_orders(request.user):
        raise PermissionDenied("lot")
    lot = get_object_or_404(Lot.objects.select_related("agreement", "supplier").prefetch_related("departments", "items"), pk=pk)
    may_edit = rules.keeps_catalogue(request.user)
    documents = [kind.objects.visible_to(request.user).filter(lot=lot) for kind in (PurchaseOrder, CablingWork)]
    context = {
        "lot": lot,
        "columns": items(may_edit),
        "may_edit": may_edit,
        "order_count": sum(found.count() for found in documents),
        "reads_account": rules.follows_everywhere(request.user),
    }
    return render(request, "orders/lot.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_edit(request: HttpRequest, shelf: str, pk: int | None = None) -> HttpResponse:
    """Create (without `pk`) or change one entry."""
    if not rules.keeps_catalogue(request.user):
        raise PermissionDenied("catalogue")
    kind = SHELVES[shelf]
    entry = get_object_or_404(kind.model, pk=pk) if pk else None
    before = {name: getattr(entry, name) for name in kind.form.Meta.fields if name != "departments"} if entry else {}
    form = kind.form(request.POST or None, instance=entry, initial=None if entry else _suggested(request, kind))
    if entry:
        form.watch(lambda: kind.form(instance=kind.model.objects.get(pk=pk)), lambda: last_act(entry, "edit_entry", "create_entry"))
    title = kind.edit if entry else kind.new
    answer = attempt_form(
        request, form.instance, title, form,
        lambda: _save(request, form, before),
        success=lambda saved: f"Enregistré : {saved}.", then=_page_of,
    )  # fmt: skip
    context = {"entry": entry, "title": title, "lot": getattr(entry, "lot", None)}
    return answer or form_page(request, "orders/catalogue_form.html", form, context)


def _save(request: HttpRequest, form: ModelForm, before: dict) -> models.Model:
    names = form.changed_data if form.instance.pk else list(form.fields)
    changes = {name: (before.get(name), form.cleaned_data[name]) for name in names}
    if "departments" in changes:
        changes["departments"] = (None, [str(territory) for territory in form.cleaned_data["departments"]])
    departments = form.cleaned_data.get("departments") if "departments" in changes else None
    return save_entry(entry=form.instance, changes=changes, departments=departments, actor=request.user, check=form.check)


def _suggested(request: HttpRequest, kind: Shelf) -> dict:
    """A new lot of this agreement, a new article of this lot."""
    if kind.model is Lot:
        return {"agreement": request.GET.get("accord"), "delivery_days": 30}
    if kind.model is CatalogueItem:
        return {"lot": request.GET.get("lot"), "unit": "unité", "vat_rate": "20"}
    return {}


def _page_of(entry: models.Model) -> str | Lot:
    if isinstance(entry, CatalogueItem):
        return entry.lot
    return entry if isinstance(entry, Lot) else "orders:catalogue"
