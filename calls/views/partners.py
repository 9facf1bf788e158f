"""Partner schools: asked in a file, then the page of their agreement."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from calls.actions.partners import ask_partner
from calls.actions.writing import WritingRefused
from calls.models import Partnership
from calls.questions.partners import PartnersQuestion
from calls.rules import answers_partnership
from calls.views.attachments import back, refused_page
from calls.views.frame import written_file
from portal.directory.models import Establishment
from portal.text.french import at_school
from portal.workflow.views import run_transition


@require_POST
def ask(request: HttpRequest, reference: str, question: str) -> HttpResponse:
    """Ask a lycée, chosen in the list that a search gave, to be a partner. A refusal is said in the block, where the focus goes."""
    application = written_file(request, reference)
    asked = application.questionnaire.schema.question(question)
    if not isinstance(asked, PartnersQuestion):
        raise Http404(question)
    partner = Establishment.objects.open().filter(uai=request.POST.get("uai", "")).first()
    if partner is None:
        return refused_page(request, reference, asked, ["Choisissez un lycée dans la liste, puis demandez son accord."])
    try:
        ask_partner(application=application, question=asked, partner=partner, actor=request.user)
    except WritingRefused as refusal:
        return refused_page(request, reference, asked, refusal.reasons, status=409)
    messages.success(request, f"L’accord est demandé {at_school(partner.name)}.")
    return back(application, asked)


@require_safe
def partnership(request: HttpRequest, pk: int) -> HttpResponse:
    """What a lycée is asked, for those who answer and those who asked."""
    found = get_object_or_404(
        Partnership.objects.visible_to(request.user).select_related("application__call", "application__establishment", "asked_by"), pk=pk
    )
    file = found.application
    schema = file.questionnaire.schema
    context = {
        "partnership": found,
        "file": file,
        "question": schema.question(found.question_key),
        "signs": answers_partnership(found, request.user),
        "writes": file.establishment_id in request.user.writing_ids,
        "section_url": reverse("calls:section", args=[file.reference, schema.section_of(found.question_key).key]),
    }
    return render(request, "calls/partnership.html", context)


def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """What the buttons of a partnership lead to."""
    found = get_object_or_404(Partnership.objects.visible_to(request.user), pk=pk)
    return run_transition(request, found, name, reason_as="refusal" if name == "decline" else "")
