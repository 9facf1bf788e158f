"""A personal draft: given to the lycée, or discarded, by the person whose it is."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from calls import rules
from calls.actions.personal import KEPT, discard, give_to_lycee, giving_gaps
from calls.models import Application
from portal.workflow.gate import TransitionRefused


@require_POST
def personal(request: HttpRequest, reference: str) -> HttpResponse:
    """The two acts of its page; each says there what it does."""
    draft = get_object_or_404(Application.everything.select_related("call", "establishment"), reference=reference, kept_for=request.user)
    if request.POST.get("act") == "discard":
        discard(draft=draft)
        messages.success(request, "Le brouillon personnel est supprimé.")
        return redirect("calls:start", draft.call.slug)
    if request.POST.get("act") != "give" or not rules.starts_file(draft.establishment, request.user):
        raise Http404("personal")
    try:
        given = give_to_lycee(draft=draft, actor=request.user)
    except TransitionRefused as refusal:
        messages.error(request, " ".join(refusal.reasons))
        return redirect(draft)
    messages.success(request, "Le brouillon est maintenant celui du lycée : toute l’équipe y écrit.")
    return redirect(given)


def prospects(request: HttpRequest, draft: Application) -> dict:
    """What the page of a personal draft says of what becomes of it."""
    is_in = rules.starts_file(draft.establishment, request.user)
    files = Application.objects.filter(call=draft.call, establishment=draft.establishment).order_by("reference") if is_in else []
    gaps = giving_gaps(draft.call, draft.establishment) if is_in else []
    return {"is_in": is_in, "files": list(files), "gaps": gaps, "kept_days": KEPT.days}
