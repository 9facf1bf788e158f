"""Envelopes of a call, kept by finance."""

from typing import NoReturn

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls.enums import CallState
from calls.models import Call
from portal.journal.queries import last_act
from portal.journal.removed import AlreadyRemoved, removal_of
from portal.text.french import number
from portal.ui.paginate import paginate
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import SEEN
from portal.workflow.views import attempt, attempt_form, form_page, refused
from scoring import rules
from scoring.actions.envelope import create_envelope, edit_envelope, refuse_settled, remove_envelope
from scoring.forms.envelope import EnvelopeForm
from scoring.models import Envelope
from scoring.queries.decision import envelopes_of, money_of
from scoring.queries.envelope import announcements_of, groups_offered, money_calls, transfers_of, with_money
from scoring.tables.envelopes import MONEY


@require_safe
def envelope_list(request: HttpRequest) -> HttpResponse:
    """Every call with what it announces, what its envelopes hold and what is taken of them."""
    if not rules.reads_decisions(request.user):
        raise PermissionDenied("envelopes")
    page = paginate(request, with_money(money_calls(request.user)))
    return render(request, "scoring/decision/envelopes.html", {"page_obj": page, "columns": MONEY})


@require_safe
def envelopes_of_call(request: HttpRequest, reference: str) -> HttpResponse:
    """The money of one call, whatever its state."""
    call = get_object_or_404(money_calls(request.user), reference=reference)
    context = {
        "call": call, "envelopes": list(envelopes_of(call)), "money": money_of(call), "decides": rules.decides_funding(call, request.user),
        "announcements": list(announcements_of(call)),
    }  # fmt: skip
    return render(request, "scoring/decision/money.html", context)


NOTHING_YET = {"envelope": None, "is_part": False, "parts": [], "transfers": []}  # what the page of a new envelope shows of it


@require_http_methods(["GET", "HEAD", "POST"])
def envelope_create(request: HttpRequest, reference: str) -> HttpResponse:
    """Open one more envelope for a call."""
    call = get_object_or_404(money_calls(request.user), reference=reference)
    finance_only(request, call)
    form, back = EnvelopeForm(request.POST or None, groups=groups_offered()), back_to(call)
    answer = _settled(request, call, "Ouvrir une enveloppe") or attempt_form(
        request, call, "Ouvrir une enveloppe", form,
        lambda: create_envelope(call=call, terms=form.terms, actor=request.user),
        success=lambda envelope: f"L’enveloppe « {envelope.label} » est ouverte.", then=back, back=back,
    )  # fmt: skip
    return answer or form_page(
        request, "scoring/decision/envelope.html", form, {"call": call, **NOTHING_YET, "back": back, "back_label": label_of(back)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def envelope_delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a part of an envelope apart for a group of lycées."""
    parent = found_envelope(request, pk)
    if parent.parent_id:
        raise Http404("envelope")
    form, back, label = EnvelopeForm(request.POST or None, groups=groups_offered(), is_part=True), back_to(parent.call), "Déléguer une part"
    answer = _settled(request, parent.call, label) or attempt_form(
        request, parent.call, label, form,
        lambda: create_envelope(call=parent.call, terms=form.terms, actor=request.user, parent=parent),
        success=lambda part: f"La sous-enveloppe « {part.label} » est ouverte, sur « {parent.label} ».", then=back, back=back,
    )  # fmt: skip
    return answer or form_page(
        request,
        "scoring/decision/envelope_part.html",
        form,
        {"call": parent.call, "parent": parent, "back": back, "back_label": label_of(back)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def envelope_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an envelope; the database refuses less than what decisions take and what is delegated."""
    envelope = found_envelope(request, pk)
    back, groups = back_to(envelope.call), groups_offered()

    def form_of(row: Envelope, data: QueryDict | None = None) -> EnvelopeForm:
        return EnvelopeForm(data, initial=_initial(row), groups=groups, kept=row, is_part=bool(row.parent_id))

    form = form_of(envelope, request.POST or None)
    form.watch(lambda: form_of(Envelope.objects.get(pk=envelope.pk)), lambda: last_act(envelope, "edit_envelope", "create_envelope"))
    answer = _settled(request, envelope.call, "Modifier une enveloppe") or attempt_form(
        request, envelope.call, "Modifier une enveloppe", form,
        lambda: edit_envelope(envelope=envelope, terms=form.terms, actor=request.user, check=form.check),
        success="L’enveloppe est enregistrée.", then=back, back=back,
    )  # fmt: skip
    context = {
        "call": envelope.call,
        "envelope": envelope,
        "back": back,
        "back_label": label_of(back),
        "parts": list(envelope.delegated.order_by("label")),
    }
    context |= {"is_part": bool(envelope.parent_id), "transfers": list(transfers_of(envelope))}
    return answer or form_page(request, "scoring/decision/envelope.html", form, context)


def _settled(request: HttpRequest, call: Call, label: str) -> HttpResponse | None:
    """No form is offered once the results are public: the page says so. What is sent then keeps what was typed, as any late act does."""
    if request.method == "POST":
        return None
    try:
        refuse_settled(call)
    except TransitionRefused as refusal:
        return refused(request, call, refusal, label=label, back=back_to(call))
    return None


def _initial(envelope: Envelope) -> dict:
    names = ("label", "section", "year", "programme", "budget_code", "group")
    return {name: getattr(envelope, name) for name in names} | {"amount": number(envelope.amount, 2)}


@require_POST
def envelope_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an envelope from which nothing is taken."""
    envelope = found_envelope(request, pk)
    back = back_to(envelope.call)
    return attempt(
        request, envelope.call, "Supprimer une enveloppe",
        lambda: remove_envelope(envelope=envelope, actor=request.user, seen=request.POST.get(SEEN)),
        success=f"L’enveloppe « {envelope.label} » est supprimée.", then=back, back=back,
    )  # fmt: skip


def found_envelope(request: HttpRequest, pk: int) -> Envelope:
    """The envelope, for whoever sees it and is of the finances: 404, then 403."""
    envelope = Envelope.objects.visible_to(request.user).select_related("call").filter(pk=pk).first()
    if envelope is None:
        _say_removed(request, pk)
    finance_only(request, envelope.call)
    return envelope


def _say_removed(request: HttpRequest, pk: int) -> NoReturn:
    """Raises AlreadyRemoved for an envelope that a colleague has removed from a call whose money is this person's to decide, otherwise Http404."""
    entry = removal_of(Envelope(pk=pk), "remove_envelope")
    call = money_calls(request.user).filter(reference=entry.data.get("call")).first() if entry else None
    if call is None or not rules.decides_funding(call, request.user):
        raise Http404("envelope")
    raise AlreadyRemoved(f"L’enveloppe « {entry.data['label']} » a déjà été supprimée", entry, back_to(call))


def back_to(call: Call) -> str:
    """The decisions of the call; before it has some, its money."""
    if call.state in (*CallState.DECIDING, *CallState.WITH_RESULTS):
        return f"{reverse('scoring:decisions')}?appel={call.reference}"
    return reverse("scoring:money", args=[call.reference])


def label_of(back: str) -> str:
    """How a page names the place where `back_to` leads."""
    return "Décisions" if "?appel=" in back else "Enveloppes"


def finance_only(request: HttpRequest, call: Call) -> None:
    if not rules.decides_funding(call, request.user):
        raise PermissionDenied("envelope")
