from django.apps import AppConfig
from django.db import connections

from portal.jobs.schedules import Schedule, ensure_schedules


def write_schedules(sender: AppConfig, using: str, **kwargs) -> None:
    """After each migrate, the table of schedules says what the apps declare. Skipped while the queue has no table yet."""
    if Schedule._meta.db_table in connections[using].introspection.table_names():
        ensure_schedules(upgraded=True)
