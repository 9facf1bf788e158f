import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory

from portal.ui import links, navigation

_BLOCKS = "a|b|body|button|circle|dd|details|div|dl|dt|fieldset|form|h[1-6]|html|label|legend|li|main|nav|ol|p|path|rect|section|small|summary|title|ul"
_INDENT = re.compile(rf" ?(</?(?:{_BLOCKS})\b[^>]*>) ?")


def flat(html: str) -> str:
    """Markup without its indentation: how a template is laid out on its lines says nothing to a reader."""
    return _INDENT.sub(r"\1", re.sub(r"[ \t\r\n]+", " ", html)).replace(" >", ">")


@pytest.fixture(autouse=True)
def small_portal(settings, monkeypatch):
    """These tests stand on the interface alone, not on the addresses of the apps."""
    settings.ROOT_URLCONF = "tests.portal.ui.urls"
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(links, "_offers", {})
    navigation.register("Ce qui m’attend", "my_space", order=0)
    navigation.register("Appels", "/appels/", navigation.everyone, order=80)


@pytest.fixture
def draw():
    """Render a piece of template: `draw('{% icon "check" %}', {...}, user=…, url="/liste/?tri=nom")`."""

    def render(source: str, context: dict | None = None, *, user=None, url: str = "/liste/") -> str:
        request = RequestFactory().get(url)
        request.user = user or AnonymousUser()
        return flat(engines["django"].from_string(source).render(context or {}, request))

    return render
