"""What the ways to a provider and back have in common, whatever they speak."""

from collections.abc import Callable
from functools import wraps
from xml.etree.ElementTree import ParseError

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from requests import RequestException

from portal.accounts.identity.providers import IdentityProvider

MALFORMED = (AttributeError, IndexError, KeyError, ParseError, TypeError, ValueError, jwt.PyJWTError)


def named(provider_id: str) -> IdentityProvider | None:
    """The provider of this name, while the settings have it."""
    return next((one for one in settings.IDENTITY_PROVIDERS if one.id == provider_id), None)


def guarded(view: Callable[[HttpRequest, IdentityProvider], HttpResponse]) -> Callable[..., HttpResponse]:
    """A provider that is no more, does not answer, or answers anything at all: a page says so."""

    @wraps(view)
    def door(request: HttpRequest, provider_id: str) -> HttpResponse:
        provider = named(provider_id)
        if provider is None:
            messages.error(request, "Ce service d’identité n’est pas, ou n’est plus, proposé ici.")
            return redirect("accounts:home" if request.user.is_authenticated else "account_login")
        try:
            return view(request, provider)
        except (RequestException, OAuth2Error, *MALFORMED) as wrong:
            return render_authentication_error(request, get_adapter().get_provider(request, provider_id), exception=wrong)

    return never_cache(login_not_required(door))
