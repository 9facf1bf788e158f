"""Reference data of a call: its tables, their columns, the files brought for them and what was found in each."""

from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls import rules
from calls.actions.reference_data import add_table, bring_edition, put_edition_in_force, remove_table, set_columns
from calls.conditioned.citations import offered
from calls.conditioned.data_terms import terms_of_data
from calls.enums import ColumnKind
from calls.forms.reference_data import ColumnsForm, EditionForm, TableForm
from calls.models import Call, ReferenceEdition, ReferenceSet
from calls.queries.reference_data import users_of
from calls.tables.reference_data import columns_of_rows
from portal.directory.importers.report import FileError
from portal.journal.queries import last_act
from portal.ui.paginate import paginate
from portal.workflow.gate import TransitionRefused
from portal.workflow.views import attempt, attempt_form, form_page

Read = TypeVar("Read")


def _call(request: HttpRequest, reference: str) -> Call:
    """The call, for whoever reads the steering of calls; 403 for others."""
    if not rules.steers(request.user):
        raise PermissionDenied("reference_data")
    return get_object_or_404(Call.objects.visible_to(request.user).select_related("programme"), reference=reference)


def _table(request: HttpRequest, reference: str, key: str) -> ReferenceSet:
    _call(request, reference)
    return get_object_or_404(ReferenceSet.objects.visible_to(request.user).select_related("call"), call__reference=reference, key=key)


def _managers_only(request: HttpRequest, call: Call) -> None:
    if not rules.manages_call(call, request.user):
        raise PermissionDenied("reference_data")


@require_safe
def reference_sets(request: HttpRequest, reference: str) -> HttpResponse:
    """The tables of a call."""
    call = _call(request, reference)
    tables = list(call.reference_sets.annotate(total=Count("editions")).order_by("name", "pk"))
    return render(request, "calls/data/list.html", {"call": call, "tables": tables, "may_write": rules.manages_call(call, request.user)})


@require_safe
def reference_set(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """One table: its columns, how a text cites them, who uses them, its editions, and the rows in force."""
    table = _table(request, reference, key)
    editions = list(table.editions.select_related("brought_by").order_by("-number"))
    in_force = next((each for each in editions if each.number == table.in_force), None)
    terms = terms_of_data([{"key": table.key, "label": table.name, "columns": table.columns}])
    context = {
        "call": table.call,
        "table": table,
        "citations": offered(terms),
        "users": users_of(table),
        "editions": editions,
        "in_force": in_force,
        "may_write": rules.manages_call(table.call, request.user),
        **(_rows(request, in_force) if in_force else {"page_obj": None}),
    }
    return render(request, "calls/data/table.html", context)


def _rows(request: HttpRequest, edition: ReferenceEdition) -> dict:
    rows = edition.rows.select_related("establishment").order_by("establishment__uai", "pk")
    return {"columns": columns_of_rows(edition.of.columns), "page_obj": paginate(request, rows)}


@require_safe
def reference_edition(request: HttpRequest, reference: str, key: str, number: int) -> HttpResponse:
    """What was found in a file, and the rows that it would put in force, or has put."""
    table = _table(request, reference, key)
    edition = get_object_or_404(table.editions.select_related("brought_by", "of"), number=number)
    context = {
        "call": table.call,
        "table": table,
        "edition": edition,
        "kinds": [(column["label"], ColumnKind(column["kind"]).label) for column in table.columns],
        "may_write": rules.manages_call(table.call, request.user),
        **_rows(request, edition),
    }
    return render(request, "calls/data/edition.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """A new table, from a file or from columns that are typed next."""
    call = _call(request, reference)
    _managers_only(request, call)
    form = TableForm(request.POST or None, request.FILES or None)

    def make() -> tuple[ReferenceSet, ReferenceEdition | None]:
        return _read(lambda: add_table(call=call, name=form.cleaned_data["name"], file=form.cleaned_data["file"], actor=request.user))

    def place(made: tuple[ReferenceSet, ReferenceEdition | None]) -> str:
        table, edition = made
        if edition:
            return reverse("calls:reference_edition", args=[call.reference, table.key, edition.number])
        return reverse("calls:reference_columns", args=[call.reference, table.key])

    answer = attempt_form(
        request, call, "Ajouter une table", form, make,
        success=lambda made: "Le fichier est lu : voici ce qu’il dit, rien n’est encore en vigueur." if made[1] else "La table est créée : écrivez ses colonnes.",
        then=place, back=reverse("calls:reference_sets", args=[call.reference]),
    )  # fmt: skip
    return answer or form_page(request, "calls/data/add.html", form, {"call": call})


def _read(act: Callable[[], Read]) -> Read:
    """What an act that reads a file returns. A file that cannot be read is a refusal like another."""
    try:
        return act()
    except FileError as error:
        raise TransitionRefused([f"{error} Rien n’a changé."]) from error


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """The name of a table and its columns."""
    table = _table(request, reference, key)
    _managers_only(request, table.call)

    def blank(data: object = None) -> ColumnsForm:
        return ColumnsForm(data, table=ReferenceSet.objects.get(pk=table.pk))

    form = blank(request.POST or None).watch(blank, lambda: last_act(table.call, "set_columns", "add_table"))
    answer = attempt_form(
        request, table, "Modifier les colonnes", form,
        lambda: set_columns(of=table, name=form.cleaned_data["name"], columns=form.columns, actor=request.user, check=form.check),
        success="Les colonnes sont enregistrées.", then=table.get_absolute_url(),
    )  # fmt: skip
    return answer or form_page(request, "calls/data/columns.html", form, {"call": table.call, "table": table})


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """A file for a table: it is read and shown, and put in force by another press."""
    table = _table(request, reference, key)
    _managers_only(request, table.call)
    form = EditionForm(request.POST or None, request.FILES or None)
    answer = attempt_form(
        request, table, "Apporter un fichier", form,
        lambda: _read(lambda: bring_edition(of=table, file=form.cleaned_data["file"], actor=request.user)),
        field="file", success="Le fichier est lu : voici ce qu’il dit, rien n’est encore en vigueur.",
        then=lambda made: reverse("calls:reference_edition", args=[reference, key, made.number]),
    )  # fmt: skip
    return answer or form_page(request, "calls/data/bring.html", form, {"call": table.call, "table": table})


@require_POST
def put_in_force(request: HttpRequest, reference: str, key: str, number: int) -> HttpResponse:
    """Have the forms read an edition."""
    table = _table(request, reference, key)
    _managers_only(request, table.call)
    edition = get_object_or_404(table.editions.select_related("of__call"), number=number)
    return attempt(
        request, table, "Mettre en vigueur", lambda: put_edition_in_force(edition=edition, actor=request.user),
        success=f"L’édition {number} est en vigueur.", then=table.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Take a table away; refused while a form uses it."""
    table = _table(request, reference, key)
    _managers_only(request, table.call)
    back = reverse("calls:reference_sets", args=[reference])
    if request.method == "POST":
        return attempt(
            request, table, "Supprimer la table", lambda: remove_table(of=table, actor=request.user),
            success=f"« {table} » est supprimée.", then=back, back=table.get_absolute_url(),
        )  # fmt: skip
    return render(
        request, "calls/data/remove.html", {"call": table.call, "table": table, "users": users_of(table), "total": table.editions.count()}
    )
