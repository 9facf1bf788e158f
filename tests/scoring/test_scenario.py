"""The cut of a ranked list, compared with an exhaustive search on small instances."""

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.selection.ranked_list import Candidate, Impossible, Motive, Overflow, Problem, Quota, Rules, cut

# -- An independent oracle: enumeration, no shared code ----------------------------------------------------------------


def merit_order(files):
    return sorted(files, key=lambda f: (f.score is None, -(f.score or 0), f.rank, f.key))


def cost(files):
    return sum((f.amount for f in files), Decimal(0))


def eligible(file):
    return file.score is not None and file.amount > 0


def oracle_reserved(files, rules):
    """The lexicographically best group of `minimum` files that the budget allows; None when there is none."""
    group = [f for f in files if f.in_group and eligible(f)]
    groups = combinations(group, rules.minimum)  # in lexicographic order of merit
    if rules.overflow == Overflow.STOP:
        best = next(groups, None)
        return set(best) if best is not None and cost(best) <= rules.budget else None
    return next((set(chosen) for chosen in groups if cost(chosen) <= rules.budget), None)


def oracle_selection(candidates, rules):
    """Best selection around the reserved places, by trying every one; None when the rules cannot hold."""
    files = merit_order(candidates)
    maximum = len(files) if rules.maximum is None else rules.maximum
    reserved = oracle_reserved(files, rules)
    if reserved is None or rules.budget <= 0 or rules.minimum > maximum:
        return None
    if rules.overflow == Overflow.STOP:
        return _longest_prefix(files, rules, reserved, maximum)
    others = [f for f in files if eligible(f) and f not in reserved]
    choices = [
        reserved | set(extra)
        for size in range(len(others) + 1)
        for extra in combinations(others, size)
        if cost(reserved) + cost(extra) <= rules.budget and sum(f.in_group for f in reserved | set(extra)) <= maximum
    ]
    best = max(choices, key=lambda chosen: [f in chosen for f in files])
    return {f.key for f in best}


def _longest_prefix(files, rules, reserved, maximum):
    admitted, members = [], len(reserved)
    for file in files:
        if file in reserved or not eligible(file):
            continue
        if file.in_group:
            members += 1
            if members > maximum:
                continue
        admitted.append(file)
    lengths = [n for n in range(len(admitted) + 1) if cost(reserved) + cost(admitted[:n]) <= rules.budget]
    return {f.key for f in reserved | set(admitted[: max(lengths)])}


# -- Instances ---------------------------------------------------------------------------------------------------------

cents = st.integers(min_value=0, max_value=3000).map(lambda n: Decimal(n) / 100)
scores = st.one_of(st.none(), st.integers(min_value=0, max_value=8).map(lambda n: Decimal(n) * Decimal("12.50")))


@st.composite
def instances(draw):
    size = draw(st.integers(min_value=0, max_value=7))
    candidates = [
        Candidate(f"F{i}", f"Lycée {i}", i + 1, draw(scores), draw(cents), draw(st.booleans())) for i in draw(st.permutations(range(size)))
    ]
    quota = None
    if draw(st.booleans()):
        bound = st.one_of(st.none(), st.integers(min_value=0, max_value=4))
        quota = Quota("groupe", draw(bound), draw(bound))
    budget = draw(st.integers(min_value=0, max_value=8000).map(lambda n: Decimal(n) / 100))
    return candidates, Rules(budget, draw(st.sampled_from(Overflow)), quota, draw(st.integers(min_value=0, max_value=3)))


def solved(candidates, rules):
    try:
        return cut(candidates, rules)
    except Impossible:
        return None


# -- Properties --------------------------------------------------------------------------------------------------------


@settings(max_examples=600, deadline=None)
@given(instances())
def test_cut_equals_exhaustive_search(instance):
    candidates, rules = instance

    answer = solved(candidates, rules)

    selected = None if answer is None else {line.candidate.key for line in answer.selected}
    assert selected == oracle_selection(candidates, rules)


@settings(max_examples=400, deadline=None)
@given(instances())
def test_cut_never_breaks_budget_nor_quota(instance):
    candidates, rules = instance

    answer = solved(candidates, rules)

    if answer:
        assert answer.amount <= rules.budget
        assert answer.group_count >= rules.minimum
        assert rules.maximum is None or answer.group_count <= rules.maximum
        assert [line.position for line in answer.lines] == list(range(1, len(candidates) + 1))


@settings(max_examples=600, deadline=None)
@given(instances())
def test_every_reason_is_true(instance):
    candidates, rules = instance
    answer = solved(candidates, rules)
    if answer is None:
        return
    without_minimum = Rules(rules.budget, rules.overflow, Quota("", None, rules.maximum) if rules.quota else None)
    free = oracle_selection(candidates, without_minimum)
    inside = [line.candidate for line in answer.selected]
    reserved = oracle_reserved(merit_order(candidates), rules)

    for line in answer.lines:
        file = line.candidate
        before = [c for c in inside if c in reserved or c.merit < file.merit]
        missing = file.amount - (rules.budget - cost(before))
        if line.motive == Motive.MERIT:
            assert file.key in free or not rules.minimum
        elif line.motive == Motive.RESERVED:
            assert file in reserved
            assert file.key not in free
        elif line.motive == Motive.BUDGET:
            assert line.gap == missing > 0
            assert file.key not in free
        elif line.motive == Motive.LIST_STOPPED:
            assert rules.overflow == Overflow.STOP
            assert line.stopped_by.merit < file.merit
            assert line.stopped_by not in inside
        elif line.motive == Motive.QUOTA_MINIMUM:
            assert file.key in free
            assert line.taken_by in inside
            assert line.taken_by.in_group
            assert line.taken_by.key not in free
        elif line.motive == Motive.QUOTA_MAXIMUM:
            assert file.in_group
            assert sum(c.in_group for c in before) == rules.maximum
            assert line.taken_by in before or rules.maximum == 0
        else:
            assert not eligible(file)


@settings(max_examples=300, deadline=None)
@given(instances())
def test_better_file_of_the_same_group_is_only_passed_over_for_money(instance):
    candidates, rules = instance
    answer = solved(candidates, rules)
    if answer is None:
        return

    for out in answer.lines:
        for inside in answer.selected:
            same_group = out.candidate.in_group == inside.candidate.in_group
            if not out.is_selected and eligible(out.candidate) and same_group and out.position < inside.position:
                assert rules.overflow == Overflow.SKIP
                assert out.candidate.amount > inside.candidate.amount
                assert out.candidate.amount > answer.remaining


@settings(max_examples=200, deadline=None)
@given(instances(), st.randoms())
def test_cut_does_not_depend_on_the_order_of_its_input(instance, random):
    candidates, rules = instance
    shuffled = random.sample(candidates, len(candidates))

    assert solved(shuffled, rules) == solved(candidates, rules)


@settings(max_examples=200, deadline=None)
@given(instances())
def test_waiting_list_holds_the_best_refused_files(instance):
    candidates, rules = instance
    answer = solved(candidates, rules)
    if answer is None:
        return

    refused = [line.candidate.key for line in answer.lines if not line.is_selected and eligible(line.candidate)]
    waiting = sorted((line.waiting_rank, line.candidate.key) for line in answer.lines if line.waiting_rank)
    assert [key for _, key in waiting] == refused[: rules.waiting_places]


# -- Cases that a person can check by hand ------------------------------------------------------------------------------


def file(key, score, amount, group=False, rank=None):
    return Candidate(key, f"Lycée {key}", rank or ord(key) - 64, None if score is None else Decimal(score), Decimal(amount), group)


def told(answer):
    return {line.candidate.key: line.motive.value for line in answer.lines}


RANKING = [file("A", 90, 50), file("B", 80, 60), file("C", 70, 40), file("D", 60, 30, True), file("E", 50, 10, True), file("F", None, 20)]


def test_cut_passes_over_what_does_not_fit():
    answer = cut(RANKING, Rules(Decimal(100)))

    assert told(answer) == {"A": "merit", "B": "budget", "C": "merit", "D": "budget", "E": "merit", "F": "no_score"}
    assert answer.lines[1].gap == Decimal(10)
    assert answer.cut_position == 2
    assert answer.remaining == 0


def test_cut_stops_the_list_when_asked():
    answer = cut(RANKING, Rules(Decimal(100), Overflow.STOP))

    assert told(answer) == {"A": "merit", "B": "budget", "C": "list_stopped", "D": "list_stopped", "E": "list_stopped", "F": "no_score"}
    assert answer.lines[2].stopped_by.key == "B"


def test_cut_reserves_places_for_the_best_of_the_group():
    answer = cut(RANKING, Rules(Decimal(100), quota=Quota("agricole", minimum=2)))

    assert told(answer) == {"A": "merit", "B": "budget", "C": "quota_minimum", "D": "reserved", "E": "merit", "F": "no_score"}
    assert answer.lines[2].taken_by.key == "D"
    assert answer.group_count == 2


def test_cut_refuses_beyond_the_maximum_and_names_the_last_taker():
    answer = cut(RANKING, Rules(Decimal(500), quota=Quota("agricole", maximum=1)))

    assert told(answer) == {"A": "merit", "B": "merit", "C": "merit", "D": "merit", "E": "quota_maximum", "F": "no_score"}
    assert answer.lines[4].taken_by.key == "D"


def test_cut_keeps_money_for_the_minimum_when_the_best_of_the_group_is_too_dear():
    ranking = [file("A", 90, 95, True), file("B", 80, 90, True), file("C", 70, 10, True)]

    answer = cut(ranking, Rules(Decimal(100), quota=Quota("agricole", minimum=2)))

    assert told(answer) == {"A": "quota_minimum", "B": "reserved", "C": "reserved"}


def test_equal_scores_follow_the_rank_given():
    ranking = [file("A", 70, 60, rank=2), file("B", 70, 60, rank=1)]

    answer = cut(ranking, Rules(Decimal(100)))

    assert [line.candidate.key for line in answer.selected] == ["B"]


@pytest.mark.parametrize(
    ("rules", "problem", "found", "gap"),
    [
        (Rules(Decimal(0)), Problem.NO_BUDGET, 0, 0),
        (Rules(Decimal(100), quota=Quota("agricole", 3, 2)), Problem.BOUNDS_CROSSED, 0, 0),
        (Rules(Decimal(100), quota=Quota("agricole", 3)), Problem.GROUP_TOO_SMALL, 2, 0),
        (Rules(Decimal(35), quota=Quota("agricole", 2)), Problem.MINIMUM_TOO_DEAR, 0, 5),
        (Rules(Decimal(35), Overflow.STOP, Quota("agricole", 2)), Problem.MINIMUM_TOO_DEAR, 0, 5),
    ],
)
def test_impossible_rules_are_refused(rules, problem, found, gap):
    with pytest.raises(Impossible) as refusal:
        cut(RANKING, rules)

    assert (refusal.value.problem, refusal.value.found, refusal.value.gap) == (problem, found, gap)
