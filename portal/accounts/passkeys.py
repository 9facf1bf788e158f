"""Passkeys: what people type about them, what the browser sends, what the journal calls them.

A passkey is a key that the device keeps and opens by its own lock. It signs in by itself, or stands beside the password.
"""

from binascii import Error as NotBase64

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)

from portal.ui.fields import PlainTextField

NOT_A_KEY = (ArithmeticError, AttributeError, IndexError, KeyError, NotBase64, TypeError, ValueError)
NAME = {"label": "Nom de la clé", "max_length": 80, "help_text": "Pour la reconnaître : l’appareil où elle est, par exemple."}


def kind_of(authenticator: Authenticator) -> str:
    """« Clé d’accès « Ordinateur du bureau » », for the journal; the label of allauth for the other kinds."""
    if authenticator.type != Authenticator.Type.WEBAUTHN:
        return authenticator.get_type_display()
    return f"Clé d’accès « {authenticator.wrap().name} »"


class ReadKey:
    """What a browser sends is what anybody may have written: what is no answer of a key is refused, never an error of ours."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except NOT_A_KEY as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey, and its name. It always signs in by itself: nobody chooses between two kinds of keys."""

    name = PlainTextField(required=False, **NAME)
    passwordless = None

    def clean(self) -> dict:
        try:
            return super().clean()
        except NOT_A_KEY as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong


class RenamePasskeyForm(EditWebAuthnForm):
    name = PlainTextField(**NAME)


class PasskeySignInForm(ReadKey, LoginWebAuthnForm):
    pass


class PasskeyFactorForm(ReadKey, AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(ReadKey, ReauthenticateWebAuthnForm):
    pass
