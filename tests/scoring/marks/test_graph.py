from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.marks.graph import groups
from scoring.marks.mark import ReadingMark


def marks_of(*files):
    return [ReadingMark(file, juror, Decimal(10)) for file, jurors in enumerate(files) for juror in jurors]


def test_no_mark_makes_no_group():
    assert groups([]) == []


def test_chain_of_shared_files_joins_jurors_who_share_none():
    assert groups(marks_of([1, 2], [2, 3], [3, 4])) == [(1, 2, 3, 4)]


def test_jurors_without_shared_file_stay_apart_the_largest_group_first():
    assert groups(marks_of([7], [1, 2], [3, 4], [4, 5])) == [(3, 4, 5), (1, 2), (7,)]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.sets(st.integers(0, 7), min_size=1, max_size=3), max_size=8))
def test_groups_are_the_classes_of_being_reachable(files):
    reach = {juror: {juror} for jurors in files for juror in jurors}
    for _ in reach:
        for jurors in files:
            together = set().union(*(reach[juror] for juror in jurors))
            for juror in together:
                reach[juror] = reach[juror] | together

    found = groups(marks_of(*files))

    assert {frozenset(group) for group in found} == {frozenset(group) for group in reach.values()}
