"""One file at the Région: reading, admissibility, complements, who follows it."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from calls import rules
from calls.actions.instruction import assign_officer
from calls.admissibility import checklist
from calls.checks import with_partners
from calls.enums import ApplicationState, VersionReason
from calls.forms.officer import AssignForm
from calls.models import Application, Attachment
from calls.models.situation import situation_of
from calls.queries.completion_lines import left_silent, rows_of
from calls.queries.content import differences, display
from calls.queries.files import withdrawal_of
from calls.queries.openings import openings
from calls.queries.retention import erasures_of
from calls.views.places import address_of, kept, place_of
from calls.workflows.new_version import may_still_come
from portal.journal.queries import last_act
from portal.threads.panels import ThreadsOf
from portal.workflow.gate import TransitionRefused, is_ready
from portal.workflow.watched import StaleForm

# What brought the version that counts, where another one came before it.
CHANGED_BY = {
    VersionReason.SUBMISSION.value: "Ce que la nouvelle version a changé",
    VersionReason.FOLLOWING.value: "Ce que la pièce envoyée après le dépôt a ajouté",
    VersionReason.COMPLETION.value: "Ce que les compléments ont changé",
}


# Not offered while a new version may come: the page says what is awaited, and until when.
PRONOUNCING = ("declare_admissible", "declare_inadmissible")


def staff_file(request: HttpRequest, reference: str) -> Application:
    """One filed file of the reader's perimeter with its parts, or 404; one's own lycée's file is read on the school's side."""
    files = Application.objects.visible_to(request.user).received().exclude(establishment__in=request.user.establishment_ids)
    files = files.select_related("call", "questionnaire", "officer", "establishment__authority", "establishment__department")
    attachments = Prefetch("attachments", Attachment.objects.current().select_related("file"))
    files = files.prefetch_related(
        "answers",
        "lines",
        "admissibility_ticks__ticked_by",
        "completion_requests__lines__checked_by",
        "completion_requests__lines__former",
        "completion_requests__opened_by",
        "completion_requests__cancelled_by",
        attachments,
    )
    return with_partners(get_object_or_404(files, reference=reference))


def detail(request: HttpRequest, reference: str, *, chosen: AssignForm | None = None, status: int = 200) -> HttpResponse:
    """The frozen version that counts, beside the checklist and what may be done now. `chosen`: the officer that a stale page has named."""
    application = staff_file(request, reference)
    versions = list(application.versions.received().order_by("number"))
    version = versions[-1] if versions else None
    sections, days = display(application, version), openings(application)
    checks = [] if application.is_emptied else checklist(application)
    awaited = application.is_rewritten and may_still_come(application)
    silent = left_silent(application)
    context = {
        "application": application,
        "call": application.call,
        "version": version,
        "sections": sections,
        "changed_by": CHANGED_BY.get(version.reason if version else "", ""),
        "awaited": awaited,
        "changes": differences(versions[-2], versions[-1]) if len(versions) > 1 else [],
        "erasures": erasures_of(application),
        "checks": checks,
        "points": [check for check in checks if check.is_ticked],
        "to_tick": sum(check.is_ticked and check.is_undecided for check in checks),
        "requests": [(each, rows_of(application, each.lines.all(), silent=silent)) for each in application.completion_requests.all()],
        "may_check": application.state == ApplicationState.SUBMITTED and rules.instructs_file(application, request.user),
        "situation": situation_of(application, timezone.localdate()),
        "withdrawal": withdrawal_of(application),
        "withdrawal_asked": application.withdrawal_requests.still_open().first(),
        "may_request": is_ready(application, request.user, "request_completion"),
        "may_take_back": is_ready(application, request.user, "cancel_completion"),
        "hidden_acts": ("cancel_completion", *(PRONOUNCING if awaited else ())),
        "assign_form": (chosen or _assign_form(application)) if rules.assigns_file(application, request.user) else None,
        "aid_is_known": application.outcome != "",
        "days": days,
        "has_pieces": bool(days) or any(entry.files for section in sections for entry in section.entries),
        "talk": ThreadsOf(application, request.user),
        "place": place_of(request, reference),
        "kept": kept(request),
    }
    return render(request, "calls/officer/detail.html", context, status=status)


def _assign_form(application: Application, data: QueryDict | None = None) -> AssignForm:
    form, fresh = AssignForm(data, application=application), Application.objects.select_related("establishment")
    return form.watch(lambda: AssignForm(application=fresh.get(pk=application.pk)), lambda: last_act(application, "assign_officer"))


@require_POST
def assign(request: HttpRequest, reference: str) -> HttpResponse:
    """Say which officer follows the file."""
    application = staff_file(request, reference)
    form = _assign_form(application, request.POST)
    if not form.is_valid():
        messages.error(request, "Cette personne n’instruit pas les dossiers de ce périmètre : rien n’a été changé.")
        return redirect(address_of(request, application))
    try:
        assign_officer(application=application, officer=form.cleaned_data["officer"], actor=request.user, check=form.check)
    except StaleForm as refusal:
        form.tell(refusal)
        return detail(request, reference, chosen=form, status=409)
    except TransitionRefused as refusal:
        messages.error(request, " ".join(refusal.reasons))
        return redirect(address_of(request, application))
    officer = form.cleaned_data["officer"]
    messages.success(request, f"Le dossier est suivi par {officer}." if officer else "Le dossier n’est plus suivi par personne.")
    return redirect(address_of(request, application))
