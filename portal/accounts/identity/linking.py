"""Which account is that of somebody who comes from a provider, and what allauth asks on the way."""

import structlog
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import Provider
from django.conf import settings
from django.http import HttpRequest

logger = structlog.get_logger(__name__)


class IdentityAdapter(DefaultSocialAccountAdapter):
    """An account that exists is joined by an address that the provider has confirmed, and in no other way."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "email_taken": "Un compte a déjà cette adresse. Connectez-vous avec son mot de passe, puis ajoutez %s depuis votre compte.",
        "no_password": "Choisissez d’abord un mot de passe : sans lui, vous ne pourriez plus vous connecter.",
        "no_verified_email": "Confirmez d’abord votre adresse.",
        "connected_other": "Cette identité ouvre déjà un autre compte.",
    }

    def on_authentication_error(
        self, request: HttpRequest, provider: Provider, error: str | None = None, exception: Exception | None = None, **kwargs
    ) -> None:
        """Why, for who runs the portal: the page says only that it did not work."""
        logger.warning("identity_refused", provider=provider.sub_id, error=str(error), reason=repr(exception))


class SecondStep(AuthenticateStage):
    """Our second factor, unless the provider has asked for its own in this very sign-in and its word is taken for it."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return super()._should_handle(request) and not vouched(self.login.signal_kwargs)


def vouched(signal_kwargs: dict | None) -> bool:
    """Whether this sign-in comes from a provider that says it asked for a second factor."""
    sociallogin: SocialLogin | None = (signal_kwargs or {}).get("sociallogin")
    return sociallogin is not None and said_by(sociallogin.account).get("second_factor", False)


def said_by(account: SocialAccount) -> dict:
    """What the provider said last of this person, as `portal.accounts.identity.claims.told` kept it."""
    data = account.extra_data
    return data.get("userinfo", data) if isinstance(data, dict) else {}


def provider_name(account: SocialAccount) -> str:
    """« ProConnect »; the key of a provider that the settings name no more."""
    return next((one.name for one in settings.IDENTITY_PROVIDERS if one.id == account.provider), account.provider)
