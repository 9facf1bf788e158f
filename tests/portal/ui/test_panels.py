import pytest
from django.template import Context, Template
from django.utils.html import format_html

from portal.ui import panels


class Thing:
    class _meta:
        label_lower = "tests.thing"


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})


def first(request, obj):
    return format_html("<p>{}</p>", "<premier>")


def second(request, obj):
    return format_html("<p>{}</p>", "second")


def silent(request, obj):
    return ""


def test_blocks_come_in_order_and_silent_ones_leave_nothing():
    panels.register("tests.Thing", second, order=80)
    panels.register("tests.thing", first, order=20)
    panels.register("tests.thing", silent, order=10)

    assert panels.panels_for(None, Thing()) == "<p>&lt;premier&gt;</p><p>second</p>"


def test_registering_twice_is_registering_once():
    panels.register("tests.thing", second)
    panels.register("tests.thing", second)

    assert panels.panels_for(None, Thing()) == "<p>second</p>"


def test_an_object_without_block_shows_nothing():
    assert panels.panels_for(None, Thing()) == ""


def test_the_tag_gives_the_request_to_each_block():
    panels.register("tests.thing", lambda request, obj: format_html("<p>{}</p>", request))

    assert Template("{% panels thing %}").render(Context({"thing": Thing(), "request": "moi"})) == "<p>moi</p>"
