import json

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.cache import SessionStore
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from portal.ui.notices import EVENT, NoticesMiddleware, note

HTMX = {"HX-Request": "true"}


def answer(response: HttpResponse, *, method: str = "post", headers: dict | None = None):
    """What the person is told: messages of the next page, and what a part of a page has said at once."""

    def view(request):
        for sentence in ("Un signe a été retiré.", "Un signe a été retiré.", "Un autre aussi."):
            note(sentence)
        return response

    request = getattr(RequestFactory(), method)("/", headers=headers or {})
    request.session = SessionStore()
    request._messages = FallbackStorage(request)
    answered = NoticesMiddleware(view)(request)
    return [str(message) for message in get_messages(request)], answered.headers.get("HX-Trigger")


@pytest.mark.parametrize("response", [HttpResponseRedirect("/"), HttpResponse(headers={"HX-Redirect": "/"})])
def test_after_a_redirect_each_notice_is_said_once(response):
    assert answer(response) == (["Un signe a été retiré.", "Un autre aussi."], None)


def test_a_part_of_a_page_says_it_at_once():
    said, header = answer(HttpResponse(), headers=HTMX)

    assert said == []
    assert header.isascii()
    assert json.loads(header) == {EVENT: {"text": "Un signe a été retiré. Un autre aussi."}}


@pytest.mark.parametrize(
    ("response", "options"),
    [
        (HttpResponse(status=422), {}),
        (HttpResponse(status=422), {"headers": HTMX}),
        (HttpResponse(), {}),
        (HttpResponseRedirect("/"), {"method": "get"}),
    ],
)
def test_what_is_not_kept_is_not_told(response, options):
    assert answer(response, **options) == ([], None)


def test_outside_a_request_a_notice_is_nobodys():
    note("Personne ne lit ceci.")

    assert answer(HttpResponseRedirect("/"))[0] == ["Un signe a été retiré.", "Un autre aussi."]
