"""Passkeys: adding one, removing one, using one; allauth has the rest."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.ui.back import next_page

NOT_KNOWN = "Cette clé d’accès n’ouvre aucun compte ici. Réessayez, ou choisissez un autre moyen."


class AddPasskeyView(AddWebAuthnView):
    """The browser is asked for a key that it keeps and that opens by its lock."""

    def get_context_data(self, **kwargs) -> dict:
        options = auth.begin_registration(self.request.user, True)
        return super(AddWebAuthnView, self).get_context_data(**kwargs) | {"options": options}

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class RemovePasskeyView(RemoveWebAuthnView):
    """The last second factor of somebody who must have one stays: it is replaced first."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        if get_adapter().can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        refusal = get_adapter().validation_error("cannot_delete_authenticator")
        return _back(self.request, " ".join(refusal.messages), "mfa_list_webauthn")


class PasskeySignInView(LoginWebAuthnView):
    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return _back(self.request, NOT_KNOWN, "account_login")


class PasskeyAgainView(ReauthenticateWebAuthnView):
    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return _back(self.request, NOT_KNOWN, "mfa_reauthenticate_webauthn")


def _back(request: HttpRequest, refusal: str, name: str) -> HttpResponse:
    """The page from which the person tries again, going where they were going.

    303: what a device answers is no text that a person typed and would copy.
    """
    messages.error(request, refusal)
    back = next_page(request)
    response = redirect(reverse(name, query={"next": back} if back else None))
    response.status_code = 303
    return response


add = AddPasskeyView.as_view()
remove = RemovePasskeyView.as_view()
sign_in = PasskeySignInView.as_view()
again = PasskeyAgainView.as_view()
