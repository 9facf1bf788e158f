"""The file goes back to its team with remarks; the team ticks them off."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from calls.actions.visa import return_to_team, tick_remark
from calls.checks import asked_in, given_in
from calls.forms.visa import GivenBackForm
from calls.models import Application
from calls.views.frame import frame, made_whole, written_file
from portal.workflow.gate import check_person, option_for
from portal.workflow.views import attempt, attempt_form, form_page, run_transition


def give_back(request: HttpRequest, application: Application, name: str = "return_to_team") -> HttpResponse:
    """GET shows the questions, each with room for a remark; POST gives the file back. `application` is one of the reader's own lycée."""
    check_person(application, request.user, name)
    if request.method != "POST" and not option_for(application, request.user, name).possible:
        return run_transition(request, application, name)
    whole = made_whole(application)
    asked = asked_in(whole, given_in(whole))
    form = GivenBackForm(request.POST if request.method == "POST" else None, asked=asked)
    answer = attempt_form(
        request, application, "Rendre à l’équipe", form,
        lambda: return_to_team(application=application, actor=request.user, name=name, reason=form.cleaned_data["reason"], remarks=form.remarks),
        success="Le dossier est rendu à l’équipe." if name == "return_to_team" else "La nouvelle version est rendue à l’équipe.",
    )  # fmt: skip
    return answer or form_page(request, "calls/applicant/give_back.html", form, frame(request, whole, asked=asked))


@require_POST
def remark(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Tick a remark off, or on again; back to its question, or to the page of the file."""
    application = written_file(request, reference)
    found = get_object_or_404(application.visa_remarks, pk=pk)
    section = application.questionnaire.schema.section_of(found.question_key) if found.question_key and "here" in request.POST else None
    back = (
        f"{reverse('calls:section', args=[reference, section.key])}#q-{found.question_key}" if section else application.get_absolute_url()
    )
    done = request.POST.get("done") == "1"
    return attempt(
        request, application, "Marquer la remarque", lambda: tick_remark(remark=found, done=done, actor=request.user),
        success="La remarque est traitée." if done else "La remarque est de nouveau à traiter.", then=back,
    )  # fmt: skip
