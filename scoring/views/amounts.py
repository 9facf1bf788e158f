"""How a call sets amounts: the page of its rule."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal.workflow.seen import SEEN
from portal.workflow.views import attempt_form, form_page
from scoring.actions.amounts import set_amounts
from scoring.forms.amounts import AmountsForm
from scoring.queries.amounts import policy_of, scale_of
from scoring.views.jury import followed_call, page
from scoring.wording.amounts import policy_sentence


@require_http_methods(["GET", "HEAD", "POST"])
def amounts(request: HttpRequest, reference: str) -> HttpResponse:
    """The rule of amounts of a call: read by whoever follows the jury, set by whoever manages it until the jury deliberates."""
    call = followed_call(request, reference)
    policy, grid = policy_of(call), getattr(call, "grid", None)
    with_erratum = bool(grid and grid.is_frozen)
    form = AmountsForm(request.POST if request.method == "POST" else None, policy=policy, scale=scale_of(call), with_erratum=with_erratum)
    back = reverse("scoring:grid", args=[call.reference])
    answer = attempt_form(
        request, call, "Régler les montants", form,
        lambda: set_amounts(
            call=call, wanted=form.wanted, actor=request.user, erratum=form.cleaned_data.get("erratum", ""), seen=request.POST.get(SEEN)
        ),
        success="La règle des montants est enregistrée.", then=back, back=back,
    )  # fmt: skip
    if answer:
        return answer
    context = page(request, call, "grille") | {
        "policy": policy,
        "sentence": policy_sentence(policy, scale_of(call)),
        "scale": scale_of(call),
    }
    context["with_erratum"] = with_erratum
    context["may_set"] = context["may_write"] and call.sets_amounts
    return form_page(request, "scoring/jury/amounts.html", form, context)
