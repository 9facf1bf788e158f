"""The accounts: what became of the money of a decision, of an envelope, of a lot."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from orders import rules
from orders.actions.excess import authorise_excess
from orders.forms.money import ExcessForm
from orders.models import Lot
from orders.queries import money
from orders.tables.money import OF_A_DECISION, OF_A_LOT, OF_AN_ENVELOPE, figures_of_decision, figures_of_envelope, figures_of_lot
from portal.addresses import address
from portal.journal.queries import last_act
from portal.text.french import euros
from portal.workflow.views import attempt_form, form_page
from scoring.models import Envelope, FundingDecision


def _decision(request: HttpRequest, reference: str) -> FundingDecision:
    found = money.readable_by(request.user).select_related("application__establishment", "application__call", "envelope", "excess_by")
    return get_object_or_404(found, application__reference=reference)


@require_safe
def account_decision(request: HttpRequest, reference: str) -> HttpResponse:
    """One decision, incl. VAT, with the orders and works that engage it."""
    decision = _decision(request, reference)
    account = money.account_of(decision)
    context = {
        "account": account,
        "decision": decision,
        "figures": figures_of_decision(account),
        "columns": OF_A_DECISION,
        "documents": money.documents_of(decision),
        "may_authorise": rules.authorises_excess(decision, request.user)
        and decision.is_granted
        and not decision.is_open
        and not decision.is_declined
        and decision.orderable_amount,
        "nothing_ordered": "Rien n’est encore commandé."
        if decision.orderable_amount
        else "Cette aide est versée au lycée : rien n’est à commander.",
        "reads_decision": FundingDecision.objects.visible_to(request.user).filter(pk=decision.pk).exists(),
    }
    return render(request, "orders/account/decision.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def account_excess(request: HttpRequest, reference: str) -> HttpResponse:
    """Finance lets orders and works engage more than the vote."""
    decision = _decision(request, reference)
    if not rules.authorises_excess(decision, request.user):
        raise PermissionDenied("authorise_excess")
    account = money.account_of(decision)
    form = ExcessForm(request.POST or None, decision=decision, needed=decision.excess_amount + account.beyond)
    form.watch(lambda: _excess_form(decision.pk), lambda: last_act(decision, "authorise_excess"))
    back = address("orders:account_decision", reference)
    answer = attempt_form(
        request, decision, "Autoriser un dépassement", form,
        lambda: authorise_excess(decision=decision, actor=request.user, check=form.check, **form.cleaned_data),
        success=lambda changed: _said(changed, before=decision.excess_amount), then=back, back=back,
    )  # fmt: skip
    context = {"decision": decision, "account": account, "back": back}
    return answer or form_page(request, "orders/account/excess.html", form, context)


def _excess_form(pk: int) -> ExcessForm:
    """The form as it stands now, with nothing typed."""
    decision = FundingDecision.objects.get(pk=pk)
    return ExcessForm(decision=decision, needed=decision.excess_amount + money.account_of(decision).beyond)


def _said(decision: FundingDecision, *, before: Decimal) -> str:
    if decision.excess_amount == before:
        return f"Rien n’a changé : le dépassement autorisé était déjà de {euros(before)} TTC."
    if not decision.excess_amount:
        return "L’autorisation de dépassement est retirée ; les finances et les commandes sont prévenues."
    return f"Un dépassement de {euros(decision.excess_amount)} TTC est autorisé ; les finances et les commandes sont prévenues."


@require_safe
def account_envelope(request: HttpRequest, pk: int) -> HttpResponse:
    """One envelope, incl. VAT, decision by decision."""
    envelope = get_object_or_404(Envelope.objects.visible_to(request.user).select_related("call"), pk=pk)
    account = money.account_of_envelope(envelope)
    context = {
        "envelope": envelope,
        "account": account,
        "figures": figures_of_envelope(account),
        "columns": OF_AN_ENVELOPE,
    }
    return render(request, "orders/account/envelope.html", context)


@require_safe
def account_lot(request: HttpRequest, pk: int) -> HttpResponse:
    """One lot, excl. VAT as its maximum is, order by order: for who follows every lycée, as it names them all."""
    if not rules.follows_everywhere(request.user):
        raise PermissionDenied("lot")
    lot = get_object_or_404(Lot.objects.select_related("agreement", "supplier"), pk=pk)
    account = money.account_of_lot(lot)
    context = {"lot": lot, "account": account, "figures": figures_of_lot(account), "columns": OF_A_LOT}
    return render(request, "orders/account/lot.html", context)
