"""The address of a file, `/dossiers/<reference>/`, shared by its school and the Région: each reader gets their page."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from calls import rules
from calls.admissibility import checklist, reasons_against
from calls.forms.reasons import form_of_transition
from calls.models import Application
from calls.views import applicant, officer, visa
from calls.views.frame import own_file, school_file
from calls.views.places import address_of
from calls.workflows.ticked import ticked_points
from portal.workflow.views import run_transition

# Transitions whose confirmation says more than "are you sure?".
WITH_MOTIVE = ("declare_inadmissible", "decline_completion", "cancel_completion")
SCHOOL_PAGES = {
    "approve": applicant.approve, "submit": applicant.submit, "return_to_team": visa.give_back,
    "approve_new_version": partial(applicant.approve, name="approve_new_version"),
    "submit_new_version": partial(applicant.submit, name="submit_new_version"),
    "return_new_version": partial(visa.give_back, name="return_new_version"),
}  # fmt: skip


@require_safe
def file(request: HttpRequest, reference: str) -> HttpResponse:
    """The file: for its school the overview, for the Région the page of the case officer."""
    if reference.startswith(rules.PERSONAL):
        return applicant.overview(request, school_file(request, reference))
    if request.user.establishment_ids and (own := own_file(request, reference)):
        return applicant.overview(request, own)
    get_object_or_404(Application.objects.visible_to(request.user), reference=reference)
    return officer.detail(request, reference)


def _refusal_form(request: HttpRequest, application: Application) -> Callable:
    """The reasons that the checklist of the file gives against it, already ticked when the page opens, and what was noted at its points."""
    if not rules.instructs_file(application, request.user):
        return form_of_transition(application, "declare_inadmissible")
    against = [point for point in ticked_points(application) if point.is_against and point.tick.remark]
    remarks = {f"remarque-{point.line.key}": (point.line.label, point.tick.remark) for point in against}
    chosen = [] if request.method == "POST" else reasons_against(checklist(officer.staff_file(request, application.reference)))
    return form_of_transition(application, "declare_inadmissible", chosen, remarks)


@require_http_methods(["GET", "HEAD", "POST"])
def action(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """What the buttons of the workflow lead to."""
    is_own = name in SCHOOL_PAGES and request.user.establishment_ids and not reference.startswith(rules.PERSONAL)
    if is_own and (own := own_file(request, reference)):
        return SCHOOL_PAGES[name](request, own)
    application = get_object_or_404(
        Application.objects.visible_to(request.user).select_related("establishment", "call"), reference=reference
    )
    # The motive goes to the journal as every reason does, and to what the other side reads.
    back = address_of(request, application)
    refusing = name == "declare_inadmissible"
    form_class = _refusal_form(request, application) if refusing else form_of_transition(application, name)
    return run_transition(request, application, name, reason_as="motive" if name in WITH_MOTIVE else "", back=back, form_class=form_class)
