import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory


@pytest.fixture(autouse=True)
def small_portal(settings):
    """These tests stand on the interface alone, not on the addresses of the apps."""
    settings.ROOT_URLCONF = "tests.portal.ui.urls"


@pytest.fixture
def draw():
    """Render a piece of template: `draw('{% icon "check" %}', {...}, user=…, url="/liste/?tri=nom")`."""

    def render(source: str, context: dict | None = None, *, user=None, url: str = "/liste/") -> str:
        request = RequestFactory().get(url)
        request.user = user or AnonymousUser()
        return engines["django"].from_string(source).render(context or {}, request)

    return render
