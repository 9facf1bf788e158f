"""What every test stands on: no network, real rules, a Wagtail tree, journal triggers even without migrations."""

import gc
import os
import shutil
import socket

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase

from tests.foundations import Foundations

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop in the test's thread
pytest_plugins = ["tests.guards.undefined_names", "tests.guards.markup", "tests.guards.unordered", "tests.guards.stray_words"]
_CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
).split()
OUTLINES = settings.BASE_DIR / "node_modules" / "@svg-maps"
PURGECSS = settings.BASE_DIR / "node_modules" / "purgecss"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def lay_foundations():
    """What migrations would have brought: triggers, the default locale, the root page."""
    from wagtail.models import Locale, Page, Site

    from portal.journal.triggers import install_triggers

    install_triggers(connection)
    Locale.objects.get_or_create(language_code="fr")
    if not Page.objects.exists():
        root = Page.add_root(title="Racine", slug="root")
        Site.objects.get_or_create(hostname="localhost", is_default_site=True, defaults={"root_page": root, "port": 80})


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A test that really commits ends by giving the foundations back, and nothing else."""
    with django_db_blocker.unblock():
        lay_foundations()
        foundations = Foundations(connection)
    emptying = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda test: foundations.give_back()
    yield
    TransactionTestCase._fixture_teardown = emptying


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """A test that leaves the machine fails."""
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and address[0] not in _LOOPBACK:
            raise AssertionError(f"connexion sortante pendant un test : {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def clean_cache():
    for every in caches.all(initialized_only=True):
        every.clear()


@pytest.fixture(scope="session")
def chromium():
    """One browser for the whole run: Playwright's loop cannot be started twice in a thread."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        engine = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_CHROMIUM)
        yield engine
        engine.close()


def pytest_collection_modifyitems(config, items):
    """Each test runs where it says something; the others are deselected, and counted as such.

    Real row locks are tried on PostgreSQL alone, what reads no database on SQLite alone. Tests on the official files are extra:
    each has its equal on files made here; so are those on the outlines of the maps and on the cut style sheet, where `npm ci` has
    brought what they need, and those on workbooks that LibreOffice saves, where that program is.
    """
    kept, left_out = [], []
    for item in items:
        (kept if _belongs(item) else left_out).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish():
    """What is loaded by now stays until the end: the collector of garbage need not walk through it again and again."""
    gc.freeze()


def _belongs(item) -> bool:
    if "official" in item.keywords and not os.environ.get("PREAU_DATA"):
        return False
    if "libreoffice" in item.keywords and not shutil.which("soffice"):
        return False
    if "drawings" in item.keywords and not OUTLINES.is_dir():
        return False
    if "purgecss" in item.keywords and not PURGECSS.is_dir():
        return False
    if os.environ.get("DATABASE_URL", "sqlite:").startswith("postgres"):
        return _reads_the_database(item)
    return "postgres" not in item.keywords


def _reads_the_database(item) -> bool:
    return bool({"db", "transactional_db", "live_server"} & set(item.fixturenames)) or item.get_closest_marker("django_db") is not None
