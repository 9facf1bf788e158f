"""What a session keeps of the provider through which it was opened: whether its word is worth a second factor, how to sign out of it.

It is held aside until the sign-in is over, and belongs to that session alone.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from portal.accounts.identity.providers import IdentityProvider

WAITING, OPENED = "identity_waiting", "identity_opened"


def await_sign_in(request: HttpRequest, provider: IdentityProvider, end_session: str, hint: str) -> None:
    """Note how to sign out of the provider, should this sign-in succeed."""
    leaves = {"end_session": end_session, "hint": hint, "client_id": provider.client_id} if provider.logout and end_session else {}
    request.session[WAITING] = {"provider": provider.id, "leaves": leaves}


def opened_by(session: SessionBase, provider_id: str, *, second_factor: bool) -> None:
    """The sign-in is over: this session was opened by that provider."""
    waiting = session.pop(WAITING, {})
    leaves = waiting.get("leaves", {}) if waiting.get("provider") == provider_id else {}
    session[OPENED] = {"provider": provider_id, "second_factor": second_factor, "leaves": leaves}


def opened_here(session: SessionBase) -> None:
    """The sign-in is over, and no provider had a part in it."""
    session.pop(WAITING, None)
    session.pop(OPENED, None)


def vouches_second_factor(session: SessionBase) -> bool:
    """Whether the provider that opened this session has itself asked for a second factor."""
    return session.get(OPENED, {}).get("second_factor", False)


def way_out(session: SessionBase) -> str:
    """Where signing out goes on, at the provider, which sends the person back to our first page; empty when it knows nothing of that."""
    leaves = session.get(OPENED, {}).get("leaves")
    if not leaves:
        return ""
    asked = {"id_token_hint": leaves["hint"], "client_id": leaves["client_id"], "post_logout_redirect_uri": f"{settings.BASE_URL}/"}
    return f"{leaves['end_session']}?{urlencode(asked)}"
