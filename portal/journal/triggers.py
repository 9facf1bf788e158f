"""Database triggers that make the journal append-only, on SQLite and on PostgreSQL."""

_SQLITE = [
    """CREATE TRIGGER IF NOT EXISTS journal_no_delete BEFORE DELETE ON journal_journalentry
       BEGIN SELECT RAISE(ABORT, 'journal: append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS journal_no_update BEFORE UPDATE ON journal_journalentry
       WHEN OLD.sequence IS NOT NULL
       BEGIN SELECT RAISE(ABORT, 'journal: append-only'); END""",
]
_POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger AS $$
       BEGIN
         IF TG_OP = 'UPDATE' AND OLD.sequence IS NULL THEN RETURN NEW; END IF;
         RAISE EXCEPTION 'journal: append-only';
       END $$ LANGUAGE plpgsql""",
    "DROP TRIGGER IF EXISTS journal_append_only ON journal_journalentry",
    """CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal_journalentry
       FOR EACH ROW EXECUTE FUNCTION journal_append_only()""",
]


def install_triggers(connection) -> None:
    """Create the triggers; running it again changes nothing."""
    statements = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[connection.vendor]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
