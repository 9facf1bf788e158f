"""Before the deliberation: evaluations awaited by juror and by file, reminders, files deliberated by exception."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.text.dates import hour
from portal.text.french import count
from portal.workflow.seen import SEEN
from portal.workflow.views import attempt, attempt_form, form_page
from scoring.actions.waiver import grant_waiver, lift_waiver, remind_jurors
from scoring.forms.waiver import WaiverForm
from scoring.queries import conflicts, jury
from scoring.queries.readiness import AwaitedJuror, awaited_jurors, readings_of
from scoring.tables.readiness import AWAITED_FILES, AWAITED_JURORS
from scoring.views.jury import followed_call, page


@require_GET
def awaited_readings(request: HttpRequest, reference: str) -> HttpResponse:
    """What is not handed in, by juror then by file; files hidden from the reader are counted and not named."""
    call = followed_call(request, reference)
    hidden = conflicts.hidden_ids(call, request.user)
    readings = readings_of(call)
    jurors = awaited_jurors(call, readings)
    context = page(request, call, "suivi") | {
        "readings": readings,
        "jurors": jurors,
        "unreminded": [row for row in jurors if not row.is_reminded_today],
        "files": [file for file in readings.files if not file.is_complete and file.application.pk not in hidden],
        "juror_columns": AWAITED_JURORS,
        "file_columns": AWAITED_FILES,
    }
    return render(request, "scoring/jury/awaited.html", context)


@require_POST
def remind(request: HttpRequest, reference: str) -> HttpResponse:
    """Write to those whose evaluations are awaited."""
    call = followed_call(request, reference)
    back = reverse("scoring:awaited_readings", args=[call.reference])
    before = [row for row in awaited_jurors(call, readings_of(call)) if row.is_reminded_today]
    return attempt(
        request, call, "Rappeler aux jurés", lambda: remind_jurors(call=call, actor=request.user),
        success=lambda sent: _reminded(sent, before), then=back, back=back,
    )  # fmt: skip


def _reminded(sent: int, before: list[AwaitedJuror]) -> str:
    """How many messages leave, and who had theirs already today, when."""
    said = f"{count(sent, 'rappel envoyé', 'rappels envoyés')}." if sent else "Aucun message n’est envoyé deux fois le même jour."
    told = ", ".join(f"{row.juror} à {hour(row.reminded_at)}" for row in before)
    return f"{said} Déjà {'rappelé' if len(before) == 1 else 'rappelés'} aujourd’hui : {told}." if before else said


@require_http_methods(["GET", "POST"])
def waiver(request: HttpRequest, reference: str, file_reference: str) -> HttpResponse:
    """Say why the jury deliberates on one file without all its evaluations."""
    call = followed_call(request, reference)
    files = jury.files_before_jury(call).exclude(pk__in=conflicts.hidden_applications(request.user).values("pk"))
    application = get_object_or_404(files.select_related("establishment"), reference=file_reference)
    file = next(found for found in readings_of(call).files if found.application.pk == application.pk)
    form = WaiverForm(request.POST if request.method == "POST" else None)
    back = reverse("scoring:awaited_readings", args=[call.reference])
    answer = attempt_form(
        request, call, "Écrire une dérogation", form,
        lambda: grant_waiver(application=application, reason=form.cleaned_data["reason"], actor=request.user),
        success=f"La dérogation du dossier {application.reference} est écrite.", then=back, back=back,
    )  # fmt: skip
    return answer or form_page(request, "scoring/jury/waiver.html", form, page(request, call, "suivi") | {"file": file, "back": back})


@require_POST
def waiver_lift(request: HttpRequest, reference: str, file_reference: str) -> HttpResponse:
    """Take a waiver back: the deliberation waits for the file again."""
    call = followed_call(request, reference)
    files = jury.files_before_jury(call).exclude(pk__in=conflicts.hidden_applications(request.user).values("pk"))
    application = get_object_or_404(files, reference=file_reference)
    back = reverse("scoring:awaited_readings", args=[call.reference])
    return attempt(
        request, call, "Lever une dérogation",
        lambda: lift_waiver(application=application, actor=request.user, seen=request.POST.get(SEEN)),
        success=f"La dérogation du dossier {application.reference} est levée.", then=back, back=back,
    )  # fmt: skip
