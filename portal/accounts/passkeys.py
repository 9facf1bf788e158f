"""Passkeys: what people type about them, what the browser sends, what the journal calls them.

A passkey is a key that the device keeps and opens by its own lock. It signs in by itself, or stands beside the password.
"""

from binascii import Error as NotBase64

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.core.exceptions import ValidationError

from portal.ui.fields import PlainTextField

TOO_MANY = ("rate_limited", "too_many_login_attempts", "try_again_soon")
NOT_A_KEY = (ArithmeticError, AttributeError, IndexError, KeyError, NotBase64, TypeError, ValueError)
NO_KEY = "L’appareil n’a donné aucune clé d’accès que le portail reconnaisse. Pressez le bouton, puis suivez ce que l’appareil demande."
NAME = {"label": "Nom de la clé", "max_length": 80, "help_text": "Pour la reconnaître : l’appareil où elle est, par exemple."}


def kind_of(authenticator: Authenticator) -> str:
    """« Clé d’accès « Ordinateur du bureau » », for the journal; the label of allauth for the other kinds."""
    if authenticator.type != Authenticator.Type.WEBAUTHN:
        return authenticator.get_type_display()
    return f"Clé d’accès « {authenticator.wrap().name} »"


class SaidOfTheForm:
    """What is wrong with the answer of a device is said of the form, in our words: nobody has typed it, nor knows its field."""

    def add_error(self, field: str | None, error: ValidationError) -> None:
        if field == "credential":
            self.cleaned_data.pop(field, None)
        if field == "credential" or getattr(error, "code", "") == "incorrect_code":
            field, error = None, error if getattr(error, "code", "") in TOO_MANY else ValidationError(NO_KEY, code="no_key")
        super().add_error(field, error)


class ReadKey(SaidOfTheForm):
    """What a browser sends is what anybody may have written: what is no answer of a key is refused, never an error of ours."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except NOT_A_KEY as wrong:
            raise ValidationError(NO_KEY, code="no_key") from wrong


class AddPasskeyForm(SaidOfTheForm, AddWebAuthnForm):
    """A passkey, and its name. It always signs in by itself: nobody chooses between two kinds of keys."""

    name = PlainTextField(required=False, **NAME)
    passwordless = None

    def clean(self) -> dict:
        try:
            return super().clean()
        except NOT_A_KEY as wrong:
            raise ValidationError(NO_KEY, code="no_key") from wrong


class RenamePasskeyForm(EditWebAuthnForm):
    name = PlainTextField(**NAME)


class PasskeySignInForm(ReadKey, LoginWebAuthnForm):
    pass


class PasskeyFactorForm(ReadKey, AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(ReadKey, ReauthenticateWebAuthnForm):
    pass
