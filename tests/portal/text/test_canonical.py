"""Fingerprints already stored must be found again: the values below were computed once and never change."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from portal.journal.models import JournalEntry
from portal.journal.seal import entry_hash
from portal.text.canonical import canonical, fingerprint, plain
from scoring.optimiser.ranked import list_digest
from scoring.selection.instance import Instance
from scoring.selection.ranked_list import ListedFile
from tests.scoring.selection import cases


def test_keys_are_sorted_letters_kept_and_spaces_left_out():
    value = {"z": {"b": [1, None, True, "œuvre « d’été »\n\u00a0€"], "a": "12.50"}, "a": 1.5}

    assert canonical(value) == '{"a":1.5,"z":{"a":"12.50","b":[1,null,true,"œuvre « d’été »\\n\u00a0€"]}}'
    assert fingerprint(value) == "9e3ab821a3a2b4e190c19bbf5c37d8ce03e9185452fb4bf2f0960e455844c4f9"
    assert fingerprint([["é", 1], {"b": None, "a": "1.50"}]) == "7d063c3cf3f25f5a11b0b7101ae25cf5d97cf2774b2182b4a67d1b3276c45925"


def test_what_json_cannot_write_is_refused():
    with pytest.raises(TypeError):
        canonical({"amount": Decimal("1.50")})


@pytest.mark.parametrize(
    ("number", "text"), [("17.50", "17.5"), ("17.5", "17.5"), ("1E+2", "100"), ("-0.00", "0"), ("120", "120"), ("0.10", "0.1")]
)
def test_a_decimal_has_one_text(number, text):
    assert plain(Decimal(number)) == text


def test_the_seal_of_an_entry_of_the_journal():
    entry = JournalEntry(
        at=datetime(2027, 3, 12, 18, 0, 5, 123456, tzinfo=timezone(timedelta(hours=1))),
        actor_id=7,
        actor_label="Élodie « Martin »",
        action="submit",
        subject_type_id=3,
        subject_id="12",
        subject_label="L40-2027-0001",
        source="draft",
        target="submitted",
        reason="œuvre\n“été”",
        data={"b": 1, "a": ["é", None, True]},
        request_id="r-1",
    )

    sealed = entry_hash(entry, sequence=41, previous_hash="0" * 64)

    assert sealed == "48a7af321979b2c3180a00ebac61698211af0bd55e230f350821bd615a609068"


def test_the_digest_of_what_a_ranked_list_reads():
    files = [
        ListedFile(key="L40-2", rank=2, score=None, amount=Decimal("10")),
        ListedFile(key="L40-1", rank=1, score=Decimal("71.2"), amount=Decimal("12345.6")),
    ]
    parameters = {"budget": "100000.00", "places": None, "waiting_places": 1}

    assert list_digest("L40", parameters, files) == "f7d5014979d74db1281303e8da039c7d378ab677303c8278cbcfe0410b2e95cb"


def test_the_digest_of_an_instance_of_the_optimiser():
    value = cases.instance(
        cases.file("A", "10.50", 1234, name="Lycée « Œuvre »"),
        cases.file("B", "9", 7),
        rules=[cases.count("r", max=1, label="Privés"), cases.amount("b", max=7000)],
    )

    assert Instance.from_dict(value).digest == "c586e5eac1d96feeabc950819f2b027ffd018e4e03da4bf5487b107a00abe0a3"
