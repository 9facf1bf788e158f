"""Who may pass into a rehearsal: the higher app that offers rehearsals says so when it starts."""

from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from portal.rehearsal.places import Rehearsal
from portal.roles import Person

Guard = Callable[[Person, SessionBase, Rehearsal], bool]
_guards: list[Guard] = []


def register(guard: Guard) -> None:
    """`guard(user, session, place)`: whether this person of the real portal, with their session there, may be in this rehearsal."""
    if guard not in _guards:
        _guards.append(guard)


def admits(request: HttpRequest, place: Rehearsal) -> bool:
    """Asked at each request, of the real portal: whoever signs out there, or loses the right, is out of the rehearsal too."""
    user, session = _who(request)
    return user.is_authenticated and bool(_guards) and all(guard(user, session, place) for guard in _guards)


def new_session(key: str | None = None) -> SessionBase:
    """A session of the place where the thread is: by its key, or a new one."""
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def _who(request: HttpRequest) -> tuple[Person | AnonymousUser, SessionBase]:
    """The person whose session of the real portal the browser also sends; the middlewares that read sessions come later."""
    request.session = new_session(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    try:
        return get_user(request), request.session
    finally:
        del request.session
