"""What a hostile file may contain: refused with its place, in bounded time and memory."""

import json

import pytest

from scoring.selection.instance import Instance, InvalidInstance
from scoring.selection.reading import MAX_BYTES, MAX_CONTAINERS, MAX_PROBLEMS, parse
from tests.scoring.selection.cases import count, file, instance


def problems(value):
    with pytest.raises(InvalidInstance) as refused:
        Instance.from_dict(value)
    return [(problem.where, problem.code) for problem in refused.value.problems]


def parse_code(data):
    with pytest.raises(InvalidInstance) as refused:
        parse(data)
    return [problem.code for problem in refused.value.problems]


# -- The text of the file -------------------------------------------------------------------------------------------


def test_a_file_beyond_the_size_is_not_even_decoded():
    assert parse_code(b"\xff" * (MAX_BYTES + 1)) == ["too-large"]


def test_too_many_objects_are_refused_before_they_are_made():
    assert parse_code(b"[" + b"{}," * MAX_CONTAINERS + b"{}]") == ["too-large"]


def test_deep_nesting_is_refused():
    assert parse_code(b"[" * 100_000 + b"]" * 100_000) == ["too-deep"]


def test_what_is_not_utf_8_is_refused():
    assert parse_code(b'{"a": "\xe9"}') == ["encoding"]


def test_what_is_not_json_is_refused():
    assert parse_code(b"{'a': 1}") == ["json"]


def test_a_key_written_twice_is_refused():
    assert parse_code(b'{"rules": [{"id": "a", "max": 1, "max": 2}]}') == ["duplicate-key"]


def test_a_byte_order_mark_is_harmless():
    assert parse(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


# -- Numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("12.5", "float"),
        ("1e400", "float"),
        ("NaN", "float"),
        ("Infinity", "float"),
        ("-Infinity", "float"),
        ("9" * 100_000, "too-large"),
        ("true", "type"),
        ("[]", "type"),
        ('"1e3"', "number"),
        ('"NaN"', "number"),
        ('"Infinity"', "number"),
        ('"12,5"', "number"),
        ('"+1"', "number"),
        ('".5"', "number"),
        ('" 1"', "number"),
        ('"1_0"', "number"),
        ('"١٢"', "number"),
        ('"12\\n"', "number"),
        (f'"{"9" * 5_000_000}"', "number"),
        ('"1.1234567"', "number"),
    ],
)
def test_a_score_is_an_exact_decimal(written, code):
    data = json.dumps(instance(file("A", "SCORE"))).replace('"SCORE"', written)

    assert problems(parse(data.encode())) == [("applications[0].score", code)]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("-1", "too-small"),
        ("1.0", "float"),
        ("1e3", "float"),
        ('"1000"', "type"),
        ("false", "type"),
        ("9" * 16, "too-large"),
        ("null", "type"),
    ],
)
def test_an_amount_is_a_whole_number_of_cents(written, code):
    data = json.dumps(instance(file("A", "10", -77))).replace("-77", written)

    assert problems(parse(data.encode())) == [("applications[0].amounts.inv", code)]


def test_a_negative_score_is_a_score():
    assert str(Instance.from_dict(instance(file("A", "-2.50"))).applications[0].score) == "-2.5"


# -- Structure ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, 3, "text", [], [1]])
def test_what_is_not_an_object_is_refused(value):
    assert problems(value) == [("$", "type"), ("applications", "missing")]


def test_every_problem_is_told_with_its_place():
    value = instance(
        {"id": "A", "rank": "1", "score": 1.5, "groups": "g", "amounts": {}},
        {"id": "", "score": "1", "groups": [3], "options": []},
        rules=[{"id": "r", "measure": "sum"}, {"id": "forced_in:A", "measure": "count", "max": -1}],
        forced_in=["Z"],
        format="other",
    )

    assert problems(value) == [
        ("applications[0].score", "float"),
        ("applications[0].rank", "type"),
        ("applications[0].groups", "type"),
        ("applications[1].id", "text"),
        ("applications[1].rank", "missing"),
        ("applications[1].groups[0]", "type"),
        ("applications[1].options", "empty"),
        ("rules[0].measure", "measure"),
        ("rules[0]", "no-bound"),
        ("rules[1].max", "too-small"),
        ("rules[1].id", "reserved"),
        ("format", "format"),
        ("forced_in", "unknown-id"),
    ]


def test_problems_stop_at_a_hundred():
    assert len(problems(instance(*(file(f"A{number}", "x") for number in range(300))))) == MAX_PROBLEMS


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", "a\nb", "half \ud800", "x" * 301, 7, None, ["A"]])
def test_an_identifier_is_a_short_printable_text(text):
    assert [where for where, _ in problems(instance(file(text)))] == ["applications[0].id"]


def test_a_scope_is_no_deeper_than_said():
    scope = "g"
    for _ in range(5000):
        scope = {"not": scope}

    assert problems(instance(file("A", "1", 1, "g"), rules=[count("r", scope, max=1)]))[0][1] == "too-deep"


@pytest.mark.parametrize("scope", [3, {}, {"some": ["g"]}, {"any": ["g"], "all": ["g"]}, {"any": "g"}, {"ids": [1]}])
def test_a_scope_that_means_nothing_is_refused(scope):
    assert problems(instance(file("A", "1", 1, "g"), rules=[count("r", scope, max=1)]))


@pytest.mark.parametrize("key", ["applications", "rules", "forced_in", "labels"])
def test_a_list_is_not_longer_than_said(key):
    many = {f"g{number}": "x" for number in range(20_001)} if key == "labels" else [{}] * 20_001

    assert problems({"applications": [], key: many}) == [(key, "too-many")]


def test_what_could_leave_exact_numbers_is_refused():
    files = [file(f"A{number}", "20.000000", 999_999_999_999_999) for number in range(10)]
    value = instance(*files, rules=[amount_share("r")])

    from scoring.selection.program import Program

    with pytest.raises(InvalidInstance) as refused:
        Program(Instance.from_dict(value))

    assert [problem.where for problem in refused.value.problems] == ["rules.r:max", "applications.amounts"]


def amount_share(rule_id):
    return {"id": rule_id, "measure": "amount_share", "scope": {"ids": ["A1"]}, "max": "0.30"}


def test_a_misspelt_key_is_a_warning():
    read = Instance.from_dict(instance(file("A", poids=3), rules=[count("r", maximum=3, max=1)]))

    assert [(warning.where, warning.code) for warning in read.warnings] == [
        ("applications[0].poids", "unknown-key"),
        ("rules[0].maximum", "unknown-key"),
    ]
