"""What a session keeps of the provider through which it was opened: whether its word is worth a second factor, how to sign out of it.

It is held aside until the sign-in is over, and belongs to that session alone.
"""

from hashlib import sha256

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from portal.accounts.identity.providers import IdentityProvider

WAITING, OPENED = "identity_waiting", "identity_opened"


def await_sign_in(request: HttpRequest, provider: IdentityProvider, way_out: str, *, ticket: str = "") -> None:
    """Note how to sign out of the provider, should this sign-in succeed, and the ticket by which it may end the session itself."""
    request.session[WAITING] = {"provider": provider.id, "way_out": way_out if provider.logout else "", "ticket": _digest(provider, ticket)}


def opened_by(request: HttpRequest, provider_id: str, *, second_factor: bool) -> None:
    """The sign-in is over: this session was opened by that provider."""
    waiting = request.session.pop(WAITING, {})
    waiting = waiting if waiting.get("provider") == provider_id else {}
    request.session[OPENED] = {"provider": provider_id, "second_factor": second_factor, "way_out": waiting.get("way_out", "")}
    if ticket := waiting.get("ticket"):
        request.session.save()  # allauth forgets the sessions that it does not find in store
        UserSession.objects.create_from_request(request)
        UserSession.objects.filter(session_key=request.session.session_key).update(data={"ticket": ticket})


def opened_here(session: SessionBase) -> None:
    """The sign-in is over, and no provider had a part in it."""
    session.pop(WAITING, None)
    session.pop(OPENED, None)


def end_of_ticket(provider: IdentityProvider, ticket: str) -> None:
    """The provider has signed this person out: the session that the ticket opened ends, on the server."""
    for session in UserSession.objects.filter(data__ticket=_digest(provider, ticket)):
        session.end()


def vouches_second_factor(session: SessionBase) -> bool:
    """Whether the provider that opened this session has itself asked for a second factor."""
    return session.get(OPENED, {}).get("second_factor", False)


def way_out(session: SessionBase) -> str:
    """Where signing out goes on, at the provider that opened this session; empty when it stays here."""
    return session.get(OPENED, {}).get("way_out", "")


def _digest(provider: IdentityProvider, ticket: str) -> str:
    return sha256(f"{provider.id}:{ticket}".encode()).hexdigest() if ticket else ""
