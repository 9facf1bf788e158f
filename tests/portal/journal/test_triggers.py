import pytest
from django.db import DatabaseError, connection, transaction

from portal.journal.models import JournalEntry, JournalHead
from portal.journal.recorder import record
from portal.journal.triggers import install_triggers, remove_triggers, triggers_installed
from portal.workflow.actors import SYSTEM


@pytest.fixture
def pending(school):
    return record(school, "act", actor=SYSTEM, reason="Motif")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_label", "Un autre"),
        ("action", "autre"),
        ("subject_id", "99"),
        ("subject_label", "Autre"),
        ("reason", "Autre motif"),
        ("data", '{"n": 9}'),
        ("request_id", "x"),
        ("search_text", "x"),
        ("at", "2020-01-01 00:00:00"),
        ("hash", "0" * 64),
        ("previous_hash", "0" * 64),
        ("sequence", 77),
    ],
)
def test_sealed_entry_does_not_change(chain, sql, column, value):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(f"UPDATE journal_journalentry SET {column} = %s WHERE sequence = 3", value)


@pytest.mark.parametrize(
    ("column", "value"), [("actor_label", "Un autre"), ("reason", "Autre"), ("data", '{"n": 9}'), ("search_text", "x")]
)
def test_unsealed_entry_takes_its_seal_and_nothing_else(pending, sql, column, value):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(f"UPDATE journal_journalentry SET {column} = %s, sequence = 1, hash = %s WHERE id = %s", value, "0" * 64, pending.pk)


def test_unsealed_entry_is_not_rewritten_without_seal(pending, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("UPDATE journal_journalentry SET reason = 'Autre' WHERE id = %s", pending.pk)


def test_unsealed_entry_is_sealed(pending, sql):
    sql("UPDATE journal_journalentry SET sequence = 1, hash = %s WHERE id = %s", "0" * 64, pending.pk)

    assert JournalEntry.objects.get().sequence == 1


@pytest.mark.parametrize("condition", ["sequence = 3", "sequence IS NULL"])
def test_no_entry_is_deleted(chain, pending, sql, condition):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(f"DELETE FROM journal_journalentry WHERE {condition}")


def test_orm_cannot_either(chain):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        JournalEntry.objects.filter(sequence=1).update(reason="Autre")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        chain[0].delete()


def test_end_of_the_chain_goes_forward_only(chain):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        JournalHead.objects.update(last_sequence=4)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        JournalHead.objects.all().delete()


@pytest.mark.postgres
def test_table_is_not_truncated(chain, sql):
    sql("SET CONSTRAINTS ALL IMMEDIATE")  # otherwise PostgreSQL refuses for another reason

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("TRUNCATE journal_journalentry")


def test_triggers_come_and_go(db):
    assert triggers_installed(connection)

    remove_triggers(connection)
    gone = triggers_installed(connection)
    install_triggers(connection)
    install_triggers(connection)

    assert not gone
    assert triggers_installed(connection)
