"""What passes between a browser and a rehearsal: addresses, cookies, answers that come in pieces."""

import pytest
from django.db import connection, connections
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.test import RequestFactory

from calls.models import Programme
from portal.rehearsal import building, door, places
from portal.rehearsal.middleware import RehearsalMiddleware, inner_name
from portal.rehearsal.places import Rehearsal


@pytest.fixture
def place(db, settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    made = Rehearsal(7)
    building.create(made, lambda done, total: None)
    with made.entered():
        building.finish("written")
        Programme.objects.create(code="REP", name="Répété")
    monkeypatch.setattr(door, "admits", lambda request, asked: asked == made)
    yield made
    building.drop(made)


def ask(view, path="/repetition/7/espace/", cookies=None):
    request = RequestFactory().get(path)
    request.COOKIES = cookies or {}
    return RehearsalMiddleware(view)(request)


def test_the_view_is_inside_and_sees_its_own_path(place):
    seen = {}

    def view(request):
        seen.update(path=request.path, inner=request.path_info, here=places.current(), full=request.build_absolute_uri())
        return HttpResponse("vu", content_type="text/plain")

    answer = ask(view)

    assert seen == {
        "path": "/repetition/7/espace/",
        "inner": "/espace/",
        "here": place,
        "full": "http://testserver/repetition/7/espace/",
    }
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert places.current() is None


def test_cookies_of_one_side_are_unknown_to_the_other(place):
    seen = {}

    def view(request):
        seen.update(request.COOKIES)
        answer = HttpResponse("vu")
        answer.set_cookie("csrftoken", "secret", max_age=60, httponly=True, samesite="Lax", path="/")
        answer.delete_cookie("sessionid")
        return answer

    answer = ask(view, cookies={"sessionid": "real", inner_name("sessionid"): "inner", inner_name("csrftoken"): "token"})

    assert seen == {"sessionid": "inner", "csrftoken": "token"}
    assert set(answer.cookies) == {"repetition_csrftoken", "repetition_sessionid"}
    kept = answer.cookies["repetition_csrftoken"]
    assert (kept.value, kept["path"], kept["httponly"], kept["max-age"]) == ("secret", "/repetition/7/", True, 60)
    assert answer.cookies["repetition_sessionid"]["max-age"] == 0


def test_addresses_written_by_hand_stay_inside(place):
    page = (
        '<a href="/appels/">a</a><form action="/repetition/7/x/"></form><img src="/static/logo.svg"><i data-hx-get="/taches/1/"></i>'
        '<a href="/repetitions/7/">quitter</a><a href="//ailleurs.example/">b</a><a href="https://x.example/">c</a><input value="/espace/">'
    )

    def view(request):
        answer = HttpResponse(page)
        answer["Content-Length"] = str(len(answer.content))
        return answer

    answer = ask(view)

    assert answer.content.decode() == page.replace("/appels/", "/repetition/7/appels/").replace("/taches/", "/repetition/7/taches/")
    assert answer["Content-Length"] == str(len(answer.content))


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/espace/", "/repetition/7/espace/"),
        ("/repetition/7/espace/", "/repetition/7/espace/"),
        ("/repetitions/7/", "/repetitions/7/"),
        ("https://x.example/", "https://x.example/"),
        ("//x.example/", "//x.example/"),
    ],
)
def test_a_redirection_stays_inside(place, written, sent):
    assert ask(lambda request: HttpResponseRedirect(written))["Location"] == sent


def test_an_answer_in_pieces_is_read_before_one_leaves(place):
    def pieces():
        for code in Programme.objects.values_list("code", flat=True):
            yield code.encode()
            yield str(places.current()).encode()

    answer = ask(lambda request: StreamingHttpResponse(pieces()))

    assert b"".join(answer.streaming_content) == f"REP{place}".encode()


def test_a_view_that_fails_leaves_the_thread_outside_and_no_connection_open(place):
    opened = []

    def view(request):
        Programme.objects.count()
        opened.append(connections["default"])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(view)

    assert places.current() is None
    assert opened[0].connection is None
    assert opened[0] is not connections["default"]
    assert connection.is_usable()


def test_whoever_the_door_does_not_admit_is_led_out(place, monkeypatch):
    monkeypatch.setattr(door, "admits", lambda request, asked: False)

    def view(request):
        raise AssertionError("inside")

    assert ask(view)["Location"] == "/repetitions/7/"
    monkeypatch.setattr(door, "admits", lambda request, asked: True)
    assert ask(view, "/repetition/8/espace/")["Location"] == "/repetitions/8/"
    monkeypatch.setattr(building, "stamp", lambda: "another version")
    assert ask(view)["Location"] == "/repetitions/7/"


def test_the_rest_of_the_portal_does_not_notice(place):
    assert ask(lambda request: HttpResponse(str(places.current())), "/espace/").content == b"None"
    assert ask(lambda request: HttpResponse(request.path_info), "/repetition/x/").content == b"/repetition/x/"


def test_without_a_guard_nobody_passes(db, monkeypatch):
    monkeypatch.setattr(door, "_guards", [])
    request = RequestFactory().get("/repetition/7/")

    assert not door.admits(request, Rehearsal(7))
    assert not hasattr(request, "session")
