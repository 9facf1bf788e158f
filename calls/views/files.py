"""The list of files, one for all roles."""

from collections.abc import Iterable
from datetime import date

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from calls import files_by_need, rules
from calls.actions.bulk_kinds import offered_to
from calls.forms.officer import SchoolFilterForm
from calls.models import Application, Call, SavedView
from calls.queries import files as files_queries
from calls.queries.files import View
from calls.queries.saved_views import saved_views
from calls.tables.files import CHOSEN, FOR_STAFF, FileRow
from calls.views.listing import COLUMNS, LONGEST, PER_PAGE, Listing, carried, columns_of, in_address, listing_of, state_of
from calls.views.places import carry, suffix
from portal.accounts.models import User
from portal.ui import links
from portal.ui.paginate import paginate
from portal.ui.tables import Column

SELECTION = "calls.files.selection"  # where higher apps offer something to do with the files that are ticked


@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """Own files for a school, the perimeter for staff, nothing for the others: one page, one address."""
    user, today = request.user, timezone.localdate()
    mine = saved_views(user) if rules.steers(user) else []
    if moved := _elsewhere(request, mine):
        return redirect(moved)
    found = listing_of(user, request.GET, today)
    form, view, as_staff = found.form, found.view, found.as_staff
    views = files_queries.counted_views(found.filtered, today) if as_staff else []
    page_obj = _page(request, found, None if view or not views else views[0].total)
    rows = _rows(request, page_obj, as_staff, today)
    has_priorities = any(row.application.place for row in rows)
    context = {
        "form": form,
        "columns": columns_of(request.GET, as_staff),
        "all_url": f"{request.path}?vue=" if as_staff else request.path,
        **(_of_staff(request, mine, has_priorities) if as_staff else {}),
        "page_obj": page_obj,
        "rows": rows,
        "sort": found.sort,
        "as_staff": as_staff,
        "acts": offered_to(user) if as_staff else [],
        "may_pick": as_staff and bool(rows) and bool(offered_to(user) or links.links_for(SELECTION, user)),
        "listed": request.GET.urlencode()[:LONGEST],
        "has_priorities": has_priorities,
        "views": _views(request, views, view),
        "view": view,
        "is_filtered": bool(form.in_force or view),
        "without_file": None if as_staff or rows else _call_without_file(user, form),
        "opened_when": files_by_need.sentences_for(user) if rules.reads_by_need(user) and not rules.reads_everything(user) else [],
    }
    return render(request, "calls/officer/files.html", context)


def _elsewhere(request: HttpRequest, mine: list[SavedView]) -> str:
    """Where the list really is: at the columns that were ticked, written short; at one's default view when nothing is asked."""
    if rules.steers(request.user) and "colonne" in request.GET:
        query = _without(request.GET, "colonne", COLUMNS, "page")
        if short := in_address(request.GET.getlist("colonne")):
            query[COLUMNS] = short
        return f"{request.path}?{query.urlencode() or 'vue='}"
    return next((view.address for view in mine if view.is_default), "") if not request.GET else ""


def _choice(column: Column, has_priorities: bool) -> str:
    """The words of a column to choose: one that is chosen and has nothing to show on this page is not drawn."""
    return f"{column.label} (aucune ici)" if column.only == "has_priorities" and not has_priorities else column.label


def _of_staff(request: HttpRequest, mine: list[SavedView], has_priorities: bool) -> dict:
    """What the staff's list adds: one's views, and the columns that may be shown."""
    state, shown = state_of(request.GET), {column.key for column in columns_of(request.GET, as_staff=True)}
    return {
        "mine": [{"view": view, "current": view.query == state} for view in mine],
        "state": state,
        "kept_fields": list(carried(state_of(_without(request.GET, COLUMNS))).items()),
        "choices": [(column.key, _choice(column, has_priorities), column.key in shown) for column in FOR_STAFF if column.key in CHOSEN],
        "shown_columns": request.GET.get(COLUMNS, ""),
        "selection_links": links.links_for(SELECTION, request.user),
    }


def _rows(request: HttpRequest, page_obj: Page, as_staff: bool, today: date) -> list[FileRow]:
    """The lines of one page. A file that staff open from it knows its place in the list."""
    lines, query = files_queries.lines_of(list(page_obj)), carry(request.GET)
    rows = enumerate(page_obj, page_obj.start_index())
    return [FileRow.of(lines[pk], today, request.user, suffix(query, rank) if as_staff else "") for rank, pk in rows]


def _call_without_file(user: User, form: SchoolFilterForm) -> Call | None:
    """The call that the filter names, when the lycée has no file in it."""
    call = Call.objects.public().filter(reference=form.values.get("appel") or "").first()
    return call if call and not Application.objects.visible_to(user).filter(call=call).exists() else None


def _page(request: HttpRequest, found: Listing, total: int | None) -> Page:
    """The page asked for, as primary keys. `total`: how many there are, where that is known.

    The order and the filters work on keys alone; the lines of one page are read after, so that the last page costs what
    the first does.
    """
    return paginate(request, found.applications.values_list("pk", flat=True), per_page=PER_PAGE, total=total)


def _views(request: HttpRequest, views: Iterable[View], current: str) -> list[dict]:
    """The ready-made views as links that keep the filters."""
    links = []
    for view in views:
        query = _without(request.GET, "page", "vue")
        if view.key or not query:  # an address without parameters is that of one's default view
            query["vue"] = view.key
        links.append({"label": view.label, "total": view.total, "url": f"?{query.urlencode()}", "current": view.key == current})
    return links


def _without(data: QueryDict, *names: str) -> QueryDict:
    query = data.copy()
    for name in names:
        query.pop(name, None)
    return query
