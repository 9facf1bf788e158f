from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render, resolve_url

IN_ERROR, SUMMARY = b'aria-invalid="true"', b" data-errors>"
ANY_ERROR_TITLE = b"<title>Erreur"
ERROR_TITLE = "<title>Erreur\N{NO-BREAK SPACE}: ".encode()


class PrivateCacheMiddleware:
    """Answers to a signed-in person are never kept by a shared cache nor shown by the back button to the next one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # A failure may come from the database, which must not be asked again who is there.
        if (response.status_code >= 500 or request.user.is_authenticated) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


class PageCompressionMiddleware(GZipMiddleware):
    """Pages travel compressed; files and exports, streamed and compressed already, are left as they are.

    What a compressed length could tell of a secret: Django adds bytes at random to each answer, and masks the token of its forms anew.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class ErrorTitleMiddleware:
    """The title of a page that comes back with something to correct begins with « Erreur »: it is what is read aloud first.

    Such a page has a field marked as wrong, or a summary of errors (`data-errors`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            content = response.content
            if (IN_ERROR in content or SUMMARY in content) and ANY_ERROR_TITLE not in content:
                response.content = content.replace(b"<title>", ERROR_TITLE, 1)
        return response


class EndedSessionMiddleware:
    """What is sent after the session has ended gets 401, not the sign-in page in its place.

    For a part of a page, the script of the page says so and keeps what was typed on screen. A form sent whole has left its page: the answer
    shows the texts that it held, to be copied.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 302 or not (request.headers.get("HX-Request") == "true" or request.method == "POST"):
            return response
        login, place = resolve_url("account_login"), urlsplit(response["Location"]).path
        if place == login and request.headers.get("HX-Request") == "true":
            return HttpResponse(
                "Votre session est terminée.", status=401, headers={"X-Login": login}, content_type="text/plain; charset=utf-8"
            )
        if place in (login, resolve_url("accounts:session_ended")) and request.path != login and (texts := _texts_of(request)):
            context = {"texts": texts, "login": login}
            response = render(request, "ui/session_ended.html", context, status=401)
            response["Cache-Control"] = "private, no-store"
        return response


def _texts_of(request: HttpRequest) -> list[str]:
    """What somebody wrote in the form that they sent: values of several words. The rest is quickly given again; a secret is never shown."""
    values = [value for name, values in request.POST.lists() if "password" not in name for value in values]
    return [value for value in values if len(value.split()) > 1]
