from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import resolve_url

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
    """A part of a page asked for after the session has ended gets 401, not the sign-in page in its place.

    The script of the page then says so and keeps what was typed on screen.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 302 or request.headers.get("HX-Request") != "true":
            return response
        login = resolve_url("account_login")
        if urlsplit(response["Location"]).path == login:
            return HttpResponse(
                "Votre session est terminée.", status=401, headers={"X-Login": login}, content_type="text/plain; charset=utf-8"
            )
        return response
