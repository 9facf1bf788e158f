"""The loaded demonstration, as `make demo` leaves it: loaded once, given back whole before each test.

What a test writes is really committed, so that jobs and mails leave as they do in the product. Nothing here reads PostgreSQL: the copy
of a database in memory is SQLite's.
"""

import sqlite3
from collections.abc import Iterator

import pytest
from django.conf import settings as configured
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from wagtail.models import Site


@pytest.fixture(scope="session")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[sqlite3.Connection]:
    """A copy of the demonstration's database. Files of the site are on a disk until the end, as its server sends documents from there."""
    folder = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path_factory.mktemp("media")}}
    with override_settings(STORAGES={**configured.STORAGES, "default": folder}):
        with django_db_blocker.unblock(), override_settings(DEMO=True):
            call_command("load_demo", verbosity=0)
            copy = sqlite3.connect(":memory:")
            connection.connection.backup(copy)
        yield copy
        copy.close()


@pytest.fixture
def demo(loaded, transactional_db, settings) -> None:
    """The demonstration, untouched by the other tests."""
    settings.DEMO = True
    loaded.backup(connection.connection)
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
