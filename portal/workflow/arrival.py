"""When the request at hand reached the portal: what a deadline is compared with.

A long upload or a busy server must not make a file late: the instant is taken before anything of the body is read.
"""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

_arrival: ContextVar[datetime | None] = ContextVar("arrival", default=None)


def arrived_at() -> datetime:
    """The instant at which the present request arrived; outside a request, now."""
    return _arrival.get() or timezone.now()


class ArrivalMiddleware:
    """First of the middlewares: notes the server's clock, which alone counts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest | None) -> HttpResponseBase | datetime:
        token = _arrival.set(timezone.now())
        try:
            return self.get_response(request)
        finally:
            _arrival.reset(token)
