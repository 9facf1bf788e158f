"""What is explained is proved like the answer: never wrong where it says so, and what is altered is refused."""

import copy
import json
import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.text.canonical import canonical
from scoring.selection.explanations.case import Case
from scoring.selection.explanations.conflicts import Feasibility
from scoring.selection.instance import Instance
from scoring.selection.proof.check_selection import check
from scoring.selection.proof.explained import FOLLOWS, Audit
from scoring.selection.result import ACCEPTED, PARTLY, REFUSED, Doctrine
from tests.scoring.selection.cases import amount, count, file, instance, legal
from tests.scoring.selection.explanations.cases import TWO_PLACES
from tests.scoring.selection.families import family
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.proof.answers import explained
from tests.scoring.selection.strategies import impossible, instances

DOCTRINES = list(Doctrine)
EXAMPLE = Path(__file__).parents[4] / "docs" / "examples" / "huit-dossiers.json"
IMPOSSIBLE = instance(
    file("A", "15", 300, "agri"), file("B", "14", 200, "agri"), file("C", "13", 200),
    rules=[amount("money", max=450), count("agri", "agri", min=2), count("places", max=2)], forced_in=["C"],
)  # fmt: skip


def audit(value, printed):
    return Audit(Instance.from_dict(value).to_dict(), printed)


@settings(max_examples=40, deadline=None)
@given(st.one_of(instances(sizes=(0, 6)), impossible()), st.sampled_from(DOCTRINES))
def test_every_explanation_of_a_small_call_is_proved_and_right(value, doctrine):
    if not legal(value):
        return
    printed = explained(value, doctrine, full=True)

    assert set(audit(value, printed).verdicts().values()) <= {ACCEPTED}
    assert audit(value, printed).found() == ACCEPTED
    told, judge = printed["explanations"], Oracle(value)
    if printed["selected"] is None:
        assert all(sorted(one["sides"]) in judge.minimal_conflicts() for one in told["conflicts"])
        assert [Decimal(one["cost"]) for one in told["relaxations"][:1]] == (
            [] if judge.relaxation() is None else [judge.relaxation_cost()]
        )
        return
    assert {row["leaves"]: row["enters"] and sorted(row["enters"]) for row in told["waiting"]["by_withdrawal"]} == judge.replacement(
        doctrine.value
    )
    if doctrine is Doctrine.SUM:
        assert {row["rule"]: row["points"] for row in told["prices"]} == judge.rule_price()
        assert {row["id"] for row in told["ties"]} == set(judge.tied())
        losses = judge.flip_loss()
        assert all(row["loss"] in ("unknown", losses[key] or "impossible") for key, row in told["files"].items())


@pytest.mark.parametrize("doctrine", DOCTRINES)
def test_all_that_is_said_of_the_worked_example_is_proved(doctrine):
    value = json.loads(EXAMPLE.read_text("utf-8"))

    printed = explained(value, doctrine, full=True)

    assert audit(value, printed).found() == ACCEPTED
    assert all(row["proved"] for row, _ in audit(value, printed).rows())


def test_a_rule_on_which_the_tree_of_the_answer_does_not_rest_costs_nothing_by_that_tree():
    value = family("places", 120, seed=3)

    claims = explained(value)["proof"]["explanations"]

    assert sum(claim["steps"] == FOLLOWS for key, claim in claims.items() if key.startswith("price:")) > 3
    assert audit(value, explained(value)).verdicts()["price:private"] == ACCEPTED


def test_a_selection_that_a_solver_swears_to_be_the_best_without_a_rule_is_corrected(monkeypatch):
    """The searches of explanations give back what they start from: prices, places and losses are those of the proof."""
    value = family("envelopes", 14, seed=3)
    right = explained(value)["explanations"]
    monkeypatch.setattr(Case, "best", lambda case, ladder: ladder.chosen)

    found = explained(value)

    assert audit(value, found).found() == ACCEPTED
    assert [row["points"] for row in found["explanations"]["prices"]] == [row["points"] for row in right["prices"]]
    assert any(row["points"] != "0" for row in right["prices"])


def test_a_conflict_that_some_selection_keeps_is_not_told(monkeypatch):
    monkeypatch.setattr(Feasibility, "suspects", lambda question, sides: sides[:1])

    printed = explained(IMPOSSIBLE)

    assert printed["explanations"]["conflicts"] == []


def test_without_time_all_rests_on_the_solver_but_what_is_added_up():
    printed = explained(TWO_PLACES, seconds=0)

    assert audit(TWO_PLACES, printed).found() == PARTLY
    assert {row["proved"] for row in printed["explanations"]["prices"]} == {False}
    assert {key: row["proved"] for key, row in printed["explanations"]["files"].items()} == {"A": True, "B": False, "C": False, "D": False}
    assert printed["proof"]["verdict"] == ACCEPTED


def figures(told):
    """Where explanations give a figure or name somebody: (the row, its key, others that it could be)."""
    for row in told["prices"]:
        yield from ((row, key, ("7.25", "-1")) for key in ("points",) if row["points"] is not None)
        yield from ((row, key, (["P0"], [])) for key in ("enters", "leaves") if row[key])
        for other in filter(None, (row["marginal"], row["looser"])):
            yield from ((other, key, ("7.25", "-2")) for key in ("more", "less", "points") if other.get(key) is not None)
            yield from ((other, key, (["P0"], [])) for key in ("enters", "leaves") if other[key])
    yield from ((row, "enters", (["P0"], [] if row["enters"] is None else None)) for row in told["waiting"]["by_withdrawal"])
    yield from ((row, "loss", ("7.25", "impossible")) for row in told["files"].values() if row["loss"] not in ("unknown", "impossible"))
    yield from ((row, "loss", ("7.25", "0")) for row in told["files"].values() if row["loss"] == "impossible")
    yield from ((row, "sides", (row["sides"][1:], [*row["sides"], "places:max"])) for row in told["conflicts"])
    yield from ((row, "cost", ("0", "7")) for row in told["relaxations"])
    yield from ((row["steps"][0], "by", (0, 10**9)) for row in told["relaxations"])
    yield from ((step, end, (10**12,)) for row in told["relaxations"] for step in row["steps"] for end in ("from", "to"))
    yield from ((row, "selected", (not row["selected"],)) for row in told["files"].values())


@pytest.mark.parametrize("doctrine", DOCTRINES)
@pytest.mark.parametrize("value", [TWO_PLACES, IMPOSSIBLE, family("envelopes", 9, seed=4)], ids=["places", "impossible", "envelopes"])
def test_a_figure_that_is_altered_is_refused(value, doctrine):
    printed = explained(value, doctrine)
    assert audit(value, printed).found() == ACCEPTED
    places = list(figures(printed["explanations"]))
    assert places

    for row, key, others in places:
        kept = row[key]
        for other in others:
            row[key] = other
            assert audit(value, printed).found() == REFUSED, (row, key, other)
        row[key] = kept
    assert audit(value, printed).found() == ACCEPTED


@pytest.mark.parametrize("doctrine", DOCTRINES)
@pytest.mark.parametrize("value", [TWO_PLACES, IMPOSSIBLE], ids=["places", "impossible"])
def test_a_claim_taken_away_or_put_in_place_of_another_is_seen(value, doctrine):
    printed = explained(value, doctrine)
    claims = printed["proof"]["explanations"]

    for key, claim in list(claims.items()):
        other = copy.deepcopy(printed)
        del other["proof"]["explanations"][key]
        told = [name for _, keys in audit(value, other).rows() for name in keys]
        said = key in told or key.replace("more:", "margin:").replace("less:", "margin:") in told
        assert audit(value, other).found() == (REFUSED if said else PARTLY)  # where a sentence says that it is proved
        for row, _ in audit(value, other).rows():
            row["proved"] = False
        assert audit(value, other).found() == PARTLY
        for stolen in claims.values():
            other["proof"]["explanations"][key] = stolen
            assert (audit(value, other).found() == ACCEPTED) == (stolen == claim)


@pytest.mark.parametrize("doctrine", DOCTRINES)
def test_no_alteration_of_a_tree_makes_it_raise(doctrine):
    value, chance = family("envelopes", 9, seed=5), random.Random(3)
    printed = explained(value, doctrine)
    text = json.dumps(printed["proof"]["explanations"])
    places = [place for place, sign in enumerate(text) if sign.isdigit()]

    found = set()
    for _ in range(25):
        place = chance.choice(places)
        altered = f"{text[:place]}{chance.randrange(10)}{text[place + 1 :]}"
        try:
            claims = json.loads(altered)
        except ValueError:
            continue
        found.add(audit(value, printed | {"proof": printed["proof"] | {"explanations": claims}}).found())

    assert REFUSED in found


@pytest.mark.parametrize("doctrine", DOCTRINES)
@pytest.mark.parametrize("value", [TWO_PLACES, IMPOSSIBLE], ids=["places", "impossible"])
def test_each_claim_is_two_files_for_the_checker_alone(value, doctrine):
    printed = explained(value, doctrine)
    reader = audit(value, printed)

    for key in printed["proof"]["explanations"]:
        code, sentence = check(*(canonical(one) for one in reader.derived(key)))

        assert code in (ACCEPTED, PARTLY), (key, sentence)
        assert key.partition(":")[0] not in ("price", "conflict", "withdrawal") or "points" not in sentence
