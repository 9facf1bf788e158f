"""How long a copy of a public page stays true, and how whoever keeps one learns that it has changed (docs/adr/0041-public-site.md)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

KEPT_BY_CACHES = 60  # seconds


def seconds_true(instants: Iterable[datetime], now: datetime) -> int:
    """Seconds during which a copy made at `now` stays true: a minute at most, and never past the next of these instants, nor midnight.

    Days left are counted by the calendar: they change at midnight in the time of the Région.
    """
    today = timezone.localtime(now)
    midnight = (today + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    coming = [(at - now).total_seconds() for at in (*instants, midnight) if at > now]
    return int(min([KEPT_BY_CACHES, *coming]))


def is_shareable(request: HttpRequest) -> bool:
    """Whether the answer is what everybody reads: asked for without a cookie, and not while it is written."""
    return request.method in ("GET", "HEAD") and not request.COOKIES and not getattr(request, "is_preview", False)


def shared(request: HttpRequest, response: HttpResponse, seconds: int) -> HttpResponse:
    """The page, kept by shared caches for so many seconds, then asked for again by its validator: 304 when nothing of it has changed.

    The validator is drawn from the page itself, so that whatever changes it, a publication or a date, changes the validator too.
    """
    if response.status_code != 200 or not is_shareable(request):
        return response
    if hasattr(response, "render"):
        response.render()
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    patch_cache_control(response, public=True, max_age=seconds)
    patch_vary_headers(response, ["Cookie"])
    response.seconds_true = seconds  # what keeps it in this process too (portal.ui.kept_pages)
    return get_conditional_response(request, etag=response["ETag"], response=response)
