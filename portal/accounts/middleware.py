"""What every request of a signed-in person passes: a session that still lives, a second factor where it is due."""

import time
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from portal.accounts import browsers
from portal.accounts.identity.sessions import vouches_second_factor

STARTED, SEEN = "session_started_at", "session_seen_at"
WRITE_EVERY = 300  # seconds between two notes of the last activity: one write of the session, not one per page
OWN_PAGES = ("/compte/", "/static/", "/sante/")
STAFF_PAGES = ("/compte/personnes/",)


class SignInMiddleware:
    """What an attempt to sign in leaves in the answer: 429 when there were too many, the mark of a browser that the owner used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if getattr(request, "too_many", False) and response.status_code == 200:
            response.status_code = 429
        browsers.write(request, response)
        return response


class SessionLimitsMiddleware:
    """Ends a session 12 hours after sign-in, or after an hour without activity; what was autosaved is kept.

    A request that no person made (a progress bar reading itself again) says so by the header `X-Passive: 1`, and does not
    keep the session alive.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = int(time.time())
        started, seen = request.session.get(STARTED), request.session.get(SEEN)
        if started is None or seen is None:
            start_session(request.session)
        elif now - started >= settings.SESSION_COOKIE_AGE or now - seen >= settings.SESSION_IDLE_AGE:
            return _ended(request)
        elif now - seen >= WRITE_EVERY and not _is_passive(request):
            note_activity(request.session)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Whoever sees other people's files sets up a second factor before anything else. allauth asks for it at sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and not _is_own_page(request.path_info) and user.needs_second_factor and not _has_second_factor(request):
            return _go(request, reverse("mfa_activate_totp"))
        return self.get_response(request)


def _has_second_factor(request: HttpRequest) -> bool:
    """One set up here, or that of the provider through which this session was opened."""
    return request.user.has_second_factor or vouches_second_factor(request.session)


def start_session(session: SessionBase) -> None:
    """Note when the person signed in, which is also the last time they were seen."""
    session[STARTED] = session[SEEN] = int(time.time())


def note_activity(session: SessionBase) -> None:
    """The person is there: the hour without activity starts again."""
    session[SEEN] = int(time.time())


def _ended(request: HttpRequest) -> HttpResponse:
    logout(request)
    back = request.get_full_path() if request.method == "GET" and not request.htmx else ""
    return _go(request, reverse("accounts:session_ended") + (f"?{urlencode({'next': back})}" if back else ""))


def _go(request: HttpRequest, address: str) -> HttpResponse:
    if request.htmx:  # a fragment cannot hold another page; what was typed stays on this one (portal/ui/static/ui/preau.js)
        return HttpResponse(status=401, headers={"HX-Redirect": address, "X-Login": address})
    return redirect(address)


def _is_passive(request: HttpRequest) -> bool:
    return request.headers.get("X-Passive") == "1" or (request.path_info.startswith("/taches/") and request.method == "GET")


def _is_own_page(path: str) -> bool:
    return path.startswith(OWN_PAGES) and not path.startswith(STAFF_PAGES)
