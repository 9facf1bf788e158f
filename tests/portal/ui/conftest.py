import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory

from portal.ui import navigation


@pytest.fixture(autouse=True)
def small_portal(settings, monkeypatch):
    """These tests stand on the interface alone, not on the addresses of the apps."""
    settings.ROOT_URLCONF = "tests.portal.ui.urls"
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("Ce qui m’attend", "my_space", order=0)
    navigation.register("Appels", "/appels/", navigation.everyone, order=80)


@pytest.fixture
def draw():
    """Render a piece of template: `draw('{% icon "check" %}', {...}, user=…, url="/liste/?tri=nom")`."""

    def render(source: str, context: dict | None = None, *, user=None, url: str = "/liste/") -> str:
        request = RequestFactory().get(url)
        request.user = user or AnonymousUser()
        return engines["django"].from_string(source).render(context or {}, request)

    return render
