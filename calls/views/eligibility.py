"""Which lycées a call is for: chosen on its page of the steering, counted in the directory as it is chosen."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from calls import rules
from calls.actions.eligibility import set_eligibility
from calls.forms.eligibility import EligibilityForm
from calls.models import Call
from calls.queries.eligibility import eligibility_in_words
from calls.queries.eligibility_count import eligibility_count
from portal.journal.queries import last_act
from portal.workflow.views import attempt_form, form_page


@require_http_methods(["GET", "HEAD", "POST"])
def eligible_lycees(request: HttpRequest, reference: str) -> HttpResponse:
    """Statuts, voies, number of files and condition, with how many lycées they leave and why the others are out."""
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("programme"), reference=reference)
    if not rules.manages_call(call, request.user):
        raise PermissionDenied("eligibility")
    form = _form(call, request.POST or None).watch(lambda: _form(Call.objects.get(pk=call.pk)), lambda: last_act(call, "set_eligibility"))
    answer = attempt_form(
        request, call, "Lycées éligibles", form,
        lambda: set_eligibility(call=call, terms=form.terms, actor=request.user, check=form.check),
        success="Les lycées éligibles sont enregistrés.",
        then=reverse("calls:steered_call", args=[call.reference]),
    )  # fmt: skip
    if answer:
        return answer
    terms = form.terms
    count = terms and eligibility_count(call, terms.eligible_categories, terms.eligible_pathways, terms.eligibility)
    return form_page(request, "calls/pilotage/eligibility.html", form, {"call": call, "count": count, "words": eligibility_in_words(call)})


def _form(call: Call, data: QueryDict | None = None) -> EligibilityForm:
    return EligibilityForm(data, call=call)
