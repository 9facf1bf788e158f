"""What every test stands on: no network, real rules, a Wagtail tree, journal triggers even without migrations."""

import os
import socket

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop in the test's thread
_CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
).split()
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
    with django_db_blocker.unblock():
        lay_foundations()


@pytest.fixture(scope="session", autouse=True)
def emptied_tables_get_their_foundations_back():
    """A test that really commits ends by emptying every table: the journal's triggers step aside for that, then come back."""
    from portal.journal.triggers import remove_triggers

    empty_tables = TransactionTestCase._fixture_teardown

    def empty_tables_and_start_again(self):
        remove_triggers(connection)
        empty_tables(self)
        lay_foundations()

    TransactionTestCase._fixture_teardown = empty_tables_and_start_again
    yield
    TransactionTestCase._fixture_teardown = empty_tables


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
    cache.clear()


@pytest.fixture(scope="session")
def chromium():
    """One browser for the whole run: Playwright's loop cannot be started twice in a thread."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        engine = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_CHROMIUM)
        yield engine
        engine.close()


def pytest_collection_modifyitems(config, items):
    """Leaves out, and counts as deselected, what this run cannot try.

    Tests of real row locks belong to the run on PostgreSQL. Those on the official files are extra: each has its equal on files made here.
    """
    on_postgres = os.environ.get("DATABASE_URL", "sqlite:").startswith("postgres")
    absent = {"postgres": not on_postgres, "official": not os.environ.get("PREAU_DATA")}
    left_out = [item for item in items if any(absent[mark] for mark in absent.keys() & item.keywords.keys())]
    kept = set(items) - set(left_out)
    items[:] = [item for item in items if item in kept]
    config.hook.pytest_deselected(items=left_out)
