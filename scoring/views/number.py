"""How many lycées, how much each: the page of a sitting whose envelope is shared."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal.text.french import count
from portal.workflow.views import attempt_form, form_page
from scoring.actions.number import choose_number
from scoring.actions.run import sharing_gaps
from scoring.forms.balance import NumberForm
from scoring.models import AmountPolicy, SelectionSession
from scoring.optimiser.shared import foreseen, lines_then, pooled_told, sharers_of
from scoring.optimiser.staleness import is_shared_alike
from scoring.queries.amounts import policy_of, scale_of
from scoring.queries.balance import MoneyLine, money_lines, rules_of_session
from scoring.queries.conflicts import hidden_ids
from scoring.screens.number import number_screen
from scoring.views.session import over, sitting_to_read
from scoring.wording.amounts import policy_sentence, step_told
from scoring.wording.balance import rule_label


@require_http_methods(["GET", "HEAD", "POST"])
def number_retained(request: HttpRequest, pk: int) -> HttpResponse:
    """What each number retained would give, for whoever reads the sitting; POST chooses one and computes. 404 where the envelope is not shared.

    Whoever has a conflict of interest chooses, or reads, without the figures: a part tells who else shares.
    """
    sitting, may_choose = sitting_to_read(request, pk)
    policy = policy_of(sitting.call)
    if not policy.is_shared:
        raise Http404("amounts are not shared")
    lines = _lines_of(request, sitting) if request.method != "POST" or not sitting.is_over else []
    if sitting.is_over and not lines:
        return _over(request, sitting)
    sharers, restricted = sharers_of(sitting, policy), bool(hidden_ids(sitting.call, request.user))
    looked_at = NumberForm(request.GET if "nombre" in request.GET else None, most=len(sharers), auto_id="regarde_%s")
    asked = looked_at.cleaned_data["nombre"] if looked_at.is_bound and looked_at.is_valid() else sitting.places
    form = NumberForm(
        request.POST if request.method == "POST" else None, most=len(sharers), initial={"nombre": asked, "vu": sitting.places}
    )
    answer = attempt_form(
        request, sitting, "Choisir le nombre retenu", form,
        lambda: choose_number(session=sitting, files=form.cleaned_data["nombre"], seen=form.cleaned_data["vu"], actor=request.user),
        success=lambda _: f"{count(form.cleaned_data['nombre'], 'dossier')} : le calcul choisit lesquels, puis partage l’enveloppe.",
        then=sitting, field="nombre", back=reverse("scoring:number_retained", args=[sitting.pk]),
    )  # fmt: skip
    if answer:
        return answer
    shown = _shown(sitting, policy, asked, sharers, lines, restricted=restricted)
    context = shown | {"looked_at": looked_at, "may_choose": may_choose, "counted": may_choose or not restricted}
    page = form_page(request, "scoring/session/number.html", form, context)
    page.status_code = 422 if looked_at.errors else page.status_code
    return page


def _shown(
    sitting: SelectionSession, policy: AmountPolicy, asked: int | None, sharers: list, lines: list[MoneyLine], *, restricted: bool
) -> dict:
    """What the page says of the number `asked`. `restricted`: without the figures, for a reader with a conflict of interest."""
    return {
        "session": sitting,
        "restricted": restricted,
        "screen": None if restricted else number_screen(policy, sharers, asked, lines),
        "parts": foreseen(sitting, policy, sharers, asked, lines) if asked and not restricted else [],
        "asked": asked,
        "most": len(sharers),
        "pooled": "" if restricted else pooled_told(sitting),
        "sentence": policy_sentence(policy, scale_of(sitting.call)),
        "rounding": step_told(policy),
        "rules": [rule_label(rule) for rule in rules_of_session(sitting)],
        "gaps": sharing_gaps(sitting) if sitting.places and not sitting.is_over else [],
    }


def _lines_of(request: HttpRequest, sitting: SelectionSession) -> list[MoneyLine]:
    """The money of which each number tells. Of a closed sitting, that which its scenario shared; none where the same parts would not be found."""
    if not sitting.is_over:
        return money_lines(sitting)
    retained = sitting.scenarios.filter(retained_at__isnull=False).select_related("run", "session__call").first()
    if retained is None or not retained.is_shared or hidden_ids(sitting.call, request.user) or not is_shared_alike(retained):
        return []
    return lines_then(retained)


def _over(request: HttpRequest, sitting: SelectionSession) -> HttpResponse:
    """A sitting that is over chooses no more: what each file has is in the scenario that it retained."""
    if request.method == "POST":
        return over(request, sitting, "Choisir le nombre retenu")
    told = policy_sentence(policy_of(sitting.call), scale_of(sitting.call))
    context = {"session": sitting, "sentence": told, "screen": None, "counted": False, "gaps": [], "may_choose": False}
    return render(request, "scoring/session/number.html", context)
