"""Tampering by whoever owns the database: triggers dropped, then raw SQL."""

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.journal.models import ChainCheck, JournalEntry, JournalHead
from portal.journal.recorder import record
from portal.journal.seal import entry_hash, seal_pending
from portal.journal.verify import check_chain, run_check
from portal.workflow.actors import SYSTEM


def verdict():
    problem = check_chain().problem
    return (problem.kind, problem.sequence) if problem else None


def reseal(entries, *, previous_hash=""):
    """Rewrite the seals of these entries, as a careful forger would."""
    for entry in entries:
        entry.previous_hash = previous_hash
        entry.hash = previous_hash = entry_hash(entry, sequence=entry.sequence, previous_hash=previous_hash)
        JournalEntry.objects.filter(pk=entry.pk).update(previous_hash=entry.previous_hash, hash=entry.hash)
    return previous_hash


def test_whole_chain_is_intact(chain):
    report = check_chain()

    assert (report.ok, report.entries, report.head_sequence, report.head_hash) == (True, 5, 5, chain[-1].hash)


def test_empty_journal_is_intact(db):
    assert check_chain().as_dict() == {
        "ok": True,
        "entries": 0,
        "unsealed": 0,
        "head_sequence": 0,
        "head_hash": "",
        "locked": True,
        "problem": None,
    }


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_label", "Un autre"),
        ("action", "autre"),
        ("subject_label", "Autre"),
        ("reason", "Autre motif"),
        ("data", '{"n": 9}'),
        ("request_id", "x"),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("hash", "0" * 64),
        ("actor_id", None),
    ],
)
def test_altered_entry_is_named(unlocked, sql, column, value):
    if column == "actor_id":
        from tests.factories.accounts import person

        value = person().pk
    sql(f"UPDATE journal_journalentry SET {column} = %s WHERE sequence = 3", value)

    assert verdict() == ("altered", 3)


def test_deleted_entry_is_named(unlocked, sql):
    sql("DELETE FROM journal_journalentry WHERE sequence = 2")

    assert verdict() == ("missing", 2)


def test_first_entry_deleted_is_named(unlocked, sql):
    sql("DELETE FROM journal_journalentry WHERE sequence = 1")

    assert verdict() == ("missing", 1)


def test_end_cut_off_is_named(unlocked, sql):
    sql("DELETE FROM journal_journalentry WHERE sequence >= 4")

    assert verdict() == ("truncated", 4)


def test_all_deleted_is_named(unlocked, sql):
    sql("DELETE FROM journal_journalentry")

    assert verdict() == ("truncated", 1)


def test_deleted_entry_with_ranks_closed_up_breaks_the_chain(unlocked, sql):
    sql("DELETE FROM journal_journalentry WHERE sequence = 3")
    sql("UPDATE journal_journalentry SET sequence = sequence - 1 WHERE sequence = 4")
    sql("UPDATE journal_journalentry SET sequence = sequence - 1 WHERE sequence = 5")

    assert verdict() == ("altered", 3)


def test_altered_entry_with_its_own_hash_made_anew_breaks_the_chain(unlocked):
    JournalEntry.objects.filter(sequence=3).update(reason="Autre")
    entry = JournalEntry.objects.get(sequence=3)
    reseal([entry], previous_hash=entry.previous_hash)

    assert verdict() == ("broken", 4)


def test_chain_made_anew_to_its_end_does_not_reach_the_known_end(unlocked):
    JournalEntry.objects.filter(sequence=3).update(reason="Autre")
    reseal(JournalEntry.objects.order_by("sequence"))

    assert verdict() == ("forged", 5)


def test_chain_and_end_made_anew_miss_what_an_earlier_walk_saw(unlocked):
    run_check()
    JournalEntry.objects.filter(sequence=3).update(reason="Autre")
    end = reseal(JournalEntry.objects.order_by("sequence"))
    JournalHead.objects.update(last_hash=end)

    found = run_check()

    assert check_chain().ok
    assert found.problem == "L’écriture n° 5 n’a plus l’empreinte relevée auparavant : la chaîne a été réécrite."


def test_journal_cut_with_its_end_misses_what_an_earlier_walk_saw(unlocked, sql):
    run_check()
    sql("DELETE FROM journal_journalentry WHERE sequence >= 4")
    JournalHead.objects.update(last_sequence=3, last_hash=unlocked[2].hash)

    found = run_check()

    assert check_chain().ok
    assert found.problem == "Les écritures n° 4 à 5 manquent : elles ont été supprimées."


def test_entry_added_behind_the_portal_is_named(unlocked):
    last = unlocked[-1]
    forged = record(last.actor or JournalHead.objects.get(), "act", actor=SYSTEM)
    JournalEntry.objects.filter(pk=forged.pk).update(
        sequence=6, previous_hash=last.hash, hash=entry_hash(JournalEntry.objects.get(pk=forged.pk), sequence=6, previous_hash=last.hash)
    )

    assert verdict() == ("forged", 6)


def test_entry_that_waits_too_long_for_its_seal_is_named(chain, school):
    record(school, "act", actor=SYSTEM)

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        report = check_chain()

    assert (report.problem.kind, report.problem.sequence, report.unsealed) == ("unsealed", None, 1)


def test_entry_that_waits_a_little_is_no_problem(chain, school):
    record(school, "act", actor=SYSTEM)

    report = check_chain()

    assert (report.ok, report.unsealed) == (True, 1)


def test_walk_goes_on_after_new_entries(chain, school):
    run_check()
    record(school, "act", actor=SYSTEM)
    seal_pending()

    assert run_check().problem == ""
    assert list(ChainCheck.objects.order_by("pk").values_list("head_sequence", flat=True)) == [5, 6]


def test_walk_takes_the_same_queries_whatever_the_length(chain, school, django_assert_num_queries):
    for _ in range(20):
        record(school, "act", actor=SYSTEM)
    seal_pending()

    with django_assert_num_queries(7):  # end, triggers, veils, entries, end again, overdue, unsealed
        check_chain()


def command(*args):
    out, err = StringIO(), StringIO()
    call_command("verify_journal", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_command_says_that_all_is_well_and_gives_the_end(chain):
    out, err = command()

    assert out.splitlines() == [
        "Journal intact : 5 écritures, 0 en attente de sceau.",
        f"Fin de la chaîne, à garder ailleurs : 5:{chain[-1].hash}",
    ]
    assert err == ""


def test_command_fails_and_names_the_line(unlocked, sql):
    sql("UPDATE journal_journalentry SET reason = 'Autre' WHERE sequence = 2")

    with pytest.raises(CommandError) as failure:
        command()

    assert str(failure.value) == ("Anomalie du journal. L’écriture n° 2 a été modifiée : son empreinte ne correspond plus à son contenu.")
    assert failure.value.returncode == 1


def test_command_speaks_json_even_when_it_fails(unlocked, sql):
    sql("DELETE FROM journal_journalentry WHERE sequence = 4")
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("verify_journal", "--json", stdout=out, stderr=StringIO())

    assert json.loads(out.getvalue()) == {
        "ok": False,
        "entries": 3,
        "unsealed": 0,
        "head_sequence": 3,
        "head_hash": unlocked[2].hash,
        "locked": False,
        "problem": {"kind": "missing", "sequence": 4, "message": "L’écriture n° 4 manque : elle a été supprimée."},
    }


def test_command_warns_when_the_database_is_not_locked(unlocked):
    _, err = command()

    assert err.strip() == ("Attention : les verrous de la base qui protègent le journal sont absents ; « manage.py migrate » les remet.")


def test_command_checks_an_end_kept_elsewhere(chain):
    with pytest.raises(CommandError, match="n° 5 n’a plus l’empreinte"):
        command("--anchor", f"5:{'0' * 64}")

    command("--anchor", f"3:{chain[2].hash}")


def test_command_refuses_an_anchor_that_it_cannot_read(chain):
    with pytest.raises(CommandError, match="Repère illisible"):
        command("--anchor", "cinq")
