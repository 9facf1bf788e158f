"""Requests below /repetition/<n>/ are answered by the rehearsal n, whole: middlewares, view, template."""

import re
from collections.abc import Callable
from http.cookies import Morsel

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import get_script_prefix

from portal.rehearsal import building, door
from portal.rehearsal.places import WORD, Rehearsal

_INSIDE = re.compile(rf"/{WORD}/(\d{{1,9}})(/.*)")
_OURS = f"{WORD}_"  # how the cookies of a rehearsal begin; they are sent below its prefix alone
# An address written whole, in an attribute of HTML or in a header, stays in the rehearsal; what is the same for all is left as it is.
_LEFT = rf"(?!/|static/|{WORD}s?/)"
_ATTRIBUTE = re.compile(rf'(\s(?:href|action|formaction|src|poster|data-[a-z-]+)=")/{_LEFT}'.encode())
_ADDRESS = re.compile(rf"\A/{_LEFT}")
_HEADERS = ("Location", "HX-Redirect", "HX-Location", "X-Login")


class RehearsalMiddleware:
    """Before every middleware that reads a cookie, the cache or the database.

    The person must be signed in to the real portal and allowed in by the door; inside they are whoever the cookies of the rehearsal say, and
    the real cookies are not there. The answer is complete before the thread leaves: nothing is read later on the wrong side.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        found = _INSIDE.fullmatch(request.path_info)
        if not found:
            return self.get_response(request)
        place = Rehearsal(int(found[1]))
        if not (door.admits(request, place) and place.exists()):
            return HttpResponseRedirect(place.way_out)
        with place.entered():
            if not building.is_current():
                return HttpResponseRedirect(place.way_out)
            prefix = get_script_prefix()
            _turn_inwards(request, found[2], prefix)
            response = self.get_response(request)
            if response.streaming and not isinstance(response, FileResponse):
                response.streaming_content = list(response.streaming_content)
        return _turned_outwards(response, prefix)


def inner_name(cookie: str) -> str:
    """What a cookie of the portal is called in a rehearsal."""
    return f"{_OURS}{cookie}"


def _turn_inwards(request: HttpRequest, path: str, prefix: str) -> None:
    request.path_info = request.META["PATH_INFO"] = path
    request.META["SCRIPT_NAME"] = prefix.rstrip("/")
    request.COOKIES = {name.removeprefix(_OURS): value for name, value in request.COOKIES.items() if name.startswith(_OURS)}


def _turned_outwards(response: HttpResponseBase, prefix: str) -> HttpResponseBase:
    for name in list(response.cookies):
        _keep_below(response, name, prefix)
    for name in _HEADERS:
        if response.has_header(name):
            response[name] = _ADDRESS.sub(prefix, response[name])
    if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
        response.content = _ATTRIBUTE.sub(rb"\g<1>" + prefix.encode(), response.content)
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _keep_below(response: HttpResponseBase, name: str, prefix: str) -> None:
    """Under another name and another path: no cookie of a rehearsal is sent to the real portal, nor takes the place of one of its own."""
    given, kept = response.cookies.pop(name), Morsel()
    kept.set(inner_name(name), given.value, given.coded_value)
    for key, value in given.items():
        kept[key] = value
    kept["path"] = prefix
    response.cookies[kept.key] = kept
