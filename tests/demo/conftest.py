"""The loaded demonstration, as `make demo` leaves it: loaded once, given back whole before each test.

What a test writes is really committed, so that jobs and mails leave as they do in the product. Nothing here reads PostgreSQL: the copy
of a database in memory is SQLite's.
"""

import fcntl
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from wagtail.models import Site

from portal.files.models import StoredFile

SITE, PEOPLE = "site", "people"  # folders of files
OF_PEOPLE = StoredFile._meta.get_field("content").storage
BASE, UNFINISHED = "demonstration.sqlite3", "unfinished.sqlite3"


@pytest.fixture(scope="session")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory, worker_id) -> Iterator[sqlite3.Connection]:
    """A copy of the demonstration's database. Files of the site are on a disk until the end, as its server sends documents from there; those of
    people in memory, as in every test.

    The first process of the run loads it, the others wait and copy.
    """
    own = tmp_path_factory.mktemp("demonstration")
    common = (own.parent if worker_id == "master" else own.parent.parent) / "loaded"
    common.mkdir(exist_ok=True)
    with (common / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (common / BASE).exists():
            with django_db_blocker.unblock(), override_settings(DEMO=True, STORAGES=on_disk(common / SITE)):
                load(common)
    shutil.copytree(common / SITE, own / SITE)
    for file in (common / PEOPLE).rglob("*"):
        name = str(file.relative_to(common / PEOPLE))
        if file.is_file() and not OF_PEOPLE.exists(name):
            OF_PEOPLE.save(name, ContentFile(file.read_bytes()))
    with closing(sqlite3.connect(":memory:")) as copy, closing(sqlite3.connect(common / BASE)) as kept:
        kept.backup(copy)
        with override_settings(STORAGES=on_disk(own / SITE)):
            yield copy


def load(folder: Path) -> None:
    """The demonstration and its files, left for every process."""
    call_command("load_demo", verbosity=0)
    for name in StoredFile.objects.values_list("content", flat=True):
        (folder / PEOPLE / name).parent.mkdir(parents=True, exist_ok=True)
        with OF_PEOPLE.open(name) as content:
            (folder / PEOPLE / name).write_bytes(content.read())
    with closing(sqlite3.connect(folder / UNFINISHED)) as kept:
        connection.connection.backup(kept)
    (folder / UNFINISHED).rename(folder / BASE)


def on_disk(folder: Path) -> dict:
    """The files of the site below this folder."""
    folder.mkdir(exist_ok=True)
    return {**configured.STORAGES, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}}


@pytest.fixture
def demo(loaded, transactional_db, settings) -> None:
    """The demonstration, untouched by the other tests."""
    settings.DEMO = True
    loaded.backup(connection.connection)
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
