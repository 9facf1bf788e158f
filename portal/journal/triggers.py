"""Database triggers that make the journal append-only, on SQLite and on PostgreSQL.

A line may be added, then sealed once: of an unsealed line only the three columns of the seal may change, of a sealed one
nothing. A transaction that has put its mark in the table of veils may change the texts of a line, never its rank, hash, date, author nor act
(portal.journal.veil). No line is deleted. The end of the chain never goes back. Whoever owns the database can drop triggers: that is
what the chain is for (`manage.py verify_journal`).
"""

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

_ENTRIES = "journal_journalentry"
_HEAD = "journal_journalhead"
_SEAL = {"sequence", "previous_hash", "hash"}
_VEIL = "journal_veiling"
_VEILED = ("actor_label", "subject_label", "reason", "data", "search_text")
_REFUSED = "journal: append-only"

_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger AS $$
       BEGIN
         IF TG_OP = 'UPDATE' AND OLD.sequence IS NULL AND NEW.sequence IS NOT NULL
            AND to_jsonb(NEW) - ARRAY['sequence', 'previous_hash', 'hash'] = to_jsonb(OLD) - ARRAY['sequence', 'previous_hash', 'hash']
         THEN RETURN NEW; END IF;
         IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - ARRAY{list(_VEILED)} = to_jsonb(OLD) - ARRAY{list(_VEILED)}
            AND EXISTS (SELECT 1 FROM {_VEIL})
         THEN RETURN NEW; END IF;
         RAISE EXCEPTION '{_REFUSED}';
       END $$ LANGUAGE plpgsql""",  # noqa: S608 -- names of our own tables
    f"""CREATE OR REPLACE FUNCTION journal_head_forward() RETURNS trigger AS $$
       BEGIN
         IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.last_sequence >= OLD.last_sequence THEN RETURN NEW; END IF;
         RAISE EXCEPTION '{_REFUSED}';
       END $$ LANGUAGE plpgsql""",
    f"""CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON {_ENTRIES}
       FOR EACH ROW EXECUTE FUNCTION journal_append_only()""",
    f"CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON {_ENTRIES} FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()",
    f"CREATE TRIGGER journal_head_forward BEFORE UPDATE OR DELETE ON {_HEAD} FOR EACH ROW EXECUTE FUNCTION journal_head_forward()",
]
_TRIGGERS = {
    "sqlite": ("journal_no_delete", "journal_no_update", "journal_head_no_delete", "journal_head_no_return"),
    "postgresql": ("journal_append_only", "journal_no_truncate", "journal_head_forward"),
}


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers; running it again changes nothing. Run after every migration: SQLite loses them when it rebuilds a table."""
    remove_triggers(connection)
    with connection.cursor() as cursor:
        statements = _POSTGRESQL if connection.vendor == "postgresql" else _sqlite(connection, cursor)
        for statement in statements:
            cursor.execute(statement)


def remove_triggers(connection: BaseDatabaseWrapper) -> None:
    """For whoever must empty or restore the tables: tests between two runs, `manage.py restore`. Then install them again."""
    with connection.cursor() as cursor:
        for name in _TRIGGERS[connection.vendor]:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {_HEAD if 'head' in name else _ENTRIES}")


def triggers_installed(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database itself still refuses changes."""
    catalogue = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        return {row[0] for row in cursor.fetchall()} >= set(_TRIGGERS[connection.vendor])


def _sqlite(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> list[str]:
    columns = [column.name for column in connection.introspection.get_table_description(cursor, _ENTRIES)]
    changed = _differs(name for name in columns if name not in _SEAL)
    # While the portal is installed, triggers come before the table of veils, and SQLite reads them at each change of any table.
    has_veils = _VEIL in connection.introspection.table_names(cursor)
    unveiled = f"NOT EXISTS (SELECT 1 FROM {_VEIL})" if has_veils else "1"  # noqa: S608 -- a name of ours
    more_than_texts = _differs(name for name in columns if name not in _VEILED)
    return [
        f"CREATE TRIGGER journal_no_delete BEFORE DELETE ON {_ENTRIES} BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END",
        f"""CREATE TRIGGER journal_no_update BEFORE UPDATE ON {_ENTRIES}
            WHEN (OLD.sequence IS NOT NULL OR NEW.sequence IS NULL OR {changed})
            AND ({more_than_texts} OR {unveiled})
            BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",
        f"CREATE TRIGGER journal_head_no_delete BEFORE DELETE ON {_HEAD} BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END",
        f"""CREATE TRIGGER journal_head_no_return BEFORE UPDATE ON {_HEAD}
            WHEN NEW.id IS NOT OLD.id OR NEW.last_sequence < OLD.last_sequence
            BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",
    ]


def _differs(columns: Iterable[str]) -> str:
    return " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in columns)
