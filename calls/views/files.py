"""The list of files, one for all roles, and the acts on several files at once."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from calls import files_by_need, rules
from calls.actions.instruction import declare_admissible_in_bulk
from calls.admissibility import automatic_checks
from calls.checks import read_partners, received_in
from calls.forms.officer import SchoolFilterForm, StaffFilterForm
from calls.models import Application, Attachment, Call
from calls.queries import files as files_queries
from calls.queries.files import View
from calls.tables.files import FOR_SCHOOLS, FOR_STAFF, FileRow
from portal.accounts.models import User
from portal.text.french import count
from portal.ui.back import next_page
from portal.ui.paginate import paginate
from portal.ui.sorting import sort_queryset
from portal.ui.tables import sorts
from portal.workflow.gate import missing_for
from portal.workflow.machine import transition_named

MOST_AT_ONCE = 200  # one page of boxes is 50; a crafted request stays small
DEPOSITED = {"depot": "submitted_at"}  # an order of the staff's list that no column shows


@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """Own files for a school, the perimeter for staff, nothing for the others: one page, one address."""
    user, today = request.user, timezone.localdate()
    as_staff = rules.steers(user)
    form = (StaffFilterForm if as_staff else SchoolFilterForm)(request.GET, user=user)
    view = request.GET.get("vue", "") if as_staff else ""
    filtered = form.restrict(Application.objects.visible_to(user))
    applications = files_queries.files_in_view(filtered, view, today)
    views = files_queries.counted_views(filtered, today) if as_staff else []
    is_filtered = bool(form.in_force or view)
    page_obj, sort = _page(request, applications, as_staff, None if view or not views else views[0].total)
    lines = files_queries.lines_of(list(page_obj))
    rows = [FileRow.of(lines[pk], today, user) for pk in page_obj]
    context = {
        "form": form,
        "columns": FOR_STAFF if as_staff else FOR_SCHOOLS,
        "page_obj": page_obj,
        "rows": rows,
        "sort": sort,
        "as_staff": as_staff,
        "may_pick": rules.instructs_files(user) and any(row.is_selectable for row in rows),
        "has_priorities": any(row.application.place for row in rows),
        "views": _views(request, views, view),
        "view": view,
        "is_filtered": is_filtered,
        "without_file": None if as_staff or rows else _call_without_file(user, form),
        "opened_when": files_by_need.sentences_for(user) if rules.reads_by_need(user) and not rules.reads_everything(user) else [],
    }
    return render(request, "calls/officer/files.html", context)


def _call_without_file(user: User, form: SchoolFilterForm) -> Call | None:
    """The call that the filter names, when the lycée has no file in it."""
    call = Call.objects.public().filter(reference=form.values.get("appel") or "").first()
    return call if call and not Application.objects.visible_to(user).filter(call=call).exists() else None


def _page(request: HttpRequest, applications: QuerySet[Application], as_staff: bool, total: int | None) -> tuple[Page, str]:
    """The page asked for, as primary keys, and the order in force. `total`: how many there are, where that is known.

    The order and the filters work on keys alone; the lines of one page are read after, so that the last page costs what
    the first does.
    """
    if as_staff and "echeance" in request.GET.get("tri", ""):
        applications = files_queries.with_due_date(applications)
    allowed = {**sorts(FOR_STAFF), **DEPOSITED} if as_staff else sorts(FOR_SCHOOLS)
    applications, sort = sort_queryset(request, applications, allowed, "reference")
    return paginate(request, applications.values_list("pk", flat=True), total=total), sort


def _views(request: HttpRequest, views: Iterable[View], current: str) -> list[dict]:
    """The ready-made views as links that keep the filters."""
    links = []
    for view in views:
        query = _without(request.GET, "page", "vue")
        if view.key:
            query["vue"] = view.key
        links.append({"label": view.label, "total": view.total, "url": f"?{query.urlencode()}", "current": view.key == current})
    return links


def _without(data: QueryDict, *names: str) -> QueryDict:
    query = data.copy()
    for name in names:
        query.pop(name, None)
    return query


@require_http_methods(["GET", "HEAD", "POST"])
def declare_admissible(request: HttpRequest) -> HttpResponse:
    """Several files at once: first what will go and what will not, and why; then the act, one file at a time."""
    if not rules.instructs_files(request.user):
        raise PermissionDenied("declare_admissible")
    given = request.POST if request.method == "POST" else request.GET
    applications = _chosen(request.user, given.getlist("dossier"))
    ready, held = preflight(applications, request.user)
    back = next_page(request) or _list_of(applications)
    if request.method != "POST":
        return render(request, "calls/officer/bulk_admissible.html", {"ready": ready, "held": held, "back": back})
    done, refused = declare_admissible_in_bulk(applications=ready, actor=request.user)
    if done:
        messages.success(request, f"{count(len(done), 'dossier déclaré recevable', 'dossiers déclarés recevables')}.")
    for application, reason in [*held, *refused]:
        messages.warning(request, f"{application.reference} n’a pas changé : {reason}")
    return redirect(back)


def _list_of(applications: list[Application]) -> str:
    """The list that these files come from: that of their call, when they have one."""
    calls = {application.call.reference for application in applications}
    return f"{reverse('calls:files')}?appel={calls.pop()}" if len(calls) == 1 else reverse("calls:files")


def _chosen(user: User, references: list[str]) -> list[Application]:
    """The files ticked, as far as this person may see them, with all that the checks read."""
    files = (
        files_queries.files_visible_to(user)
        .filter(reference__in=references[:MOST_AT_ONCE])
        .select_related("call", "establishment__authority", "officer", "questionnaire")
    )
    attachments = Prefetch("attachments", Attachment.objects.current().select_related("file"))
    found = list(files.prefetch_related("answers", "lines", attachments).order_by("reference"))
    read_partners(found)
    return found


def preflight(applications: list[Application], user: User) -> tuple[list[Application], list[tuple[Application, str]]]:
    """The files that may be declared admissible together, and those that must not, each with its reason in French."""
    ready, held = [], []
    for application in applications:
        reasons = _obstacles(application, user)
        if reasons:
            held.append((application, " ".join(reasons)))
        else:
            ready.append(application)
    return ready, held


def _obstacles(application: Application, user: User) -> list[str]:
    transition = transition_named(application, "declare_admissible")
    if transition is None:
        return [f"son état est déjà « {application.get_state_display()} »."]
    if not transition.has_perm(application, user):
        return ["il n’est pas de votre périmètre."]
    if missing := missing_for(application, transition):
        return missing
    failed = [check for check in automatic_checks(application, received_in(application)) if check.level == "err" or check.is_undecided]
    return [f"à examiner à part. {' '.join([f'{check.label}.', *check.details])}" for check in failed]
