"""All explanations of one result, as the command prints them."""

import json
import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.selection.explanations import waiting
from scoring.selection.explanations.explain import JuryMarks, explain, sureness
from scoring.selection.explanations.losses import IMPOSSIBLE, UNKNOWN
from scoring.selection.instance import Instance
from scoring.selection.result import WORDING
from scoring.selection.solve import Doctrine, Status, solve
from scoring.selection.solvers import CPSAT
from scoring.selection.watch import Cancelled
from tests.scoring.selection.cases import sample
from tests.scoring.selection.explanations.cases import TWO_PLACES, places, readable
from tests.scoring.selection.families import family
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.strategies import instances

KEYS = {"prices", "files", "waiting", "ties", "ties_known", "conflicts", "relaxations", "robustness", "wording"}


def explained(value, doctrine=Doctrine.SUM, **more):
    instance = Instance.from_dict(value)
    return explain(instance, solve(instance, doctrine), **more)


def written(value, doctrine=Doctrine.SUM, **more):
    return json.dumps(explained(value, doctrine, **more), ensure_ascii=False)


def test_everything_that_the_contract_names_is_there():
    found = explained(TWO_PLACES)

    assert found.keys() == KEYS
    assert found["prices"][1] == {
        "rule": "agri",
        "label": "agri",
        "points": "1",
        "marginal": None,
        "enters": ["B"],
        "leaves": ["C"],
        "looser": None,
        "proof": "resolve",
        "sentence": found["prices"][1]["sentence"],
        "proved": False,
    }
    assert found["prices"][0]["marginal"] == {"step": 1, "more": "14", "less": "-15", "enters": ["B"], "leaves": []}
    assert found["files"]["B"] == {
        "selected": False,
        "rules": ["agri"],
        "in_place": ["C"],
        "loss": "1",
        "rests_on": ["price:agri", "loss:B"],
        "sentence": found["files"]["B"]["sentence"],
        "proved": False,
    }
    assert [(row["leaves"], row["enters"]) for row in found["waiting"]["by_withdrawal"]] == [("A", ["B"]), ("C", ["D"])]
    assert (found["waiting"]["one_more"], found["ties"], found["robustness"]) == (["B"], [], None)


@settings(max_examples=50, deadline=None)
@given(instances(), st.sampled_from(Doctrine))
def test_every_file_has_a_sentence_and_every_loss_is_that_of_the_judge(value, doctrine):
    instance = readable(value)
    result = solve(instance, doctrine)

    found = explain(instance, result, full=True)["files"]

    if result.status is Status.INFEASIBLE:
        assert found == {}
        return
    judge = Oracle(value).flip_loss() if doctrine is Doctrine.SUM else {}
    losses = {key: judge[key] or IMPOSSIBLE if judge else UNKNOWN for key in found}
    selected = {one for one, _ in result.selection}
    assert {key: (one["selected"], bool(one["sentence"])) for key, one in found.items()} == {
        application.id: (application.id in selected, True) for application in instance.applications
    }
    assert {key: one["loss"] for key, one in found.items() if not one["selected"]} == {
        key: losses[key] for key, one in found.items() if not one["selected"]
    }


def test_a_loss_that_is_not_known_is_not_one_that_no_selection_has():
    """Of two refused files, one can be kept for 14 points, the other by no selection: known once sought."""
    value = family("envelopes", 12, seed=2)

    quick, sought = (explained(value, full=full)["files"] for full in (False, True))

    assert [(quick[key]["loss"], sought[key]["loss"]) for key in ("0880001H", "0540010H")] == [(UNKNOWN, "14"), (UNKNOWN, IMPOSSIBLE)]
    assert quick["0880001H"]["sentence"].endswith("Ce que coûterait de le retenir n’a pas été établi.")
    assert "Le retenir coûterait 14\u00a0points" in sought["0880001H"]["sentence"]
    assert sought["0540010H"]["sentence"].endswith("Aucune sélection ne peut le retenir avec ces règles.")


@pytest.mark.parametrize("doctrine", Doctrine)
@pytest.mark.parametrize("name", ["places", "envelopes"])
def test_the_same_input_gives_the_same_text_whatever_its_order(name, doctrine):
    value = family(name, 40, seed=2)
    shuffled = value | {"applications": random.Random(1).sample(value["applications"], 40)}

    assert written(shuffled, doctrine) == written(value, doctrine)


@pytest.mark.parametrize("doctrine", Doctrine)
def test_both_solvers_say_the_same_of_rules_waiting_list_and_ties(doctrine):
    instance = Instance.from_dict(family("places", 40, seed=3))
    result = solve(instance, doctrine)

    found = [explain(instance, one) for one in (result, solve(instance, doctrine, solver=CPSAT))]

    assert [found[1][key] for key in ("prices", "waiting", "ties")] == [found[0][key] for key in ("prices", "waiting", "ties")]
    assert [{key: one["loss"] for key, one in some["files"].items()} for some in found] == [
        {key: one["loss"] for key, one in found[0]["files"].items()}
    ] * 2


def test_a_waiting_list_is_the_same_searched_or_enumerated(monkeypatch):
    value = family("envelopes", 40, seed=4)
    enumerated = explained(value, Doctrine.MERIT)["waiting"]
    monkeypatch.setattr(waiting, "MOST_ENUMERATED", 0)

    assert explained(value, Doctrine.MERIT)["waiting"] == enumerated


def test_impossible_rules_give_contradictions_and_ways_out():
    value = TWO_PLACES | {"rules": [places(1), *TWO_PLACES["rules"][1:], {"id": "priv", "measure": "count", "scope": "priv", "min": 1}]}

    found = explained(value)

    assert (found["files"], found["prices"]) == ({}, [])
    assert [one["sides"] for one in found["conflicts"]] == [["places:max", "agri:min", "priv:min"]]
    assert [(one["cost"], one["steps"]) for one in found["relaxations"]] == [
        ("1", [{"side": "priv:min", "by": 1, "from": 1, "to": 0}]),
        ("1", [{"side": "agri:min", "by": 1, "from": 1, "to": 0}]),
    ]


@pytest.mark.parametrize("solver", ["highs", CPSAT])
@pytest.mark.parametrize(
    ("more", "ways"),
    [({}, ["Il suffirait de ramener le minimum de 1\u00a0€ à 0\u00a0€."]), ({"negotiable": False}, [])],
    ids=["free", "fixed"],
)
def test_a_minimum_of_money_when_nobody_applies(solver, more, ways):
    instance = Instance.from_dict({"applications": [], "rules": [{"id": "money", "measure": "amount", "min": 100} | more]})

    found = explain(instance, solve(instance, solver=solver))

    assert [one["sentence"] for one in found["conflicts"]] == ["Aucune sélection ne respecte le minimum de 1\u00a0€."]
    assert [one["sentence"] for one in found["relaxations"]] == ways


def test_time_that_is_over_leaves_what_arithmetic_says():
    found = explained(family("envelopes", 40, seed=2), seconds=0)

    assert {one["points"] for one in found["prices"]} == {None}
    assert (found["ties"], found["ties_known"]) == ([], False)
    assert all(one["sentence"] for one in [*found["prices"], *found["files"].values()])


def test_progress_goes_from_the_first_step_to_the_last():
    told = []

    explained(TWO_PLACES, progress=lambda done, total, note: told.append((done, total, note)), panel=JuryMarks({}, {}, draws=2))

    assert [done for done, _, _ in told] == list(range(1, told[-1][1] + 1))
    assert list(dict.fromkeys(note for _, _, note in told)) == [
        "Prix des règles",
        "Égalités",
        "Raisons des dossiers",
        "Liste complémentaire",
        "Tirages des notes",
    ]


def test_a_computation_called_off_stops():
    with pytest.raises(Cancelled):
        explained(family("envelopes", 40, seed=2), cancelled=lambda: True)


def test_a_result_of_another_instance_is_refused():
    result = solve(Instance.from_dict(TWO_PLACES | {"rules": []}))

    with pytest.raises(ValueError, match="another instance"):
        explain(Instance.from_dict(TWO_PLACES), result)


def test_how_sure_each_place_is():
    marks = {"B": [("region", Decimal(8)), ("draaf", Decimal(20))], "C": [("region", Decimal(13))]}

    found = explained(TWO_PLACES | {"rules": [places(2)]}, panel=JuryMarks(marks, {}, draws=100, seed=1))["robustness"]

    assert (found["draws"], found["selected"]["A"], found["files"]["A"]["band"]) == (100, "1.0000", "sure")
    assert found["files"]["A"]["sentence"].replace("\u00a0", " ") == "Retenu dans 100 % des tirages des notes : place sûre."
    assert Decimal(found["selected"]["B"]) + Decimal(found["files"]["C"]["share"]) == 1
    assert (
        found["sentence"].replace("\u00a0", " ") == "Sur 2 dossiers retenus : 1 sûr, 1 fragile et 0 de justesse, en 100 tirages des notes."
    )


def test_how_sure_each_place_is_may_be_asked_alone():
    value = TWO_PLACES | {"rules": [places(2)]}
    instance, panel, told = Instance.from_dict(value), JuryMarks({"B": [("region", Decimal(8)), ("draaf", Decimal(20))]}, {}, draws=3), []

    found = sureness(instance, solve(instance), panel, progress=lambda *step: told.append(step))

    assert found == explained(value, panel=panel)["robustness"]
    assert told == [(1, 3, "Tirages des notes"), (2, 3, "Tirages des notes"), (3, 3, "Tirages des notes")]


def test_nothing_is_explained_of_a_selection_that_was_not_found(monkeypatch):
    instance = Instance.from_dict(TWO_PLACES)
    result = solve(instance, time_limit=0)
    assert (result.status, result.selection) == (Status.BOUNDED, None)

    assert explain(instance, result) == {
        "prices": [],
        "files": {},
        "waiting": {"by_withdrawal": [], "one_more": [], "rests_on": [], "sentence": "", "proved": True},
        "ties": [],
        "ties_known": False,
        "conflicts": [],
        "relaxations": [],
        "robustness": None,
        "wording": WORDING,
    }


def test_a_selection_that_is_not_proved_has_no_price_and_says_where_it_was_left():
    instance = Instance.from_dict(TWO_PLACES)
    found_so_far = replace(solve(instance), status=Status.BOUNDED, selection=(("B", "full"), ("D", "full")))

    found = explain(instance, found_so_far)

    assert (found["prices"], found["ties"], {one["loss"] for one in found["files"].values()}) == ([], [], {UNKNOWN})
    assert {key: one["sentence"].replace("\u00a0", " ") for key, one in found["files"].items()} == {
        "A": "Écarté, mais l’échange avec B (14,00) améliorerait la sélection : le calcul s’est arrêté avant la meilleure.",
        "B": "Retenu, mais l’échange avec A (15,00) améliorerait la sélection : le calcul s’est arrêté avant la meilleure.",
        "C": "Écarté, mais l’échange avec D (12,00) améliorerait la sélection : le calcul s’est arrêté avant la meilleure.",
        "D": "Retenu, mais l’échange avec C (13,00) améliorerait la sélection : le calcul s’est arrêté avant la meilleure.",
    }


@pytest.mark.official
@pytest.mark.parametrize("name", ["s01_tiny", "s03_levels", "s04_places_230"])
def test_the_samples_are_explained_as_they_were_proved(name):
    value = sample(name)
    expected = value["expected"]

    found = explained(value, full=True)

    assert {one["rule"]: one["points"] for one in found["prices"]} == expected["rule_price"]
    assert {row["leaves"]: row["enters"] for row in found["waiting"]["by_withdrawal"]} == expected["replacement"]
    losses = {key: one["loss"] for key, one in found["files"].items() if key in expected["flip_loss"] and not one["selected"]}
    assert losses == {key: expected["flip_loss"][key] or IMPOSSIBLE for key in losses}
    tied = {one["id"] for one in found["ties"]}
    assert {key: key in tied for key in expected["flip_loss"]} == {key: loss == "0" for key, loss in expected["flip_loss"].items()}
