"""Public pages, kept by the process that drew them for as long as they tell every cache that they stay true (docs/adr/0060-public-pages-kept.md).

The words of a page are drawn once a minute and for each process at most, however many read it. A mark in the shared cache, part of the name
under which each page is kept, changes when something that they say is written: no process serves what was drawn before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from django.core.cache import cache, caches
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control

from portal.ui.freshness import is_shareable

PAGES = "pages"
_MARK = "kept-pages"


@dataclass(frozen=True)
class KeptPage:
    """What a page said at `drawn_at`, true until `until` (aware datetimes)."""

    content: bytes
    headers: dict[str, str]
    drawn_at: datetime
    until: datetime

    def answer(self, request: HttpRequest, now: datetime) -> HttpResponseBase:
        """The page, or 304 to whoever has it; caches may keep it for what remains of its time, no more."""
        response = HttpResponse(self.content, headers=self.headers)
        patch_cache_control(response, max_age=int((self.until - now).total_seconds()))
        return get_conditional_response(request, etag=self.headers["ETag"], response=response)


class KeptPagesMiddleware:
    """Answers with a kept page whoever asks without a cookie and without a question; keeps those that `freshness.shared` has said shareable."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_shareable(request) or request.META.get("QUERY_STRING"):
            return self.get_response(request)
        # Read before the page is drawn: what is written meanwhile makes another name.
        name, now = _name_of(request), timezone.now()
        kept = caches[PAGES].get(name)
        if kept and kept.drawn_at <= now < kept.until:
            return kept.answer(request, now)
        response = self.get_response(request)
        seconds = getattr(response, "seconds_true", 0)
        if request.method == "GET" and response.status_code == 200 and seconds and not response.cookies:
            page = KeptPage(response.content, dict(response.items()), now, now + timedelta(seconds=seconds))
            caches[PAGES].set(name, page, seconds)
        return response


def forget() -> None:
    """Every process draws the public pages again: something that they say has changed.

    Said at once for whoever reads within the transaction, and again once it is written: a page may have been drawn of the former words meanwhile.
    """
    _change_mark()
    transaction.on_commit(_change_mark)


def _name_of(request: HttpRequest) -> str:
    """Under which a page is kept. Without a mark, dropped by a cache that is full, pages of the last minute may come back: never older ones."""
    said = (cache.get(_MARK, ""), request.get_host(), get_script_prefix(), request.path_info)
    return sha256("\n".join(said).encode()).hexdigest()


def _change_mark() -> None:
    cache.set(_MARK, uuid4().hex, None)
