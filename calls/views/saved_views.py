"""My views of the list of files: saved from the list, renamed, shown first, removed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from calls import rules
from calls.actions.saved_views import change_view, remove_view, save_view
from calls.forms.saved_views import ViewForm
from calls.models import SavedView
from calls.views.listing import LONGEST, carried, state_of
from portal.workflow.gate import TransitionRefused


def _only_staff(request: HttpRequest) -> None:
    if not rules.steers(request.user):
        raise PermissionDenied("saved_views")


@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest) -> HttpResponse:
    """My views, and the one to save: the list at `?liste=`, sent from it."""
    _only_staff(request)
    query = state_of(carried((request.POST or request.GET).get("liste", "")[:LONGEST]))
    form = ViewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_view(owner=request.user, query=query, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"La vue « {saved} » est enregistrée.")
            return redirect(saved.address)
    mine = list(SavedView.objects.filter(owner=request.user))
    context = {"form": form, "mine": mine, "query": query, "to_save": "liste" in request.GET or request.method == "POST"}
    return render(request, "calls/officer/saved_views.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a view of mine, or have the list open on it."""
    view = get_object_or_404(SavedView, pk=pk, owner=request.user)
    _only_staff(request)
    form = ViewForm(request.POST if request.method == "POST" else None, initial={"name": view.name, "is_default": view.is_default})
    if request.method == "POST" and form.is_valid():
        try:
            change_view(view=view, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"La vue « {view} » est modifiée.")
            return redirect("calls:saved_views")
    return render(request, "calls/officer/saved_view.html", {"form": form, "view": view}, status=422 if form.errors else 200)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a view of mine. The list is shown as it had it, so that it may be saved again."""
    view = get_object_or_404(SavedView, pk=pk, owner=request.user)
    _only_staff(request)
    address = view.address
    remove_view(view=view)
    messages.success(
        request, f"La vue « {view} » est supprimée. La liste la montre encore : enregistrez-la de nouveau si c’était une erreur."
    )
    return redirect(address)
