import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from portal.journal import seal
from portal.journal.models import JournalEntry, JournalHead
from portal.journal.recorder import record
from portal.journal.verify import check_chain
from portal.workflow.actors import SYSTEM


def test_each_entry_carries_the_hash_of_the_one_before(chain):
    assert [entry.sequence for entry in chain] == [1, 2, 3, 4, 5]
    assert [entry.previous_hash for entry in chain] == ["", *(entry.hash for entry in chain[:-1])]
    assert len({entry.hash for entry in chain}) == 5


def test_head_is_the_last_entry(chain):
    head = JournalHead.objects.get()

    assert (head.last_sequence, head.last_hash) == (5, chain[-1].hash)


def test_hash_covers_every_column_that_tells_the_act(chain):
    covered = set(seal._SEALED_FIELDS) | {"id", "sequence", "previous_hash", "hash", "search_text"}

    assert {field.attname for field in JournalEntry._meta.concrete_fields} == covered


def test_sealing_twice_changes_nothing(chain):
    assert seal.seal_pending() == 0
    assert JournalHead.objects.get().last_sequence == 5


def test_pending_entries_are_sealed_in_batches(school, monkeypatch):
    monkeypatch.setattr(seal, "BATCH", 2)
    for n in range(5):
        record(school, f"act_{n}", actor=SYSTEM)

    assert seal.seal_after_commit() == 2
    assert seal.seal_pending() == 3
    assert list(JournalEntry.objects.order_by("pk").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.django_db(transaction=True)
def test_sealing_refuses_to_run_inside_a_transaction():
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        seal.seal_pending()


@pytest.mark.django_db(transaction=True)
def test_committing_seals_at_once():
    from tests.factories.accounts import person

    with transaction.atomic():
        entry = record(person(), "act", actor=SYSTEM)

    entry.refresh_from_db()
    assert entry.sequence == JournalHead.objects.get().last_sequence


@pytest.mark.django_db(transaction=True)
def test_seal_that_fails_leaves_the_act(monkeypatch):
    from tests.factories.accounts import person

    monkeypatch.setattr(seal, "_lock_head", lambda: 1 / 0)

    with transaction.atomic():
        entry = record(person(), "act", actor=SYSTEM)

    entry.refresh_from_db()
    assert entry.sequence is None


def test_sealing_one_entry_takes_few_queries(school, django_assert_num_queries):
    record(school, "first", actor=SYSTEM)
    seal.seal_pending()
    record(school, "second", actor=SYSTEM)

    with django_assert_num_queries(6):  # savepoint, head, pending, one update, head, release
        seal.seal_after_commit()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_somebody_who_seals():
    from tests.factories.accounts import person

    someone = person()
    seal.seal_pending()
    holds, done = threading.Event(), threading.Event()

    def seal_slowly():
        with transaction.atomic():
            JournalHead.objects.select_for_update().get()
            holds.set()
            done.wait(10)
        connection.close()

    other = threading.Thread(target=seal_slowly)
    other.start()
    holds.wait(10)
    with transaction.atomic():
        entry = record(someone, "act", actor=SYSTEM)
    entry.refresh_from_db()
    left_aside = entry.sequence
    done.set()
    other.join()

    assert left_aside is None
    assert seal.seal_pending() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_who_commit_at_once_leave_one_whole_chain():
    from tests.factories.accounts import person

    someone = person()

    def act(_):
        for n in range(10):
            with transaction.atomic():
                record(someone, f"act_{n}", actor=SYSTEM)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(8)))
    seal.seal_pending()

    report = check_chain()
    assert (report.problem, report.entries) == (None, JournalEntry.objects.count())
