"""Both doctrines, both solvers: the best selection of every instance small enough to be enumerated, and one selection for all."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.selection.instance import Instance
from scoring.selection.solve import Cancelled, Doctrine, Result, Status, solve
from scoring.selection.solvers import CPSAT, HIGHS
from tests.scoring.selection.cases import SMALL_SAMPLES, amount, count, file, instance, legal, sample
from tests.scoring.selection.families import FAMILIES, family
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.strategies import impossible, instances

BOTH = (HIGHS, CPSAT)
small = st.one_of(instances(), instances(sizes=(6, 9), levels=False), impossible()).filter(legal)


def answer(value, doctrine="sum", **options):
    """What the oracle and the samples say of a selection."""
    result = solve(Instance.from_dict(value), Doctrine(doctrine), **options).to_dict()
    if result["status"] != "proven":
        return {"status": result["status"]}
    return {"status": "optimal", **{key: result[key] for key in ("objective", "cost_cents", "count", "selected")}}


# -- Against enumeration --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("doctrine", Doctrine)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(small)
def test_nothing_is_better_than_what_is_answered(doctrine, value):
    assert answer(value, doctrine) == Oracle(value).summary(doctrine)


@pytest.mark.parametrize("doctrine", Doctrine)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(small)
def test_the_second_solver_answers_the_same(doctrine, value):
    assert answer(value, doctrine, solver=CPSAT) == Oracle(value).summary(doctrine)


def one_cent_short(seed):
    """Amounts of millions, an envelope one cent below a sum of them: what a solver in floating point takes for spent exactly."""
    chance = random.Random(seed)
    cents = [chance.randint(100_000_000, 900_000_000) for _ in range(12)]
    files = [file(f"A{number:02d}", f"{chance.randint(800, 1900) / 100:.2f}", one, rank=number) for number, one in enumerate(cents)]
    envelope = sum(chance.sample(cents, 6)) - 1
    return instance(*files, rules=[amount("envelope", max=envelope), amount("spent", min=envelope - chance.randint(0, 200) * 1000)])


@pytest.mark.parametrize("seed", range(25))
def test_one_cent_is_one_cent(seed):
    value = one_cent_short(seed)

    assert answer(value) == Oracle(value).summary()


def test_scores_below_zero():
    value = instance(
        file("A", "-1.5", 10, rank=1), file("B", "-0.25", 30, rank=2), file("C", "0", 5, rank=3), rules=[count("places", min=2, max=2)]
    )

    assert [answer(value, doctrine) for doctrine in Doctrine] == [Oracle(value).summary(doctrine) for doctrine in Doctrine]


@pytest.mark.official
@pytest.mark.parametrize("solver", BOTH)
@pytest.mark.parametrize("doctrine", Doctrine)
@pytest.mark.parametrize("name", [*SMALL_SAMPLES, "s04_places_230"])
def test_the_samples_have_their_proven_answer(name, doctrine, solver):
    written = sample(name)

    assert answer(written, doctrine, solver=solver) == written["expected"][doctrine]


# -- One selection --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("doctrine", Doctrine)
@pytest.mark.parametrize("name", FAMILIES)
def test_one_selection_whatever_the_solver_the_seed_and_the_order(name, doctrine):
    value = family(name, 18 if name == "levels" else 40, 3)
    selections = set()

    for seed in range(3):
        chance = random.Random(seed)
        shuffled = value | {key: chance.sample(value[key], len(value[key])) for key in ("applications", "rules")}
        for solver in BOTH:
            result = solve(Instance.from_dict(shuffled), doctrine, solver=solver, seed=seed)
            selections.add((result.status, result.selection))

    assert len(selections) == 1
    assert {status for status, _ in selections} == {Status.PROVEN}


@pytest.mark.parametrize("seed", range(24))
def test_two_solvers_agree_to_the_cent_on_what_cannot_be_enumerated(seed):
    name = FAMILIES[seed % 3]
    read = Instance.from_dict(family(name, 20 if name == "levels" else 40, seed, cents=True))

    found = [solve(read, doctrine, solver=solver) for doctrine in Doctrine for solver in BOTH]

    assert [(one.status, one.selection) for one in found[::2]] == [(one.status, one.selection) for one in found[1::2]]


@pytest.mark.parametrize("doctrine", Doctrine)
def test_equal_files_are_separated_by_cost_then_by_rank(doctrine):
    value = instance(
        file("D", "12", 300, rank=1),
        file("C", "12", 200, rank=2),
        file("B", "12", 200, rank=3),
        file("A", "12", 200, rank=4),
        rules=[count("places", max=2)],
    )

    assert answer(value, doctrine)["selected"] == [["B", "full"], ["C", "full"]]


def test_the_doctrines_differ_when_money_alone_is_counted():
    value = instance(file("dear", "19", 100), file("one", "11", 50), file("two", "10", 50), rules=[amount("envelope", max=100)])

    assert [answer(value, doctrine)["selected"] for doctrine in Doctrine] == [[["one", "full"], ["two", "full"]], [["dear", "full"]]]


# -- What must follow -----------------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None, derandomize=True)
@given(instances().filter(legal), st.integers(1, 5_000_000))
def test_more_money_is_never_worse(value, cents):
    richer = value | {
        "rules": [rule | ({"max": rule["max"] + cents} if rule["measure"] == "amount" and "max" in rule else {}) for rule in value["rules"]]
    }

    assert total(richer) >= total(value)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(instances().filter(lambda value: value["rules"] and legal(value)), st.data())
def test_a_rule_dropped_is_never_worse(value, data):
    dropped = data.draw(st.sampled_from(value["rules"]))

    assert total(value | {"rules": [rule for rule in value["rules"] if rule is not dropped]}) >= total(value)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(instances().filter(legal), st.sampled_from(Doctrine), st.data())
def test_to_keep_out_a_file_that_is_not_in_changes_nothing(value, doctrine, data):
    before = answer(value, doctrine)
    refused = sorted({one["id"] for one in value["applications"]} - {key for key, _ in before.get("selected", [])} - {*value["forced_in"]})
    if not refused:
        return

    after = answer(value | {"forced_out": [*value["forced_out"], data.draw(st.sampled_from(refused))]}, doctrine)

    assert after == before


@settings(max_examples=50, deadline=None, derandomize=True)
@given(instances(levels=False, soft=False).filter(legal), st.sampled_from(Doctrine), st.integers(2, 9))
def test_the_scale_of_scores_changes_nothing(value, doctrine, times):
    scaled = [
        one | {"score": f"{round(float(one['score']) * 100) * times // 100}.{round(float(one['score']) * 100) * times % 100:02d}"}
        for one in value["applications"]
    ]

    assert answer(value | {"applications": scaled}, doctrine).get("selected") == answer(value, doctrine).get("selected")


def total(value):
    """Points of the best selection, less than any when there is none."""
    found = answer(value)
    return Decimal(found["objective"] if found["status"] == "optimal" else "-Infinity")


# -- Time, and second thoughts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", BOTH)
@pytest.mark.parametrize("doctrine", Doctrine)
def test_without_time_nothing_is_said_to_be_proved(doctrine, solver):
    result = solve(Instance.from_dict(family("levels", 120, 1, cents=True)), doctrine, solver=solver, time_limit=0)

    assert (result.status, result.selection, result.gap) == (Status.BOUNDED, None, None)
    assert result.sentence.startswith("Aucune sélection n’a été trouvée dans le temps imparti.")


@pytest.mark.parametrize("doctrine", Doctrine)
def test_a_selection_that_is_not_proved_comes_with_its_distance_to_the_best(doctrine, monkeypatch):
    read = Instance.from_dict(family("envelopes", 60, 1, cents=True))
    best = solve(read, doctrine)
    stop_after_first_answer(monkeypatch)

    result = solve(read, doctrine)

    assert result.status is Status.BOUNDED
    assert result.gap >= 0
    if doctrine is Doctrine.SUM:
        assert result.objective <= best.objective <= result.bound == result.objective + result.gap


def stop_after_first_answer(monkeypatch):
    """The solver gives what it has found, and says that it had no time to prove it."""
    from scoring.selection.solvers import SolverAnswer
    from scoring.selection.solvers.tree_first import TreeFirst

    search = TreeFirst.maximise
    monkeypatch.setattr(TreeFirst, "maximise", lambda *arguments: SolverAnswer(search(*arguments).chosen, is_proven=False))


@pytest.mark.parametrize("solver", BOTH)
def test_what_is_called_off_stops(solver):
    asked = []

    with pytest.raises(Cancelled):
        solve(Instance.from_dict(family("levels", 700, 1, cents=True)), solver=solver, cancelled=lambda: asked.append(1) or len(asked) > 5)


# -- The result -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [family("places", 50, 1), instance(), instance(file("A"), rules=[count("a", min=1), amount("b", max=1)])])
@pytest.mark.parametrize("doctrine", Doctrine)
def test_a_result_is_read_back(value, doctrine):
    result = solve(Instance.from_dict(value), doctrine)

    assert Result.from_dict(result.to_dict()) == result


def test_an_empty_selection_is_not_the_absence_of_one():
    assert answer(instance(rules=[count("places", max=3)])) == {
        "status": "optimal",
        "objective": "0",
        "cost_cents": 0,
        "count": 0,
        "selected": [],
    }


def test_rules_that_cannot_hold_have_no_selection():
    result = solve(Instance.from_dict(instance(file("A", "1", 10), rules=[count("a", min=1), amount("b", max=9)])))

    assert (result.status, result.selection, result.objective, result.bound) == (Status.INFEASIBLE, None, None, None)
    assert result.sentence == "Les règles ne peuvent pas être tenues ensemble, d’après le solveur."


def test_the_largest_instance_that_is_read_is_answered_for():
    files = [
        file(f"A{number:05d}", f"{number % 2000 / 100:.2f}", 1000 + number, f"g{number % 50}", rank=number) for number in range(10_000)
    ]
    rules = [
        count("places", max=2000),
        *(count(f"r{number}", f"g{number % 50}", min=number % 7, max=190 + number) for number in range(499)),
    ]

    result = solve(Instance.from_dict(instance(*files, rules=rules)))

    assert (result.status, len(result.selection), result.objective) == (Status.PROVEN, 2000, 35990)
