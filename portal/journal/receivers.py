"""After each migration."""

from django.apps import AppConfig
from django.db import connections

from portal.journal.triggers import install_triggers


def lock_again(sender: AppConfig, using: str, **kwargs) -> None:
    """Put the triggers back: rebuilding a table, as SQLite does to change a column, loses them."""
    install_triggers(connections[using])
