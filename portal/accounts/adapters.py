"""Where allauth meets the portal: its mails, its addresses, its secrets, its words."""

import base64
import time
from urllib.parse import urlencode, urlsplit

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmation
from allauth.core import context
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from portal.accounts import attempts, browsers
from portal.accounts.identity import sessions
from portal.accounts.middleware import STARTED
from portal.accounts.models import User
from portal.accounts.models.people import SECOND_FACTORS
from portal.accounts.notifications import post_letter
from portal.ui.back import next_page

OUR_STAGES = {"allauth.mfa.stages.AuthenticateStage": "portal.accounts.identity.linking.SecondStep"}
CODES_MADE = "mfa/messages/recovery_codes_generated.txt"
TOO_MANY = ("rate_limited", "too_many_login_attempts", "try_again_soon")


class TooMany:
    """A refusal for too many tries is answered 429, whatever the form that shows it."""

    def validation_error(self, code: str, *args) -> ValidationError:
        if code in TOO_MANY:
            context.request.too_many = True  # read by portal.accounts.middleware.SignInMiddleware
        return super().validation_error(code, *args)


class AccountAdapter(TooMany, DefaultAccountAdapter):
    """Mails leave through the outbox, with addresses on the configured site whatever the request said its host was."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Ce compte est fermé.",
        "email_password_mismatch": "L’adresse ou le mot de passe ne convient pas. Vérifiez les deux : nous ne disons pas lequel, par sécurité.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "incorrect_code": "Ce code ne convient pas, ou il a déjà servi. Attendez le suivant sur votre appareil.",
        "incorrect_password": "Ce n’est pas votre mot de passe.",
        "invalid_password_reset": "Ce lien n’est plus valable : il ne sert qu’une fois, pendant 24 heures.",
        "rate_limited": "Trop de demandes en peu de temps. Attendez quelques minutes, puis recommencez.",
        "too_many_login_attempts": "Trop d’essais manqués. Attendez un quart d’heure, ou choisissez un nouveau mot de passe.",
        "try_again_soon": "Beaucoup d’essais arrivent du même réseau. Rien n’est bloqué : recommencez dans quelques secondes.",
    }

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        addresses = {key: _on_our_site(value) for key, value in context.items() if key.endswith("_url") and value}
        message = self.render_mail(template_prefix, email, {"email": email, "base_url": settings.BASE_URL} | context | addresses)
        post_letter(to=email, subject=message.subject, body=message.body, user=context.get("user"))

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args, **kwargs) -> None:
        """One message for one act: codes made with a second factor are told by its own message, and shown by the page that follows."""
        if message_template != CODES_MADE or request.resolver_match.url_name == "mfa_generate_recovery_codes":
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        """The link leads back to the page that asked to sign up, in whatever browser it is opened."""
        address = super().get_email_confirmation_url(request, emailconfirmation)
        back = next_page(request)
        return f"{address}?{urlencode({'next': back})}" if back else address

    def get_login_stages(self) -> list[str]:
        """Those of allauth, with our own second step."""
        return [OUR_STAGES.get(stage, stage) for stage in super().get_login_stages()]

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """By way of the provider that opened the session, which closes its own."""
        return sessions.way_out(request.session) or super().get_logout_redirect_url(request)

    def format_email_subject(self, subject: str) -> str:
        return f"Préau : {subject}"

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Whoever has just signed in is not asked again who they are: the set-up of a second factor follows at once."""
        age = time.time() - context.request.session.get(STARTED, 0)
        return age > account_settings.REAUTHENTICATION_TIMEOUT and super().is_reauthentication_required(app=app, **kwargs)

    def pre_authenticate(self, request: HttpRequest, **credentials) -> None:
        """Raises ValidationError: ten failures on this account in a quarter of an hour, or too many tries waiting behind this address.

        Failures are counted apart for each browser that the owner has used: those of a stranger do not keep the owner out.
        """
        super().pre_authenticate(request, **credentials)
        if not self._mark(request, credentials) and not attempts.hold_back(attempts.wait_of(get_ip(request))):
            self._rollback_login_failed_rl_usage()
            raise self.validation_error("try_again_soon")

    def authentication_failed(self, request: HttpRequest, **credentials) -> None:
        attempts.note_failure(get_ip(request), credentials.get("email", "").lower())

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials) -> str:
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self._mark(request, credentials)}"

    def _mark(self, request: HttpRequest, credentials: dict) -> str:
        if request.user.is_authenticated:  # asked again for the password: a session is a browser that the owner uses
            return f"session:{request.session.session_key}"
        return browsers.mark_for(request, credentials.get("email", ""))

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        user.job_title = form.cleaned_data.get("job_title", "")
        return super().save_user(request, user, form, commit)


class MFAAdapter(TooMany, DefaultMFAAdapter):
    """Secrets of code generators are encrypted at rest; whoever sees other people's files cannot give theirs up."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "Votre rôle demande un second facteur : il se remplace, il ne se retire pas.",
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "unverified_email": "Confirmez d’abord votre adresse : un lien vous a été envoyé.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Any for whom it is optional; for the others, one that another stands in for."""
        user = authenticator.user
        others = user.authenticator_set.filter(type__in=SECOND_FACTORS).exclude(pk=authenticator.pk)
        return not user.needs_second_factor or others.exists()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name that the browser shows; a passkey belongs to the host under which the portal was opened."""
        return super().get_public_key_credential_rp_entity() | {"name": settings.WAGTAIL_SITE_NAME}

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """What the field of the name holds when a passkey is added: a word that the list does not have yet."""
        number = user.authenticator_set.filter(type=type).count() + 1
        return "Ma clé d’accès" if number == 1 else f"Clé d’accès {number}"


def _cipher() -> MultiFernet:
    """Bound to SECRET_KEY; former keys kept in SECRET_KEY_FALLBACKS still read what they wrote."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(salted_hmac("portal.accounts.second_factor", "", secret=key, algorithm="sha256").digest()))
            for key in keys
        ]
    )


def _on_our_site(address: str) -> str:
    parts = urlsplit(str(address))
    return f"{settings.BASE_URL}{parts.path}" + (f"?{parts.query}" if parts.query else "")
