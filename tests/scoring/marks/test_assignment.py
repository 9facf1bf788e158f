"""Who reads what: balanced, within caps, never in conflict, explained."""

from collections import Counter

from scoring.marks.assignment import FileToRead, Juror, plan_readings

REGION, NANCY, REIMS = 1, 2, 3


def files(count, must=(REGION, NANCY), **more):
    return [FileToRead(n, f"R{n:03d}", must, **more) for n in range(count)]


def loads(plan):
    return sorted(plan.loads.values())


def test_each_file_is_read_by_each_body_that_must():
    jurors = [Juror(1, REGION), Juror(2, NANCY), Juror(3, REIMS)]

    plan = plan_readings(jurors, files(4), readings=2)

    assert Counter(juror for _, juror in plan.added) == {1: 4, 2: 4}
    assert plan.gaps == ()


def test_loads_are_even_when_the_rules_allow():
    jurors = [Juror(n, REGION) for n in range(3)] + [Juror(n, NANCY) for n in range(3, 7)]

    plan = plan_readings(jurors, files(14), readings=3)

    assert len(plan.added) == 42
    assert loads(plan) == [6, 6, 6, 6, 6, 6, 6]


def test_running_again_adds_nothing():
    jurors = [Juror(1, REGION), Juror(2, NANCY), Juror(3, NANCY)]
    first = plan_readings(jurors, files(5), readings=2)
    readers = {f.key: frozenset(j for key, j in first.added if key == f.key) for f in files(5)}

    again = plan_readings(
        [Juror(j.key, j.body, first.loads[j.key]) for j in jurors],
        [FileToRead(f.key, f.reference, f.must, readers[f.key]) for f in files(5)],
        readings=2,
    )

    assert again.added == ()


def test_nobody_in_conflict_reads_and_the_gap_is_told():
    jurors = [Juror(1, REGION), Juror(2, NANCY)]

    plan = plan_readings(jurors, files(1, barred=frozenset({2})), readings=2)

    assert plan.added == ((0, 1),)
    assert {(gap.body, gap.why) for gap in plan.gaps} == {
        (NANCY, "Personne d’autre ne peut le lire sans conflit d’intérêts."),
        (None, "Personne d’autre ne peut le lire sans conflit d’intérêts."),
    }


def test_cap_is_never_exceeded_and_the_gap_is_told():
    plan = plan_readings([Juror(1, REGION), Juror(2, NANCY)], files(5), readings=2, cap=3)

    assert loads(plan) == [3, 3]
    assert {gap.why for gap in plan.gaps} == {"Tous ceux qui peuvent le lire sont au plafond."}
    assert sorted(gap.reference for gap in plan.gaps if gap.body == REGION) == ["R003", "R004"]


def test_a_chain_of_passes_finds_the_room_that_a_greedy_choice_missed():
    # Juror 1 may read both files, juror 2 the first only: giving the first to juror 1 would leave the second without reader.
    jurors = [Juror(1, REGION), Juror(2, REGION, 0)]
    rows = [FileToRead(0, "R000", (REGION,)), FileToRead(1, "R001", (REGION,), barred=frozenset({2}))]

    plan = plan_readings(jurors, rows, readings=1, cap=1)

    assert set(plan.added) == {(0, 2), (1, 1)}
    assert plan.gaps == ()


def test_order_of_arrival_changes_nothing():
    jurors = [Juror(n, REGION if n < 3 else NANCY) for n in range(7)]

    assert plan_readings(reversed(jurors), reversed(files(20)), readings=3) == plan_readings(jurors, files(20), readings=3)
