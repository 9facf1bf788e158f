"""To the CAS server and back; and the sign-out that the server tells us of."""

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.base.views import BaseLoginView
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from portal.accounts.identity import sessions
from portal.accounts.identity.claims import told
from portal.accounts.identity.doors import guarded
from portal.accounts.identity.providers import IdentityProvider

LONGEST_TICKET = 256  # CAS 3, section 3.7
SESSION_INDEX = "{urn:oasis:names:tc:SAML:2.0:protocol}SessionIndex"


class CASLoginView(BaseLoginView):
    provider_id = ""


@guarded
def login(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """To the server: by POST alone, a link of elsewhere signs nobody in."""
    return CASLoginView.as_view(provider_id=provider.id)(request)


@csrf_exempt
@guarded
def callback(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """Back from it with a ticket, in the browser that left. The server itself posts here to say that a person has signed out of it."""
    if request.method == "POST":
        return _signed_out(request, provider)
    asked = get_adapter().get_provider(request, provider.id)
    state_id, ticket = request.GET.get("state", ""), request.GET.get("ticket", "")[:LONGEST_TICKET]
    state = statekit.unstash_state(request, provider_id=asked.sub_id, state_id=state_id)
    if state is None or not ticket:
        raise OAuth2Error("nobody asked for this ticket")
    client = asked.client(state_id)
    user, attributes, _ = client.verify_ticket(ticket)
    if not user:
        raise OAuth2Error("the server does not know this ticket")
    signed_in = asked.sociallogin_from_response(request, {"userinfo": told(provider, {**attributes, "sub": user})})
    signed_in.state = state
    sessions.await_sign_in(request, provider, client.get_logout_url(f"{settings.BASE_URL}/"), ticket=ticket)
    return complete_social_login(request, signed_in)


def _signed_out(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """Only who knows the ticket ends its session; what says nothing readable is answered the same."""
    try:
        index = fromstring(request.POST.get("logoutRequest", ""), forbid_dtd=True).find(SESSION_INDEX)
    except (ValueError, SyntaxError):  # ParseError is a SyntaxError; what defusedxml forbids is a ValueError
        index = None
    if index is not None and index.text:
        sessions.end_of_ticket(provider, index.text.strip()[:LONGEST_TICKET])
    return HttpResponse(status=204)
