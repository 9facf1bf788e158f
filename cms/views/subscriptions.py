"""Following the calls by e-mail. Open to all, and without a session: the key or the token of an address is what it asks for.

Hence no token of forms: nothing here depends on who is signed in, a mail reader stops a subscription without any cookie (RFC 8058), and the
forms of cached pages lead here.
"""

import uuid

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cms import subscribing
from cms.forms import SubscriptionForm
from cms.models import Subscription
from cms.subscribing import Wish

FROM_ONE_PLACE, TO_ONE_ADDRESS = "subscription_from", "subscription_to"
RATES = {FROM_ONE_PLACE: "30/m/ip", TO_ONE_ADDRESS: "3/h/key"}  # a school is one place; a mailbox is not to be filled by others
TOO_MANY = "Trop de demandes viennent d’être faites depuis votre réseau. Attendez une minute, puis envoyez de nouveau."


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask to follow the calls. The answer is the same whether the address is known or not."""
    form = SubscriptionForm(request.POST if request.method == "POST" else None, initial=_initial(request))
    if request.method != "POST" or not form.is_valid():
        return render(request, "cms/subscription/ask.html", {"form": form}, status=422 if form.is_bound else 200)
    if not _consume(request, FROM_ONE_PLACE):
        form.add_error(None, TOO_MANY)
        return render(request, "cms/subscription/ask.html", {"form": form}, status=429)
    wish = Wish(**form.cleaned_data)
    if _consume(request, TO_ONE_ADDRESS, key=wish.email):
        subscribing.ask(wish)
    return redirect("cms:subscription_sent")


@login_not_required
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "cms/subscription/sent.html", {"validity": subscribing.LINK_VALIDITY.days})


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the message. Reading it does nothing, as a mail server may read it too: its button confirms."""
    wish = subscribing.read(token)
    if wish is None:
        return _dead_link(request, token)
    if request.method == "POST":
        messages.success(request, "Votre abonnement est confirmé.")
        return redirect(subscribing.confirm(wish))
    return render(request, "cms/subscription/confirm.html", {"wish": wish, "topics": _labels(wish)})


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What one address follows, to be changed or stopped."""
    followed = Subscription.objects.select_related("programme").filter(key=key).first()
    if followed is None:
        return render(request, "cms/subscription/ended.html", status=404)
    initial = {"email": followed.email, "topics": followed.topics, "programme": followed.programme}
    form = SubscriptionForm(request.POST if request.method == "POST" else None, initial=initial, email=followed.email)
    if request.method == "POST" and form.is_valid():
        subscribing.change(followed, Wish(**form.cleaned_data))
        messages.success(request, "Votre abonnement est changé.")
        return redirect(followed)
    return render(request, "cms/subscription/manage.html", {"form": form, "followed": followed}, status=422 if form.is_bound else 200)


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Stop with one press, from the page or from a mail reader, which follows no redirection. Stopped already: the same answer."""
    if request.method != "POST":
        return redirect("cms:subscription", key)
    if followed := Subscription.objects.filter(key=key).first():
        subscribing.stop(followed)
    return render(request, "cms/subscription/ended.html")


def _dead_link(request: HttpRequest, token: str) -> HttpResponse:
    """Too old, or cut by a mail reader: the form to ask again, filled with what was asked where it can be read."""
    late = subscribing.read(token, is_late=True)
    initial = {"email": late.email, "topics": late.topics, "programme": late.programme} if late else {}
    form = SubscriptionForm(initial=initial)
    return render(request, "cms/subscription/dead_link.html", {"form": form, "validity": subscribing.LINK_VALIDITY.days}, status=404)


def _initial(request: HttpRequest) -> dict:
    return {"programme": request.GET.get("programme", "")[:20]}


def _labels(wish: Wish) -> list[str]:
    return [label.lower() for value, label in SubscriptionForm.TOPICS if value in wish.topics]


def _consume(request: HttpRequest, action: str, **of: str) -> bool:
    return bool(ratelimit.consume(request, app=__name__, action=action, config=RATES, user=request.user, **of))
