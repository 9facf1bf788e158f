"""Tests: in-memory or given database, nothing leaves the process."""

import tempfile
from pathlib import Path

from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATABASES, Q_CLUSTER, env

SECRET_KEY = "test-only-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789"  # noqa: S105 -- tests only
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
BASE_URL = "http://testserver"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "tests.memory.PlacedMemory"},
    "private": {"BACKEND": "tests.memory.PlacedMemory"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # tests need no collectstatic first
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"},
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
Q_CLUSTER = {**Q_CLUSTER, "sync": True}
VAR_DIR = Path(tempfile.gettempdir()) / "preau-test"
CLAMD_ADDRESS = ""
if file := env("TEST_DATABASE_FILE", default=""):
    # The browser asks several things at once: each thread needs a connection of its own, which memory does not give.
    DATABASES["default"]["TEST"] = {"NAME": file}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;PRAGMA foreign_keys=ON;"
if template := env("TEST_DATABASE_TEMPLATE", default=""):
    # PostgreSQL copies a database that has been migrated once, where each process of the suite would migrate its own.
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}

LOGGING = {"version": 1, "disable_existing_loggers": False}
