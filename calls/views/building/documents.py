"""The page on which a piece to join is given a document to fill in, or loses it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from calls.actions.building import edit_form
from calls.actions.to_fill import give_document
from calls.building import parts
from calls.building.places import Edited, PartGone, copied, part_in
from calls.forms.building.documents import DocumentForm
from calls.models import Call
from calls.questions.file import FileQuestion
from calls.views.building.frame import managed_call, too_late, written_form
from portal.files.intake import UploadRefused
from portal.workflow.gate import TransitionRefused
from portal.workflow.views import attempt, attempt_form, form_page

LABEL = "Document à remplir"


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Give the document, replace it, or (`retirer`) take it off the question; versions in force go on giving theirs."""
    call = managed_call(request, reference)
    questionnaire = written_form(call)
    try:
        part = part_in(copied(questionnaire.definition), key)
    except PartGone:
        return too_late(request, call, LABEL, None, frozen=False)
    if part.get("kind") != FileQuestion.kind:
        raise Http404(key)
    if questionnaire.frozen_at:
        return too_late(request, call, LABEL, None, frozen=True)
    then = reverse("calls:form_part", args=[call.reference, key])
    if "retirer" in request.POST:
        return attempt(request, call, LABEL, lambda: _kept(request, call, key, None), success=lambda done: done.said, then=then)
    form = DocumentForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    answer = attempt_form(
        request, call, LABEL, form, lambda: _given(request, call, key, form), field="file", success=lambda done: done.said, then=then
    )
    return answer or form_page(
        request, "calls/pilotage/form/document.html", form, {"call": call, "part": part, "given": part.get("to_fill")}
    )


def _given(request: HttpRequest, call: Call, key: str, form: DocumentForm) -> Edited:
    try:
        given = give_document(call=call, uploaded=form.cleaned_data["file"], actor=request.user)
    except UploadRefused as refusal:
        raise TransitionRefused([str(refusal)]) from refusal
    return _kept(request, call, key, given.as_json)


def _kept(request: HttpRequest, call: Call, key: str, given: dict | None) -> Edited:
    return edit_form(call=call, change=lambda now: parts.give_part(now, key, given), actor=request.user)
