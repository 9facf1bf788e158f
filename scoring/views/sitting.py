"""What is written of a sitting besides its scenarios: when it is planned, and the remarks that its minutes carry."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from portal.journal.queries import last_act
from portal.workflow.views import attempt_form, form_page
from scoring.actions.session import StaleRemarks, reschedule_session, write_remarks
from scoring.enums import SessionState
from scoring.forms.session import PlanForm, RemarksForm
from scoring.models import SelectionSession
from scoring.views.session import over, run_session


@require_http_methods(["GET", "HEAD", "POST"])
def session_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day for a sitting that is not open yet."""
    sitting = run_session(request, pk)
    if sitting.state != SessionState.PREPARED:
        return over(request, sitting, "Reporter la séance")
    form = PlanForm(request.POST if request.method == "POST" else None, initial=_planned(sitting))
    form.watch(
        lambda: PlanForm(initial=_planned(SelectionSession.objects.get(pk=sitting.pk))),
        lambda: last_act(sitting, "reschedule_session", "create_session"),
    )
    answer = attempt_form(
        request, sitting, "Reporter la séance", form,
        lambda: reschedule_session(session=sitting, held_at=form.held_at, place=form.cleaned_data["place"], actor=request.user, check=form.check),
        success="La date de la séance est changée.",
    )  # fmt: skip
    return answer or form_page(request, "scoring/session/plan.html", form, {"session": sitting})


def _planned(sitting: SelectionSession) -> dict:
    """What the form of the date shows first."""
    planned = timezone.localtime(sitting.held_at)
    return {"held_on": planned.date(), "held_time": planned.time(), "place": sitting.place}


@require_http_methods(["GET", "HEAD", "POST"])
def session_remarks(request: HttpRequest, pk: int) -> HttpResponse:
    """The remarks of the jury, until the minutes are signed. What a colleague wrote meanwhile is shown beside what was typed."""
    sitting = run_session(request, pk)
    if sitting.signed_at:
        return over(request, sitting, "Écrire les observations")
    form = RemarksForm(request.POST if request.method == "POST" else None, initial={"remarks": sitting.remarks, "read": sitting.remarks})
    stale = None
    try:
        answer = attempt_form(
            request, sitting, "Écrire les observations", form,
            lambda: write_remarks(session=sitting, actor=request.user, **form.cleaned_data),
            success="Les observations sont enregistrées.",
        )  # fmt: skip
        if answer:
            return answer
    except StaleRemarks as conflict:
        stale = conflict.current
        messages.error(request, "Quelqu’un a écrit avant vous : rien n’est enregistré, votre texte est gardé.")
        form = RemarksForm(initial={"remarks": form.cleaned_data["remarks"], "read": stale})
    answer = form_page(request, "scoring/session/remarks.html", form, {"session": sitting, "stale": stale})
    answer.status_code = 409 if stale is not None else answer.status_code
    return answer
