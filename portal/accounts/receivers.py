"""Signals of allauth and Django: start of a session, and changes of security, which go to the journal."""

from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from portal.accounts import browsers, passkeys
from portal.accounts.identity import sessions
from portal.accounts.identity.linking import provider_name, vouched
from portal.accounts.identity.schools import give_trusted
from portal.accounts.middleware import start_session
from portal.accounts.models import User
from portal.journal.recorder import record

FEW_CODES = 4


@receiver(user_logged_in, dispatch_uid="accounts.session_start")
def note_session_start(sender: type, request: HttpRequest, user: User, **kwargs) -> None:
    start_session(request.session)
    browsers.remember(request, user)


@receiver(account.user_logged_in, dispatch_uid="accounts.identity_session")
def note_provider(sender: type, request: HttpRequest, user: User, sociallogin: SocialLogin | None = None, **kwargs) -> None:
    """Which provider opened this session, if one did; and the schools that it is trusted to give."""
    if sociallogin is None:
        sessions.opened_here(request.session)
        return
    account_of = sociallogin.account
    sessions.opened_by(request, account_of.provider, second_factor=vouched({"sociallogin": sociallogin}))
    give_trusted(user, account_of)


@receiver(social.social_account_added, dispatch_uid="accounts.identity_added")
def record_identity_added(sender: type, request: HttpRequest, sociallogin: SocialLogin, **kwargs) -> None:
    _record(sociallogin.user, "add_identity", {"provider": provider_name(sociallogin.account)})


@receiver(social.social_account_removed, dispatch_uid="accounts.identity_removed")
def record_identity_removed(sender: type, request: HttpRequest, socialaccount: SocialAccount, **kwargs) -> None:
    _record(socialaccount.user, "drop_identity", {"provider": provider_name(socialaccount)})


@receiver(account.user_signed_up, dispatch_uid="accounts.signed_up")
def record_sign_up(sender: type, request: HttpRequest, user: User, **kwargs) -> None:
    _record(user, "sign_up")


@receiver(account.email_confirmed, dispatch_uid="accounts.email_confirmed")
def record_confirmation(sender: type, request: HttpRequest, email_address: EmailAddress, **kwargs) -> None:
    _record(email_address.user, "confirm_email", {"email": email_address.email})


@receiver(account.email_changed, dispatch_uid="accounts.email_changed")
def record_email_change(
    sender: type, request: HttpRequest, user: User, from_email_address: EmailAddress, to_email_address: EmailAddress, **kwargs
) -> None:
    _record(user, "change_email", {"from": getattr(from_email_address, "email", None), "to": to_email_address.email})


@receiver([account.password_changed, account.password_set], dispatch_uid="accounts.password_changed")
def record_password_change(sender: type, request: HttpRequest, user: User, **kwargs) -> None:
    _record(user, "change_password")


@receiver(account.password_reset, dispatch_uid="accounts.password_reset")
def record_password_reset(sender: type, request: HttpRequest, user: User, **kwargs) -> None:
    browsers.remember(request, user)
    _record(user, "reset_password")


@receiver(mfa.authenticator_added, dispatch_uid="accounts.factor_added")
def record_factor_added(sender: type, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs) -> None:
    _record(user, "add_second_factor", {"kind": passkeys.kind_of(authenticator)})


@receiver(mfa.authenticator_removed, dispatch_uid="accounts.factor_removed")
def record_factor_removed(sender: type, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs) -> None:
    _record(user, "drop_second_factor", {"kind": passkeys.kind_of(authenticator)})


@receiver(mfa.authenticator_reset, dispatch_uid="accounts.factor_renewed")
def record_factor_renewed(sender: type, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs) -> None:
    _record(user, "renew_second_factor", {"kind": authenticator.get_type_display()})


@receiver(mfa.authenticator_used, dispatch_uid="accounts.recovery_code_used")
def tell_codes_left(sender: type, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs) -> None:
    """Somebody who comes in by a recovery code learns how many remain: without any, a lost telephone closes the account."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        return
    authenticator.refresh_from_db()  # given as it was before the code was spent
    left = len(authenticator.wrap().get_unused_codes())
    _record(user, "use_recovery_code", {"left": left})
    advice = "Créez-en de nouveaux dans Mon compte." if left < FEW_CODES else "Chacun ne sert qu’une fois."
    messages.info(request, f"Code de secours utilisé\N{NO-BREAK SPACE}: il en reste {left or 'aucun'}. {advice}")


@transaction.atomic
def _record(user: User, action: str, data: dict | None = None) -> None:
    record(user, action, actor=user, data=data)
