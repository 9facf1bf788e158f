"""How a call sets amounts: the page of its rule."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from calls.models import Call
from portal.journal.queries import last_act
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
    form.watch(lambda: _form_now(call.pk, with_erratum=with_erratum), lambda: last_act(call, "set_amounts"))
    back = reverse("scoring:grid", args=[call.reference])
    answer = attempt_form(
        request, call, "Régler les montants", form,
        lambda: set_amounts(
            call=call, wanted=form.wanted, actor=request.user, erratum=form.cleaned_data.get("erratum", ""), check=form.check
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


def _form_now(pk: int, *, with_erratum: bool) -> AmountsForm:
    """The form as it stands now, with nothing typed."""
    call = Call.objects.get(pk=pk)
    return AmountsForm(policy=policy_of(call), scale=scale_of(call), with_erratum=with_erratum)
