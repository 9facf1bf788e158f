"""The database as it stands before the first test, given back after each test that really commits.

Django empties every table after such a test, then announces a migration so that permissions and types of content come back: more than a
second, most often. Here what stood is kept, and only the tables that hold something are emptied.
"""

import sqlite3

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

NEVER_TOUCHED = "django_migrations"


class Foundations:
    """Kept at once; `give_back()` as often as wanted, outside a transaction.

    On SQLite, a copy in memory: rows, triggers, counters. On PostgreSQL, the rows, in a schema that no search path names; counters go on.
    """

    def __init__(self, connection: BaseDatabaseWrapper):
        self.connection = connection
        if connection.vendor == "sqlite":
            self.copy = sqlite3.connect(":memory:", check_same_thread=False)
            connection.ensure_connection()
            connection.connection.backup(self.copy)
        else:
            self._keep_rows()

    def give_back(self) -> None:
        if self.connection.vendor == "sqlite":
            self.connection.ensure_connection()
            self.copy.backup(self.connection.connection)
        else:
            self._give_rows_back()
        ContentType.objects.clear_cache()

    def _keep_rows(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS foundations CASCADE")
            cursor.execute("CREATE SCHEMA foundations")
            self.kept = {}
            for table in self._filled(cursor):
                cursor.execute(f'CREATE TABLE foundations."{table}" AS TABLE "{table}"')
                self.kept[table] = [column.name for column in self.connection.introspection.get_table_description(cursor, table)]

    def _give_rows_back(self) -> None:
        """Under the role of a replica, neither the triggers of the journal nor the foreign keys are asked."""
        with transaction.atomic(), self.connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in self._filled(cursor):
                cursor.execute(f'DELETE FROM "{table}"')
            for table, names in self.kept.items():
                columns = ", ".join(f'"{name}"' for name in names)
                cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM foundations."{table}"')

    def _filled(self, cursor) -> list[str]:
        tables = [table for table in self.connection.introspection.table_names(cursor) if table != NEVER_TOUCHED]
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables))
        return [table for (table,) in cursor.fetchall()]
