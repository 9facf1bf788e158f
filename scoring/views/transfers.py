"""Money that moves between envelopes, and what a call announces of the whole."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from portal.text.french import money
from portal.workflow.forms import ReasonForm
from portal.workflow.seen import SEEN
from portal.workflow.views import attempt_form, form_page
from scoring import rules
from scoring.actions.transfers import announce_amount, take_back, transfer
from scoring.forms.envelope import TransferForm
from scoring.models import Envelope, EnvelopeTransfer
from scoring.queries.announced import announced_of
from scoring.queries.decision import money_of
from scoring.queries.envelope import money_calls, targets_of
from scoring.views.envelope import back_to, finance_only, found_envelope, label_of


@require_http_methods(["GET", "HEAD", "POST"])
def envelope_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Move money of this envelope to another one."""
    source = found_envelope(request, pk)
    targets, back = targets_of(source, request.user), back_to(source.call)
    form = TransferForm(request.POST or None, source=source, targets=targets)
    answer = attempt_form(
        request, source.call, "Virer vers une autre enveloppe", form,
        lambda: transfer(source=source, actor=request.user, **form.cleaned_data),
        success=lambda made: f"{money(made.amount)} passent de « {made.source.label} » à « {made.target.label} ».", then=back, back=back,
    )  # fmt: skip
    context = {"call": source.call, "envelope": source, "targets": targets, "back": back, "back_label": label_of(back)}
    return answer or form_page(request, "scoring/decision/transfer.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a transfer, as long as what was moved is still free."""
    seen = Envelope.objects.visible_to(request.user)
    found = EnvelopeTransfer.objects.filter(source__in=seen, target__in=seen).select_related("source__call", "target__call", "reversed_by")
    made = get_object_or_404(found, pk=pk)
    for one in (made.source, made.target):
        finance_only(request, one.call)
    back = made.target.get_absolute_url()
    form = ReasonForm(request.POST if request.method == "POST" else None, required=True)
    answer = attempt_form(
        request, made.target.call, "Annuler ce virement", form,
        lambda: take_back(made=made, reason=form.text, actor=request.user),
        success=f"Le virement est annulé : {money(made.amount)} reviennent à « {made.source.label} ».", then=back, back=back,
    )  # fmt: skip
    return answer or form_page(
        request,
        "scoring/decision/transfer_undo.html",
        form,
        {"call": made.target.call, "made": made, "back": back, "back_label": label_of(back)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def amount_announce(request: HttpRequest, reference: str) -> HttpResponse:
    """Have the page of the call say what its envelopes hold."""
    call = get_object_or_404(money_calls(request.user), reference=reference)
    if not rules.decides_funding(call, request.user):
        raise PermissionDenied("announce_amount")
    back = back_to(call)
    form = ReasonForm(request.POST if request.method == "POST" else None, required=True)
    answer = attempt_form(
        request, call, "Annoncer ce montant", form,
        lambda: announce_amount(call=call, reason=form.text, actor=request.user, seen=request.POST.get(SEEN)),
        success=lambda made: f"La page de l’appel annonce désormais {money(made.amount)}.", then=back, back=back,
    )  # fmt: skip
    context = {"call": call, "money": money_of(call), "told": announced_of(call), "back": back, "back_label": label_of(back)}
    return answer or form_page(request, "scoring/decision/announce.html", form, context)
