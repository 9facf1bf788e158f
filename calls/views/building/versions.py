"""A form in force is changed by a new version: begun, then put in force once its page has said what becomes of each file."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from calls.actions.form_versions import put_in_force
from calls.actions.steering import renew_questionnaire
from calls.forms.building.sections import ForceForm
from calls.models import Questionnaire
from calls.queries.form_building import latest_form
from calls.queries.form_versions import ForceReport, force_report
from calls.questionnaire import errors_in
from calls.views.building.frame import form_address, managed_call
from portal.text.canonical import fingerprint
from portal.text.french import count
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import SEEN
from portal.workflow.views import attempt, attempt_form, form_page, refused


@require_POST
def renew(request: HttpRequest, reference: str) -> HttpResponse:
    """A new version to write, copied from the one in force; the one being written when there is one already."""
    call = managed_call(request, reference)
    return attempt(
        request, call, "Écrire une nouvelle version", lambda: _renewed(call.questionnaire, request),
        success=lambda made: f"La version {made.version} est prête à être écrite. Elle ne servira qu’une fois mise en vigueur.",
        then=form_address(call), back=form_address(call),
    )  # fmt: skip


def _renewed(current: Questionnaire | None, request: HttpRequest) -> Questionnaire:
    if current is None:
        raise TransitionRefused(["Cet appel n’a pas encore de formulaire : commencez par une section."], wrong_state=True)
    return renew_questionnaire(questionnaire=current, actor=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def force(request: HttpRequest, reference: str) -> HttpResponse:
    """What putting the version being written in force does to each file, and the act."""
    call = managed_call(request, reference)
    latest = latest_form(call)
    label = "Mettre la nouvelle version en vigueur"
    if latest is None or latest.frozen_at or call.is_draft:
        sentence = "Aucune nouvelle version n’est à mettre en vigueur : le formulaire d’un brouillon entre en vigueur à sa publication."
        return refused(request, call, TransitionRefused([sentence], wrong_state=True), label=label, back=form_address(call))
    errors = errors_in(latest.definition)
    report = ForceReport([], 0, 0) if errors else force_report(latest)
    form = ForceForm(request.POST if request.method == "POST" else None, takes_drafts=report.follow)
    answer = attempt_form(
        request, call, label, form,
        lambda: put_in_force(
            call=call, actor=request.user, drafts_follow=form.cleaned_data.get("drafts") == "follow", seen=request.POST.get(SEEN, "")
        ),
        success=lambda done: _said(*done), then=form_address(call), back=reverse("calls:form_force", args=[call.reference]),
    )  # fmt: skip
    context = {"call": call, "questionnaire": latest, "report": report, "errors": errors, "mark": fingerprint(latest.definition)}
    return answer or form_page(request, "calls/pilotage/form/force.html", form, context)


def _said(version: Questionnaire, followed: int) -> str:
    drafts = f" {count(followed, 'brouillon y est passé', 'brouillons y sont passés')}, avec leurs réponses." if followed else ""
    return f"La version {version.version} est en vigueur : les dossiers ouverts désormais y répondent.{drafts}"
