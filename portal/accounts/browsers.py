"""Browsers that an account's owner has used: a stranger's failures do not shut them out.

The mark is a signed cookie. It proves nothing by itself, the password is still asked; it only says whose failures are counted together.
"""

import hashlib
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.accounts.models import User
from portal.addresses import address

COOKIE = "navigateur"
KEPT_FOR = 180 * 24 * 3600  # seconds since the last sign-in of somebody there
MOST_ACCOUNTS = 8  # of one browser: computers are shared in a school
_SALT = "portal.accounts.browsers"


def remember(request: HttpRequest, user: User) -> None:
    """This person has just proved who they are in this browser: `write` will say so in the answer."""
    known = [mark for mark in _known(request) if mark[0] != _digest(user.email)]
    request.known_browser = [[_digest(user.email), secrets.token_urlsafe(9)], *known][:MOST_ACCOUNTS]


def mark_for(request: HttpRequest, email: str) -> str:
    """What tells this browser among those that the owner of this address has used; empty in any other browser."""
    wanted = _digest(email)
    return next((mark for digest, mark in _known(request) if digest == wanted), "")


def write(request: HttpRequest, response: HttpResponseBase) -> None:
    """Put the cookie in the answer, when `remember` was called for this request."""
    marks = getattr(request, "known_browser", None)
    if marks is not None:
        value = signing.dumps(marks, salt=_SALT)
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(COOKIE, value, max_age=KEPT_FOR, path=address("accounts:home"), secure=secure, httponly=True, samesite="Lax")


def _known(request: HttpRequest) -> list[list[str]]:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return []


def _digest(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]
