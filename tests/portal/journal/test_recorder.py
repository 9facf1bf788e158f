from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction

from portal.journal.models import JournalEntry
from portal.journal.recorder import record
from portal.journal.seal import seal_after_commit
from portal.workflow.actors import SYSTEM
from tests.factories.accounts import person


def test_entry_says_who_when_what_and_on_what(school):
    actor = person(first_name="Nadia", last_name="Ferhat")

    entry = record(school, "close", actor=actor, source="open", target="closed", reason="Fermeture")

    entry.refresh_from_db()
    assert (entry.actor, entry.actor_label, entry.action) == (actor, "Nadia Ferhat", "close")
    assert (entry.subject_id, entry.subject_label) == (str(school.pk), "Lycée Jean-Prouvé, Nancy")
    assert (entry.source, entry.target, entry.reason) == ("open", "closed", "Fermeture")
    assert (entry.sequence, entry.hash) == (None, "")


def test_system_has_no_account(school):
    entry = record(school, "close", actor=SYSTEM)

    assert (entry.actor, entry.actor_label) == (None, "Préau")


def test_data_becomes_plain_json(school):
    data = {
        "amount": Decimal("12.50"),
        "day": date(2026, 3, 12),
        "at": datetime(2026, 3, 12, 18, tzinfo=UTC),
        "school": school,
        "share": 0.25,
        "set": {"b", "a"},
        "ok": True,
        "nothing": None,
    }

    entry = record(school, "act", actor=SYSTEM, data=data)

    entry.refresh_from_db()
    assert entry.data == {
        "amount": "12.50",
        "day": "2026-03-12",
        "at": "2026-03-12 18:00:00+00:00",
        "school": {"type": "directory.establishment", "id": str(school.pk), "label": "Lycée Jean-Prouvé, Nancy"},
        "share": "0.25",
        "set": ["a", "b"],
        "ok": True,
        "nothing": None,
    }


def test_text_that_databases_refuse_is_cleaned(school):
    entry = record(school, "act", actor=SYSTEM, reason="avant\x00après \ud83d", data={"k\x00": "v\x00"})

    entry.refresh_from_db()
    assert (entry.reason, entry.data) == ("avantaprès ?", {"k": "v"})


def test_search_text_has_no_accent_nor_case(school):
    entry = record(school, "act", actor=person(first_name="Étienne", last_name="Kieffer"), reason="Délai ÉCHU")

    assert entry.search_text == "lycee jean-prouve, nancy etienne kieffer delai echu"


def test_one_seal_per_transaction(school):
    before = len(connection.run_on_commit)

    with transaction.atomic():
        for _ in range(10):
            record(school, "act", actor=SYSTEM)

    hooks = [hook for _, hook, *_ in connection.run_on_commit[before:]]
    assert hooks == [seal_after_commit]


def test_entries_of_a_rolled_back_transaction_vanish_with_it(school):
    with pytest.raises(ValueError, match="non"), transaction.atomic():
        record(school, "act", actor=SYSTEM)
        raise ValueError("non")

    assert JournalEntry.objects.count() == 0
