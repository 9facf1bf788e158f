"""The certificate, and the verification that believes nobody."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings

from scoring.selection.instance import Instance
from scoring.selection.solve import Doctrine, Status, solve
from scoring.selection.verify import verify
from tests.scoring.selection.cases import amount, count, file, instance, legal
from tests.scoring.selection.families import FAMILIES, family
from tests.scoring.selection.oracle import Oracle
from tests.scoring.selection.strategies import instances

PLACES = Instance.from_dict(family("places", 50, 1))


def change(certificate, **changes):
    return {**certificate, **changes}


@settings(max_examples=120, deadline=None, derandomize=True)
@given(instances().filter(legal))
def test_what_was_proved_is_found_again(value):
    read = Instance.from_dict(value)
    result = solve(read)
    if result.status is Status.INFEASIBLE:
        return

    report = verify(read, result.selection, json.loads(json.dumps(result.certificate)))

    assert (report.problems, report.objective, report.cost_cents) == ((), result.objective, result.cost_cents)
    assert report.bound >= report.objective


@settings(max_examples=120, deadline=None, derandomize=True)
@given(instances(sizes=(2, 7)).filter(legal))
def test_a_file_said_to_be_in_or_out_is_so_in_every_best_selection(value):
    result, losses = solve(Instance.from_dict(value)), Oracle(value)
    if result.status is Status.INFEASIBLE:
        return

    flips = losses.flip_loss()

    sure = {*result.certificate["always_in"], *result.certificate["always_out"]}
    assert not [key for key in sure if flips[key] == "0"]
    assert result.certificate["open"] == len(value["applications"]) - len(sure)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_bound_leaves_little_room(name):
    read = Instance.from_dict(family(name, 60, 2))
    result = solve(read, solver="cpsat")

    report = verify(read, result.selection, result.certificate)

    assert report.is_valid
    assert report.gap == Decimal(result.certificate["gap"])
    assert 0 <= report.gap <= report.objective / 50


def test_a_gap_of_zero_proves_without_any_solver():
    result = solve(PLACES)

    report = verify(PLACES, result.selection, result.certificate)

    assert (report.is_best, report.gap) == (True, 0)


def test_the_order_of_merit_is_verified_on_its_rules():
    result = solve(PLACES, Doctrine.MERIT)

    report = verify(PLACES, result.selection, result.certificate)

    assert (report.is_valid, report.is_best, report.bound) == (True, False, None)


@pytest.mark.parametrize("levels", [[["12", "12"]], [["12", "13"], ["11", "0"]], None, [["12"]], "12"])
def test_tampered_levels_are_found_out(levels):
    read = Instance.from_dict(instance(file("A", "12"), file("B", "11"), rules=[count("places", max=1)]))
    result = solve(read, Doctrine.MERIT)
    assert verify(read, result.selection, result.certificate).is_valid

    assert not verify(read, result.selection, change(result.certificate, levels=levels)).is_valid


def test_a_certificate_without_its_weights_is_refused():
    read = Instance.from_dict(instance(file("A", "12"), file("B", "11"), rules=[count("places", max=1)]))
    result = solve(read)

    assert not verify(read, result.selection, {key: value for key, value in result.certificate.items() if key != "multipliers"}).is_valid


def test_a_weaker_selection_is_not_the_best():
    read = Instance.from_dict(instance(file("A", "12"), file("B", "11"), rules=[count("places", max=1)]))
    certificate = solve(read).certificate

    report = verify(read, [("B", "full")], certificate)

    assert (report.is_best, report.gap) == (False, 1)


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        ([("A", "full"), ("B", "full")], "places : 2 dossiers, 1 au plus. C’est 1 dossier de trop."),
        ([("A", "half")], "Le dossier « A » n’a pas d’option « half »."),
        ([("Z", "full")], "Le dossier « Z » n’a pas d’option « full »."),
        ([("A", "full"), ("A", "full")], "Le dossier « A » est retenu 2 fois."),
    ],
)
def test_an_illegal_selection_is_said_to_be_so(selection, said):
    read = Instance.from_dict(instance(file("A", "12"), file("B", "11"), rules=[count("places", max=1)]))

    assert [problem.replace("\u00a0", " ") for problem in verify(read, selection, {}).problems] == [said]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bound": "3"}, "La borne annoncée n’est pas celle que donnent les poids."),
        ({"multipliers": {"ghost:min": "1"}}, "Le certificat pèse une règle inconnue : ghost:min."),
        ({"multipliers": {"places:max": "-1"}}, "Le poids de la règle « places » n’est pas permis."),
        ({"multipliers": {"soft:min": "2.01"}}, "Le poids de la règle « soft » n’est pas permis."),
        ({"multipliers": {"places:max": "much"}}, "Le certificat ne peut pas être lu."),
        ({"multipliers": {"places:max": 1.5}}, "Le certificat ne peut pas être lu."),
        ({"multipliers": {"places:max": "Infinity"}}, "Le certificat ne peut pas être lu."),
        ({"multipliers": [1]}, "Le certificat ne peut pas être lu."),
        ({"always_in": None}, "Le certificat ne peut pas être lu."),
        ({"always_out": [3]}, "Le certificat ne peut pas être lu."),
        ({"gap": "0.5"}, "L’écart annoncé n’est pas celui de la borne."),
        ({"open": 9}, "Le nombre de dossiers laissés ouverts n’est pas le bon."),
        ({"always_in": ["B"]}, "Le sort du dossier « B » n’est pas prouvé."),
        ({"always_out": ["A", "Z"]}, "Le sort du dossier « A » n’est pas prouvé."),
    ],
)
def test_a_tampered_certificate_is_found_out(changes, said):
    rules = [count("places", max=1), count("soft", "g", min=1, penalty="2")]
    read = Instance.from_dict(instance(file("A", "12"), file("B", "11"), file("C", "2", 1, "g"), rules=rules))
    result = solve(read)

    report = verify(read, result.selection, change(result.certificate, **changes))

    assert report.problems[0].replace("\u00a0", " ") == said


def test_a_total_beyond_the_bound_is_found_out():
    read = Instance.from_dict(instance(file("A", "12", 10), rules=[amount("envelope", max=10)]))

    report = verify(read, [("A", "full")], {"multipliers": {"envelope:max": "0"}, "bound": "12"})

    assert (report.is_best, report.objective, report.bound) == (True, 12, 12)
