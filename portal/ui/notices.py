"""What the portal has changed by itself in what a person typed, said to that person once it is kept."""

import json
from collections.abc import Callable
from contextvars import ContextVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase

_notices: ContextVar[list[str] | None] = ContextVar("notices", default=None)
EVENT = "preau:announce"  # preau.js says its `text`


def note(sentence: str) -> None:
    """Have this sentence said with the answer to the present request; outside a request, nothing."""
    notices = _notices.get()
    if notices is not None and sentence not in notices:
        notices.append(sentence)


class NoticesMiddleware:
    """Says the notices of a request: as messages of the page that a redirect leads to, or at once on a part of a page (htmx).

    A page that comes back with an error says nothing: the text is still in its field, and nothing is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _notices.set([])
        try:
            response = self.get_response(request)
            notices = _notices.get()
        finally:
            _notices.reset(token)
        if not notices or request.method != "POST":
            return response
        if response.status_code in (302, 303) or "HX-Redirect" in response:
            for sentence in notices:
                messages.info(request, sentence)
        elif request.headers.get("HX-Request") == "true" and response.status_code == 200:
            response["HX-Trigger"] = json.dumps({EVENT: {"text": " ".join(notices)}})
        return response
