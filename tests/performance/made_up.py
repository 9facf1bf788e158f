"""A database in memory for what is measured on made-up rows."""

import os


def in_memory() -> None:
    """Django set up on an empty database with every table. Nothing of Django may be read before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    class NoMigrations:
        def __contains__(self, name: str) -> bool:
            return True

        def __getitem__(self, name: str) -> None:
            return None

    settings.MIGRATION_MODULES = NoMigrations()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
