"""When one's messages arrive: the page of the account, and the link of a mail that stops a kind of messages."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal import working_days
from portal.notifications import preferences
from portal.notifications.families import Always
from portal.notifications.forms import PreferencesForm
from portal.notifications.models import Message
from portal.text.french import count

BEFORE = "delivery_before"  # in the session: the choices to which one press goes back


@require_http_methods(["GET", "HEAD", "POST"])
def own_preferences(request: HttpRequest) -> HttpResponse:
    """Choose, family by family; what may not be chosen is said with its reason."""
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=preferences.chosen_by(request.user))
    if request.method == "POST" and form.is_valid():
        changed = preferences.choose(user=request.user, wanted=form.cleaned_data)
        if changed:
            request.session[BEFORE] = changed.before
        messages.success(request, _said(changed))
        return redirect("notifications:preferences")
    context = {
        "form": form,
        "always": list(Always),
        "held": Message.objects.filter(recipient=request.user, state=Message.State.HELD).count(),
        "next_digest": next_digest(),
        "digest_hour": settings.DIGEST_HOUR,
        "before": request.session.pop(BEFORE, None),
    }
    return render(request, "notifications/preferences.html", context, status=422 if form.is_bound else 200)


@login_not_required
@csrf_exempt  # a mail reader has no cookie (RFC 8058); the signed token says who and what
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Reading the link does nothing, as a mail server may read it too: its button, or the one of the mail reader, stops."""
    asked = preferences.read_stop(token)
    if asked is None:
        return render(request, "notifications/stop_dead.html", status=404)
    if request.method == "POST":
        asked.carry_out()
    context = {"families": [family.label for family in asked.families], "done": request.method == "POST"}
    return render(request, "notifications/stop.html", context)


def next_digest() -> date:
    """The day of the next digest: today until its hour, then the next working day."""
    now = timezone.localtime()
    return working_days.moved(now.date() if now.hour < settings.DIGEST_HOUR else now.date() + timedelta(days=1), 0)


def _said(changed: preferences.Changed | None) -> str:
    if changed is None:
        return "Vos choix étaient déjà ceux-là : rien n’a changé."
    said = ["Vos choix sont enregistrés."]
    if changed.leaving:
        said.append(
            f"{count(changed.leaving, 'message')} qui attendai{'t' if changed.leaving == 1 else 'ent'} le résumé part{'' if changed.leaving == 1 else 'ent'} maintenant."
        )
    if changed.kept:
        said.append(
            f"{count(changed.kept, 'message')} qui attendai{'t' if changed.kept == 1 else 'ent'} le résumé reste{'' if changed.kept == 1 else 'nt'} dans le portail."
        )
    return " ".join(said)
