from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.directory import closures, declarations, jobs, lookups, queries, rules
from portal.directory.closures import closure_gaps
from portal.directory.declarations import declaration_gaps
from portal.directory.enums import Fact
from portal.directory.forms import AGENCIES, FACT_FORMS, MAX_BYTES, ChangesFilter, ClosureForm, EstablishmentFilter, ImportForm
from portal.directory.importers.agencies import as_file, places_now
from portal.directory.models import Establishment, SchoolClosure
from portal.directory.screens import fact_lines, place_of
from portal.directory.tables import ESTABLISHMENTS, FOLLOWED
from portal.directory.uai import has_uai_form, normalise_uai
from portal.files.intake import UploadRefused, store_upload
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.text.folding import fold
from portal.ui.paginate import paginate
from portal.ui.sorting import sort_queryset
from portal.ui.tables import sorts
from portal.workflow.gate import TransitionRefused
from portal.workflow.views import attempt_form, form_page, refused, run_transition


@require_safe
def establishment_list(request: HttpRequest) -> HttpResponse:
    form = EstablishmentFilter(request.GET)
    may_look_up = lookups.may_look_up(request)
    rows = queries.establishments(request.user, form.values) if may_look_up else Establishment.objects.none()
    found, sort = sort_queryset(request, rows, sorts(ESTABLISHMENTS), "commune")
    context = {
        "refused": "" if may_look_up else lookups.TOO_MANY,
        "form": form,
        "columns": ESTABLISHMENTS,
        "page_obj": paginate(request, found),
        "sort": sort,
        "may_import": rules.may_import(request.user),
        "reads_declarations": rules.reads_declarations(request.user),
        "reads_agencies": rules.reads_agencies(request.user),
    }
    return render(request, "directory/establishment_list.html", context, status=200 if may_look_up else 429)


@require_safe
def establishment_detail(request: HttpRequest, uai: str) -> HttpResponse:
    asked, uai = uai, normalise_uai(uai)
    if not has_uai_form(uai):
        raise Http404
    if asked != uai:
        return redirect("directory:establishment", uai=uai)
    visible = Establishment.objects.visible_to(request.user).select_related("authority", "department", "agency")
    establishment = get_object_or_404(visible, uai=uai)
    context = {
        "establishment": establishment,
        "parent": visible.filter(uai=establishment.parent_uai).first() if establishment.parent_uai else None,
        "attached": queries.sections_of(establishment),
        "shows_mailbox": rules.may_see_mailbox(request.user, establishment),
        "facts": fact_lines(establishment, request.user),
        "place": place_of(establishment),
        "reads_agencies": rules.reads_agencies(request.user),
        "closure": queries.closure_of(establishment),
        "reads_closure": SchoolClosure.objects.visible_to(request.user).filter(establishment=establishment).exists()
        if establishment.is_closed
        else False,
        "may_close": rules.closes_lycees(request.user) and not closure_gaps(establishment),
    }
    return render(request, "directory/establishment.html", context)


@require_safe
def agency_list(request: HttpRequest) -> HttpResponse:
    """The territorial agencies, and how many lycées each follows."""
    if not rules.reads_agencies(request.user):
        raise PermissionDenied("agencies")
    context = {
        "page_obj": paginate(request, sorted(queries.agencies_at_work(), key=lambda agency: fold(agency.name))),
        "alone": queries.without_agency(),
        "may_import": rules.may_import(request.user),
    }
    return render(request, "directory/agency_list.html", context)


@require_safe
def agency_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The lycées of an agency, and what other parts say of it."""
    if not rules.reads_agencies(request.user):
        raise PermissionDenied("agencies")
    agency = get_object_or_404(queries.agencies(), code=code)
    found, sort = sort_queryset(request, queries.followed_by(agency), sorts(FOLLOWED), "commune")
    context = {"agency": agency, "columns": FOLLOWED, "page_obj": paginate(request, found), "sort": sort}
    return render(request, "directory/agency.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Receive an official file and have the worker import it."""
    if not rules.may_import(request.user):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            stored = store_upload(
                wanted["file"], purpose=jobs.PURPOSE, subject=None, actor=request.user, allowed=("csv", "xlsx"), max_bytes=MAX_BYTES
            )
        except UploadRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            job = jobs.ask_for_import(kind=wanted["kind"], file=stored, dry_run=wanted["dry_run"], owner=request.user)
            return _follow(request, job, stored)
    return render(request, "directory/import.html", {"form": form}, status=422 if form.errors else 200)


def _follow(request: HttpRequest, job: Job, stored: StoredFile) -> HttpResponse:
    """To the page of the job; when another import is under way, that one, and say so."""
    if job.params.get("file") == str(stored.pk):
        return redirect(job)
    messages.warning(request, "Un import est déjà en cours : attendez qu’il se termine, puis envoyez votre fichier de nouveau.")
    return redirect(job if job.owner_id == request.user.pk else "directory:import")


@require_safe
def import_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    if not rules.may_import(request.user):
        raise PermissionDenied
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk, kind=jobs.KIND)
    if not job.is_over or job.state != Job.State.DONE:
        return redirect(job)
    is_preview = job.params["dry_run"]
    context = {
        "job": job,
        "dry_run": is_preview,
        "fields": job.result.get("fields", []),
        "imported": jobs.import_of(job) if is_preview else None,
        "before": None if is_preview else jobs.table_before(job),
        "is_agencies": job.params["kind"] == AGENCIES,
        "changes_nothing": is_preview and jobs.changes_nothing(job),
        "may_go_on": is_preview and "digest" in job.result and jobs.file_of(job) is not None,
    }
    return render(request, "directory/import_report.html", context)


@require_safe
def import_changes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Field by field, what an import changes or has changed."""
    job = _report_of(request, pk)
    fields = job.result.get("fields", [])
    form = ChangesFilter(request.GET, fields=fields)
    wanted = form.values
    rows = jobs.changes_in(job)
    if wanted.get("field"):
        rows = [row for row in rows if row["field"] == wanted["field"]]
    if words := fold(wanted.get("q") or "").split():
        rows = [row for row in rows if all(word in fold(f"{row['uai']} {row['name']}") for word in words)]
    context = {"job": job, "form": form, "fields": fields, "page_obj": paginate(request, rows), "dry_run": job.params["dry_run"]}
    return render(request, "directory/import_changes.html", context)


@require_POST
def import_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Import what a preview showed, and nothing else."""
    preview = _report_of(request, pk)
    stored = jobs.file_of(preview)
    if not preview.params["dry_run"] or stored is None or "digest" not in preview.result:
        messages.warning(request, "Le fichier de cet aperçu n’est plus gardé : envoyez-le de nouveau.")
        return redirect("directory:import")
    if done := jobs.import_of(preview):
        return redirect(done)
    job = jobs.ask_for_import(kind=preview.params["kind"], file=stored, dry_run=False, owner=request.user, preview=preview)
    return _follow(request, job, stored)


@require_POST
def import_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Preview the table of the agencies as it stood before an import; its page then imports it."""
    before = jobs.table_before(_report_of(request, pk))
    if before is None:
        messages.warning(request, "La table d’avant cet import n’est plus gardée : envoyez-la comme un fichier.")
        return redirect("directory:import")
    job = jobs.ask_for_import(kind=AGENCIES, file=before, dry_run=True, owner=request.user)
    return _follow(request, job, before)


@require_safe
def agency_table(request: HttpRequest) -> HttpResponse:
    """The table of the agencies as the import reads it: to keep, or to correct and send again."""
    if not rules.may_import(request.user):
        raise PermissionDenied("agency_table")
    name = f"table-des-agences-{timezone.localdate():%Y-%m-%d}.csv"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(as_file(places_now()), content_type="text/csv; charset=utf-8", headers=disposition)


def _report_of(request: HttpRequest, pk: UUID) -> Job:
    """A report that this person may read; 404 until the work is done."""
    if not rules.may_import(request.user):
        raise PermissionDenied
    found = Job.objects.visible_to(request.user).select_related("result_file")
    return get_object_or_404(found, pk=pk, kind=jobs.KIND, state=Job.State.DONE)


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, uai: str, fact: str) -> HttpResponse:
    """The team of a lycée says what the directory does not."""
    if fact not in Fact.values:
        raise Http404
    establishment = get_object_or_404(Establishment.objects.visible_to(request.user).select_related("department"), uai=normalise_uai(uai))
    if not rules.declares_facts(establishment, request.user):
        raise PermissionDenied("declare_fact")
    title = f"Déclarer : {Fact(fact).label.lower()}"
    if request.method != "POST" and (gaps := declaration_gaps(establishment, fact)):
        return refused(request, establishment, TransitionRefused(gaps, wrong_state=True), label=title)
    more = {"years": declarations.years_open(establishment)} if fact == Fact.PUPILS else {}
    form = FACT_FORMS[fact](request.POST if request.method == "POST" else None, **more)
    answer = attempt_form(
        request, establishment, title, form,
        lambda: declarations.declare_fact(
            establishment=establishment, fact=fact, values=form.values, note=form.cleaned_data["note"], actor=request.user
        ),
        success="Votre déclaration est envoyée à la Région, qui la confirme ou vous dit pourquoi elle la refuse.", then=lambda done: done,
    )  # fmt: skip
    context = {"establishment": establishment, "title": title, "fact": fact}
    return answer or form_page(request, "directory/declare.html", form, context)


@require_safe
def declaration_list(request: HttpRequest) -> HttpResponse:
    if not rules.reads_declarations(request.user):
        raise PermissionDenied("declarations")
    return render(request, "directory/declaration_list.html", {"page_obj": paginate(request, queries.declarations(request.user))})


@require_safe
def declaration_detail(request: HttpRequest, pk: int) -> HttpResponse:
    declaration = get_object_or_404(queries.declarations(request.user).select_related("declared_by", "answered_by"), pk=pk)
    return render(request, "directory/declaration.html", {"declaration": declaration, "establishment": declaration.establishment})


@require_http_methods(["GET", "HEAD", "POST"])
def declaration_act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """What the buttons of a declaration lead to; its author reads the reason of a refusal."""
    declaration = get_object_or_404(queries.declarations(request.user), pk=pk)
    return run_transition(request, declaration, name, reason_as="answer" if name in ("refuse", "revoke") else "")


@require_http_methods(["GET", "HEAD", "POST"])
def close_lycee(request: HttpRequest, uai: str) -> HttpResponse:
    """The administration says that a lycée is closed, with what this does to all that it has."""
    establishment = get_object_or_404(Establishment.objects.visible_to(request.user).select_related("department"), uai=normalise_uai(uai))
    if not rules.closes_lycees(request.user):
        raise PermissionDenied("close_lycee")
    form = ClosureForm(request.POST if request.method == "POST" else None, initial={"closed_on": timezone.localdate()})
    title = "Noter la fermeture"
    if request.method != "POST" and (gaps := closure_gaps(establishment)):
        return refused(request, establishment, TransitionRefused(gaps, wrong_state=True), label=title)
    answer = attempt_form(
        request, establishment, title, form,
        lambda: closures.close_lycee(establishment=establishment, actor=request.user, **form.cleaned_data),
        success="La fermeture est notée ; l’équipe du lycée en est prévenue.", then=lambda done: done,
    )  # fmt: skip
    context = {"establishment": establishment, "title": title, "effects": closures.EFFECTS.of(establishment)}
    return answer or form_page(request, "directory/close.html", form, context)


@require_safe
def closure_detail(request: HttpRequest, pk: int) -> HttpResponse:
    around = ("establishment__department", "successor", "closed_by")
    closure = get_object_or_404(SchoolClosure.objects.visible_to(request.user).select_related(*around), pk=pk)
    return render(request, "directory/closure.html", {"closure": closure, "establishment": closure.establishment})


@require_http_methods(["GET", "HEAD", "POST"])
def closure_act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """What the button of a closure leads to."""
    closure = get_object_or_404(SchoolClosure.objects.visible_to(request.user).select_related("establishment"), pk=pk)
    return run_transition(request, closure, name, reason_as="lift_reason")
