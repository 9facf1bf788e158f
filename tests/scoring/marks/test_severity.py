"""Severity: what it finds when there is something to find, and when it refuses to speak. Every draw has its seed."""

from decimal import Decimal
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.marks.mark import ReadingMark
from scoring.marks.severity import Refusal, severity
from tests.scoring.marks.panels import draw_jury, found_in_top

ALL = {"permutations": 19}  # the smallest test that can say p = 0.05: the simulation asks for effects, not for their test


def effects_of(found):
    return {effect.juror: float(effect.points) for effect in found.effects}


def compare(severity_deviation, seeds):
    """Share of the best fifty found by raw means, then by corrected ones, on average over draws."""
    juries = [draw_jury(seed, severity=severity_deviation) for seed in seeds]
    corrected = [found_in_top(jury, effects_of(severity(jury.marks, **ALL))) for jury in juries]
    return mean(found_in_top(jury, {}) for jury in juries), mean(corrected)


def test_correction_helps_when_severity_is_strong():
    raw, corrected = compare(1.5, range(20))

    assert corrected > raw + 0.04


def test_correction_costs_nothing_when_there_is_no_severity():
    raw, corrected = compare(0, range(20))

    assert abs(corrected - raw) < 0.01


def test_strong_severity_is_found_and_told_juror_by_juror():
    jury = draw_jury(3, severity=1.5)

    found = severity(jury.marks)

    centre = mean(jury.effects)
    assert (found.refusal, found.reason, found.p_value) == (None, "", 0.001)
    assert max(abs(float(e.points) - (jury.effects[e.juror] - centre)) for e in found.effects) < 1
    assert sum(e.marks for e in found.effects) == 690
    assert (found.seed, found.permutations) == (2027, 999)


def test_chance_alone_is_not_corrected():
    found = severity(draw_jury(0, severity=0).marks)

    assert (found.refusal, found.may_correct, bool(found.effects)) == (Refusal.CHANCE, False, True)
    assert found.p_value > 0.05


def test_chance_is_called_severity_about_once_in_twenty():
    found = [severity(draw_jury(seed, files=60, jurors=8, severity=0).marks, permutations=199) for seed in range(60)]

    assert sum(one.may_correct for one in found) <= 6


def test_juror_of_weak_files_is_not_said_to_be_severe():
    # two jurors of strong files, two of weak ones, a fifth who reads all; nobody is severe
    pools = [(Decimal(16), (1, 2, 9)), (Decimal(8), (3, 4, 9))]
    wobble = [Decimal("0.5"), Decimal("-0.5"), Decimal(0)]
    marks = [
        ReadingMark(100 * n + k, juror, quality + wobble[(k + place) % 3])
        for n, (quality, jurors) in enumerate(pools)
        for k in range(12)
        for place, juror in enumerate(jurors)
    ]

    found = severity(marks)

    assert {e.points for e in found.effects} == {Decimal(0)}
    assert found.refusal == Refusal.CHANCE


def test_few_marks_pull_an_effect_towards_zero():
    # juror 3 marks like juror 2, ten times less often: three points under juror 1 and its noise
    many = [(file, 2) for file in range(80)] + [(file, 3) for file in range(80, 88)]
    noise = [Decimal(n) for n in (1, -1, 2, -2)]
    marks = [ReadingMark(file, 1, Decimal(14)) for file in range(88)] + [
        ReadingMark(file, juror, Decimal(11) + noise[file % 4]) for file, juror in many
    ]

    found = effects_of(severity(marks))

    assert found[2] < found[3] < 0 < found[1]


@pytest.mark.parametrize(
    ("marks", "refusal"),
    [
        ([], Refusal.NO_SHARED_FILE),
        ([ReadingMark(1, 1, Decimal(10)), ReadingMark(2, 2, Decimal(12))], Refusal.NO_SHARED_FILE),
        ([ReadingMark(f, j, Decimal(f)) for f in range(10) for j in (1, 2)] + [ReadingMark(f, j, Decimal(1)) for f in range(20, 30) for j in (3, 4)],
         Refusal.NOT_CONNECTED),
        ([ReadingMark(f, j, Decimal(f)) for f in range(7) for j in (1, 2)], Refusal.TOO_FEW_MARKS),
    ],
)  # fmt: skip
def test_refuses_to_speak_and_says_why(marks, refusal):
    found = severity(marks)

    assert (found.refusal, found.effects, found.p_value, found.may_correct) == (refusal, (), None, False)
    assert found.reason.endswith(".")


def test_groups_that_share_no_file_are_named():
    found = severity([ReadingMark(f, j, Decimal(f)) for f in range(16) for j in (f % 2, f % 2 + 2)])

    assert found.groups == ((0, 2), (1, 3))
    assert found.reason.startswith("Les jurés forment 2 groupes sans aucun dossier en commun.")


def test_juror_with_too_few_marks_is_left_alone_and_the_others_are_said():
    jury = draw_jury(3, severity=1.5)
    passing_by = [ReadingMark(file, 99, Decimal(2)) for file in range(7)]

    found = severity(jury.marks + passing_by)

    assert (found.short, found.effects) == ((99,), severity(jury.marks).effects)


def test_juror_who_shares_files_only_with_those_left_out_is_left_out_too():
    # 1 and 2 share ten files; 3 shares its eight files with 4, 5 and 6, who have too few
    marks = [ReadingMark(f, j, Decimal(f % 4)) for f in range(10) for j in (1, 2)]
    marks += [ReadingMark(50 + f, j, Decimal(f)) for f in range(8) for j in (3, 4 + f % 3)]

    found = severity(marks)

    assert (found.short, found.groups) == ((3, 4, 5, 6), ((1, 2),))


def test_jurors_joined_only_by_one_left_out_are_not_compared():
    marks = [ReadingMark(f, j, Decimal(f % 4)) for f in range(10) for j in (1, 2)]
    marks += [ReadingMark(50 + f, j, Decimal(f % 4)) for f in range(10) for j in (3, 4)]
    bridge = [ReadingMark(0, 9, Decimal(1)), ReadingMark(50, 9, Decimal(1))]

    assert severity(marks + bridge).refusal == Refusal.NOT_CONNECTED


def test_files_read_once_do_not_count():
    shared = [ReadingMark(f, j, Decimal(f % 5)) for f in range(8) for j in (1, 2)]
    alone = [ReadingMark(f, 1, Decimal(20)) for f in range(50, 90)]

    assert severity(shared + alone) == severity(shared)


def test_equal_marks_have_no_effect():
    found = severity([ReadingMark(f, j, Decimal(12)) for f in range(8) for j in (1, 2, 3)])

    assert ({e.points for e in found.effects}, found.p_value, found.refusal) == ({Decimal(0)}, 1.0, Refusal.CHANCE)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.randoms(use_true_random=False), st.integers(0, 5))
def test_order_of_marks_changes_nothing(random, seed):
    marks = draw_jury(seed, files=40, jurors=6, severity=1).marks

    assert severity(random.sample(marks, len(marks)), **ALL) == severity(marks, **ALL)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, 50), st.lists(st.integers(-300, 300), min_size=40, max_size=40))
def test_better_files_change_no_severity(seed, shifts):
    jury = draw_jury(seed, files=40, jurors=6, severity=1)
    moved = [mark._replace(value=mark.value + Decimal(shifts[mark.file]) / 100) for mark in jury.marks]

    pairs = zip(severity(jury.marks, **ALL).effects, severity(moved, **ALL).effects, strict=True)

    assert max(abs(a.points - b.points) for a, b in pairs) <= Decimal("0.01")
