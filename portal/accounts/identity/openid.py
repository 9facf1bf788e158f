"""OpenID Connect with everything checked: the identity token, the signed UserInfo that ProConnect sends, who both speak of."""

from collections.abc import Callable
from functools import wraps

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from requests import RequestException

from portal.accounts.identity import sessions
from portal.accounts.identity.claims import told
from portal.accounts.identity.providers import IdentityProvider

SIGNED = "application/jwt"
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]  # by a key that only the provider has
MALFORMED = (AttributeError, KeyError, TypeError, ValueError, jwt.PyJWTError)


def named(provider_id: str) -> IdentityProvider | None:
    """The provider of this name, while the settings have it."""
    return next((one for one in settings.OIDC_PROVIDERS if one.id == provider_id), None)


class CheckedOpenIDAdapter(OpenIDConnectOAuth2Adapter):
    """Nothing is believed that the keys of the provider have not signed, unless UserInfo comes unsigned from the provider itself."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs) -> SocialLogin:
        """Raises OAuth2Error for whatever does not hold together."""
        provider = named(self.provider_id)
        try:
            hint = kwargs["response"]["id_token"]
            proved = self._read_signed(hint, app, must_name_us=True)
            said = self._user_info(provider, app, token.token)
            if said["sub"] != proved["sub"]:
                raise OAuth2Error("UserInfo speaks of somebody else")
            claims = told(provider, said | {key: proved.get(key) for key in ("amr", "acr")})  # how they signed in: the token alone says it
            login = self.get_provider().sociallogin_from_response(request, {"userinfo": claims})
        except MALFORMED as wrong:
            raise OAuth2Error("unreadable answer of the provider") from wrong
        sessions.await_sign_in(request, provider, self.openid_config.get("end_session_endpoint", ""), hint)
        return login

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """On the configured site, whatever host the request named: it is the address that the provider knows."""
        return settings.BASE_URL + reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})

    def _user_info(self, provider: IdentityProvider, app: SocialApp, access_token: str) -> dict:
        with get_adapter().get_requests_session() as session:
            response = session.get(self.profile_url, headers={"Authorization": f"Bearer {access_token}"})
            response.raise_for_status()
        if response.headers.get("Content-Type", "").partition(";")[0].strip().lower() == SIGNED:
            return self._read_signed(response.text.strip(), app)
        if provider.signed_userinfo:
            raise OAuth2Error("UserInfo is not signed")
        return response.json()

    def _read_signed(self, credential: str, app: SocialApp, *, must_name_us: bool = False) -> dict:
        """The claims of a signed token: by a key of the provider, from it, for us. UserInfo may leave the last two out."""
        kept = jwt.get_unverified_header(credential)
        if kept["alg"] not in ALGORITHMS:
            raise OAuth2Error(f"{kept['alg']} is not accepted")
        alg, key = jwtkit.fetch_key(credential, self.openid_config["jwks_uri"], jwtkit.lookup_kid_jwk)
        required = ["iss", "aud", "exp", "sub"] if must_name_us else ["sub"]
        claims = jwt.decode(
            credential, key=key, algorithms=[alg], leeway=60, options={"require": required, "verify_aud": False, "verify_iss": False}
        )
        if ("iss" in claims or must_name_us) and claims["iss"] != self.openid_config["issuer"]:
            raise OAuth2Error("signed by another issuer")
        if ("aud" in claims or must_name_us) and app.client_id not in _listed(claims["aud"]):
            raise OAuth2Error("made for another client")
        return claims


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _guarded(view: Callable[[HttpRequest, CheckedOpenIDAdapter], HttpResponse]) -> Callable[..., HttpResponse]:
    """A provider that is no more, does not answer, or answers anything at all: a page says so."""

    @wraps(view)
    def guarded(request: HttpRequest, provider_id: str) -> HttpResponse:
        if named(provider_id) is None:
            messages.error(request, "Ce service d’identité n’est pas, ou n’est plus, proposé ici.")
            return redirect("accounts:home" if request.user.is_authenticated else "account_login")
        adapter = CheckedOpenIDAdapter(request, provider_id)
        try:
            return view(request, adapter)
        except (RequestException, OAuth2Error, *MALFORMED) as wrong:
            return render_authentication_error(request, adapter.get_provider(), exception=wrong)

    return never_cache(login_not_required(guarded))


@_guarded
def login(request: HttpRequest, adapter: CheckedOpenIDAdapter) -> HttpResponse:
    """To the provider: by POST alone, a link of elsewhere signs nobody in."""
    return OAuth2LoginView.adapter_view(adapter)(request)


@_guarded
def callback(request: HttpRequest, adapter: CheckedOpenIDAdapter) -> HttpResponse:
    """Back from it."""
    return OAuth2CallbackView.adapter_view(adapter)(request)
