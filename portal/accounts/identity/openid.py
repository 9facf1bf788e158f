"""OpenID Connect with everything checked: the identity token, the signed UserInfo that ProConnect sends, who both speak of."""

from urllib.parse import urlencode

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.accounts.identity import sessions
from portal.accounts.identity.claims import told
from portal.accounts.identity.doors import MALFORMED, guarded, named
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
        sessions.await_sign_in(request, provider, _way_out(self.openid_config.get("end_session_endpoint"), app, hint))
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


def _way_out(end_session: str | None, app: SocialApp, hint: str) -> str:
    """Where signing out goes on, at the provider, which sends the person back to our first page; empty when it knows nothing of that."""
    asked = {"id_token_hint": hint, "client_id": app.client_id, "post_logout_redirect_uri": f"{settings.BASE_URL}/"}
    return f"{end_session}?{urlencode(asked)}" if end_session else ""


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


@guarded
def login(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """To the provider: by POST alone, a link of elsewhere signs nobody in."""
    return OAuth2LoginView.adapter_view(CheckedOpenIDAdapter(request, provider.id))(request)


@guarded
def callback(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """Back from it."""
    return OAuth2CallbackView.adapter_view(CheckedOpenIDAdapter(request, provider.id))(request)
