"""The checkable selection of a released call, for whoever releases results: what is public, to take it away or to show it again."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal.workflow.forms import ReasonForm
from portal.workflow.views import attempt_form, form_page
from scoring import rules
from scoring.actions.publication import restore_publication, withdraw_publication
from scoring.models import SelectionPublication
from scoring.queries.decision import decision_calls
from scoring.queries.publication import shown_since, still_named
from scoring.wording.publication import named_told

WITHDRAW, RESTORE = "retirer", "montrer"
ACTS = {
    WITHDRAW: (withdraw_publication, "Retirer de la page", "La sélection vérifiable n’est plus sur la page."),
    RESTORE: (restore_publication, "Montrer de nouveau", "La sélection vérifiable est de nouveau publique."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: HttpRequest, reference: str) -> HttpResponse:
    """What the public page gives, and the one act that changes it, with its reason."""
    call = get_object_or_404(decision_calls(request.user), reference=reference)
    if not rules.releases_results(call, request.user):
        raise PermissionDenied("selection_publication")
    shown = get_object_or_404(SelectionPublication, call=call, instance__isnull=False)
    form = ReasonForm(request.POST if request.method == "POST" else None, required=True)
    now = WITHDRAW if shown.withdrawn_at is None else RESTORE
    asked = request.POST.get("acte", WITHDRAW) if request.method == "POST" else now  # as the page had it, whatever others did since
    act, label, said = ACTS.get(asked, ACTS[WITHDRAW])
    back = reverse("scoring:release", args=[call.reference])
    answer = attempt_form(
        request, call, label, form,
        lambda: act(call=call, actor=request.user, **form.cleaned_data), success=said, then=back, back=back,
    )  # fmt: skip
    context = {"call": call, "shown": shown, "label": label, "asked": asked, "back": back, "since": shown_since(shown)}
    context["named"] = named_told(shown.told["retained"], still_named(shown))
    return answer or form_page(request, "scoring/decision/publication.html", form, context)
