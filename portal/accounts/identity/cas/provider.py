"""The provider, as allauth knows those of OpenID Connect: accounts, addresses and roles follow by the same rules."""

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from cas import CASClientV3
from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode


class CheckedCASClient(CASClientV3):
    """Validates tickets at the server; its answer is read only once it has been found to be plain XML."""

    @classmethod
    def verify_response(cls, response: bytes) -> tuple:
        fromstring(response, forbid_dtd=True)
        return super().verify_response(response)


class CASProvider(OpenIDConnectProvider):
    """What comes back is put under the names of OpenID Connect (`told`), which its parent reads."""

    id = "cas"
    name = "CAS"
    supports_token_authentication = False

    def client(self, state_id: str) -> CheckedCASClient:
        """For one sign-in: its state is part of the address to which the ticket is bound."""
        path = reverse("cas_callback", kwargs={"provider_id": self.app.provider_id})
        return CheckedCASClient(
            service_url=f"{settings.BASE_URL}{path}?{urlencode({'state': state_id})}",
            server_url=self.app.settings["server_url"].rstrip("/") + "/",
            session=get_adapter().get_requests_session(),
        )

    def redirect(self, request: HttpRequest, process: str, next_url: str | None = None, data: dict | None = None, **kwargs) -> HttpResponse:
        """To the server, with the address to come back to."""
        state_id = self.stash_redirect_state(request, process, next_url, data)
        return HttpResponseRedirect(self.client(state_id).get_login_url())

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict:
        """Neither scopes nor other parameters: CAS has none."""
        return Provider.get_redirect_from_request_kwargs(self, request)


provider_classes = [CASProvider]
