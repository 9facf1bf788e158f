from contextlib import suppress

import pytest

from portal.notifications import registry
from tests.portal.notifications.smtp import SmtpServer


@pytest.fixture(autouse=True)
def known_code(monkeypatch):
    """`tests.message` is a kind of message whose text may be kept."""
    monkeypatch.setitem(registry._notifications, "tests.message", registry.EmailNotification())


@pytest.fixture
def smtp(settings):
    """A real mail server on this machine, used by the sender."""
    server = SmtpServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
    yield server
    with suppress(OSError):
        server.close()
