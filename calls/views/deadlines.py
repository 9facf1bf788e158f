"""Deadlines of a call, for its manager: more time for one lycée, the days of the reminders."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from calls.actions.extensions import cancel_extension, cancelling_gaps, grant_extension, granting_gaps
from calls.actions.reminders import set_reminders
from calls.enums import CallState
from calls.forms.deadlines import RemindersForm, SchoolExtensionForm
from calls.models import Application, Call, SchoolExtension
from calls.views.managed import managed_call
from portal.journal.queries import last_act
from portal.text.dates import moment
from portal.workflow.forms import ReasonForm
from portal.workflow.views import attempt_form, form_page


@require_safe
def extensions(request: HttpRequest, reference: str) -> HttpResponse:
    """Every extension granted to a lycée for this call, the latest first."""
    call = managed_call(request, reference)
    granted = call.extensions.select_related("establishment", "granted_by", "cancelled_by").order_by("-granted_at", "-pk")
    lycees = granted.order_by().values("establishment")
    files = [] if call.is_sealed else list(Application.objects.filter(call=call, establishment__in=lycees).order_by("reference"))
    rows = []
    for extension in granted:
        extension.call = call
        own = [file for file in files if file.establishment_id == extension.establishment_id]
        rows.append((extension, own, not cancelling_gaps(extension, own)))
    return render(request, "calls/pilotage/extensions.html", {"call": call, "rows": rows, "gaps": granting_gaps(call)})


@require_http_methods(["GET", "HEAD", "POST"])
def extend_school(request: HttpRequest, reference: str) -> HttpResponse:
    """Close the call later for one lycée."""
    call = managed_call(request, reference)
    form = SchoolExtensionForm(request.POST or None, call=call)
    back = reverse("calls:extensions", args=[call.reference])
    answer = attempt_form(
        request, call, "Accorder un délai à un lycée", form,
        lambda: grant_extension(call=call, actor=request.user, **form.granted),
        success=lambda granted: f"{granted.establishment.name} peut déposer jusqu’au {moment(granted.closes_at)}. Son équipe est prévenue.",
        then=back, back=back,
    )  # fmt: skip
    return answer or form_page(request, "calls/pilotage/extend_school.html", form, {"call": call, "gaps": granting_gaps(call)})


@require_http_methods(["GET", "HEAD", "POST"])
def extension_cancel(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take an extension back while nothing has come of it."""
    call = managed_call(request, reference)
    extension = get_object_or_404(SchoolExtension.objects.select_related("establishment", "granted_by"), pk=pk, call=call)
    extension.call = call
    form = ReasonForm(request.POST or None, required=True)
    back = reverse("calls:extensions", args=[call.reference])
    answer = attempt_form(
        request, call, "Annuler le délai", form,
        lambda: cancel_extension(extension=extension, actor=request.user, reason=form.cleaned_data["reason"]),
        success="Le délai est annulé. L’équipe du lycée est prévenue.",
        then=back, back=back,
    )  # fmt: skip
    files = list(Application.objects.filter(call=call, establishment=extension.establishment).order_by("reference"))
    context = {"call": call, "extension": extension, "gaps": cancelling_gaps(extension, files)}
    return answer or form_page(request, "calls/pilotage/extension_cancel.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose the days of the reminders."""
    call = managed_call(request, reference)
    form = _reminders_form(call, request.POST if request.method == "POST" else None).watch(
        lambda: _reminders_form(Call.objects.get(pk=call.pk)), lambda: last_act(call, "set_reminders")
    )
    answer = attempt_form(
        request, call, "Régler les rappels", form,
        lambda: set_reminders(call=call, actor=request.user, check=form.check, reminder_days=form.cleaned_data["reminder_days"]),
        success="Les rappels sont réglés.",
        then=reverse("calls:steered_call", args=[call.reference]),
    )  # fmt: skip
    return answer or form_page(
        request, "calls/pilotage/reminders.html", form, {"call": call, "possible": call.state in CallState.BEFORE_SCORING}
    )


def _reminders_form(call: Call, data: QueryDict | None = None) -> RemindersForm:
    return RemindersForm(data, initial={"reminder_days": ", ".join(str(day) for day in call.reminder_days)})
