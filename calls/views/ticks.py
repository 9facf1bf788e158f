"""The points of recevabilité of one file, that an officer ticks and staff read."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from calls import rules
from calls.actions.ticking import tick_points
from calls.admissibility import checklist
from calls.enums import ApplicationState
from calls.forms.ticks import TicksForm
from calls.models import Application
from calls.views.officer import staff_file
from calls.views.places import address_of, kept
from portal.journal.queries import last_act
from portal.text.french import count, enumeration
from portal.workflow.views import attempt_form, form_page


@require_http_methods(["GET", "HEAD", "POST"])
def ticks(request: HttpRequest, reference: str) -> HttpResponse:
    """GET shows the whole checklist, with the points to tick for who instructs the file; POST writes what was ticked."""
    application = staff_file(request, reference)
    form = _form(application, request.POST if request.method == "POST" else None)
    if not form.points:
        raise Http404("ticks")
    instructs = rules.instructs_file(application, request.user)
    if request.method == "POST" and not instructs:
        raise PermissionDenied("tick_points")
    answer = attempt_form(
        request, application, "Cocher les points de recevabilité", form,
        lambda: tick_points(application=application, answers=form.answers, actor=request.user, check=form.check),
        success=lambda written: _said(form, written),
        then=address_of(request, application), back=address_of(request, application),
    )  # fmt: skip
    context = {
        "application": application,
        "checks": [check for check in checklist(application) if not check.is_ticked],
        "may_tick": instructs and application.state == ApplicationState.SUBMITTED,
        "back": address_of(request, application),
        "kept": kept(request),
    }
    return answer or form_page(request, "calls/officer/ticks.html", form, context)


def _said(form: TicksForm, written: int) -> str:
    """What was kept, then what it holds back: said at once, not when the file is declared admissible."""
    kept_now = f"{count(written, 'point enregistré', 'points enregistrés')}." if written else "Rien n’avait changé."
    if not form.against:
        return kept_now
    named = enumeration([f"« {label} »" for label in form.against])
    return f"{kept_now} {named} : « Non » empêche de déclarer le dossier recevable. Demandez des compléments, ou déclarez-le irrecevable."


def _form(application: Application, data: QueryDict | None) -> TicksForm:
    fresh = Application.objects.select_related("call")
    return TicksForm(data, application=application).watch(
        lambda: TicksForm(application=fresh.get(pk=application.pk)), lambda: last_act(application, "tick_points")
    )
