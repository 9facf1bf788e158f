"""The checker alone: what it accepts can be added up by hand, what is altered is refused, and it is one file that anybody may run."""

import ast
import copy
import json
import random
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from portal.text.canonical import canonical
from scoring.selection.instance import Instance
from scoring.selection.proof import check_selection
from scoring.selection.result import ACCEPTED, PARTLY, REFUSED, Doctrine
from tests.scoring.selection.cases import amount, count, file, instance
from tests.scoring.selection.families import family
from tests.scoring.selection.proof.answers import proved, verdict

SMALL = instance(
    file("A", "15", 300), file("B", "14", 200, "agri"), file("C", "13", 200), file("D", "12", 100, "agri"),
    rules=[amount("money", max=500), count("agri", "agri", min=1)],
)  # fmt: skip


def answer(selected, score, cents, steps):
    """A result as it is printed, with a proof written by hand."""
    digest = Instance.from_dict(SMALL).digest
    return {
        "status": "proven", "doctrine": "sum", "selected": selected, "count": len(selected), "objective": score, "cost_cents": cents,
        "bound": score, "gap": "0", "digest": digest, "proof": {"steps": steps},
    }  # fmt: skip


def test_a_proof_written_with_a_pencil():
    """Rows: 0, at most 500 cents (a line of 100 cents each); 1, one agricultural lycée; 2, 39 points; 3, at most 500 cents.

    Score: at 5 points for 100 cents, A is worth 0, B 4, C 3, D 7, and 5 lines of 100 are left to pay: 14 + 25 = 39 at most.
    Cost: at 15 cents a point, B is worth 10 and D 80, less 39 × 15: less than -400. Order: A in, at 7 points for 100 cents, is too dear.
    """
    steps = {"score": {"tree": [["B", 1, 0, 5]]}, "cost": {"tree": [["B", 1, 2, 15]]}, "order": {"tree": [["B", 0, 2, 1, 0, 7]]}}
    best = [["B", "full"], ["C", "full"], ["D", "full"]]

    assert verdict(SMALL, answer(best, "39", 500, steps)) == ACCEPTED
    assert verdict(SMALL, answer(best, "39", 500, steps | {"score": {"tree": [["B", 1, 0, 7]]}})) == REFUSED
    assert verdict(SMALL, answer(best, "39", 500, steps | {"order": {"tree": []}})) == REFUSED


def test_a_selection_that_is_not_the_best_has_no_proof():
    second = answer([["A", "full"], ["B", "full"]], "29", 500, proved(SMALL).to_dict()["proof"]["steps"])

    assert verdict(SMALL, second) == REFUSED


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("selected", [["A", "full"], ["A", "full"]]),
        ("selected", [["A", None]]),
        ("selected", [["Z", "full"]]),
        ("selected", [["A", "full"], ["C", "full"]]),
        ("selected", None),
        ("objective", "39.5"),
        ("objective", "39.1"),
        ("objective", "1e99999999"),
        ("cost_cents", 499),
        ("count", 4),
        ("bound", "40"),
        ("gap", "1"),
        ("digest", "0" * 64),
        ("status", "infeasible"),
        ("proof", None),
        ("proof", {"steps": {"score": {"tree": [["B", 1, 0, -1]]}}}),
        ("proof", {"steps": {"score": {"tree": [["B", 0.5]]}}}),
        ("proof", {"steps": {"score": {"tree": [["B", 1, 99, 1]]}}}),
        ("proof", {"steps": {"score": {"tree": [["B", 10**80]]}}}),
        ("proof", {"steps": {"score": {"tree": [["G", 0, 1.5]]}}}),
        ("proof", {"steps": {"score": {"tree": [["B", 1, 0, float("nan")]]}}}),
        ("proof", {"steps": {"score": {"tree": [["G", 0, float("nan")], ["B", 0, 2, 1], ["B", 0, 2, 1]]}}}),
        ("proof", {"steps": {"score": {"target": float("inf"), "tree": [["B", 1]]}}}),
        ("proof", {"steps": {"score": {"tree": [["X"]]}}}),
        ("proof", {"steps": {"score": {"tree": [[]]}}}),
        ("proof", {"steps": {"score": {"tree": []}}}),
    ],
)
def test_what_is_altered_is_refused(key, value):
    printed = proved(SMALL).to_dict() | {key: value}

    assert verdict(SMALL, printed) == REFUSED


MERIT = proved(SMALL, Doctrine.MERIT).to_dict()


@pytest.mark.parametrize(
    "said",
    [
        {"doctrine": "lottery"},
        {"status": "certain"},
        {"bound": "999"},
        {"gap": "1"},
        {"status": "bounded", "bound": "999", "gap": "939.5"},
        {"status": "bounded", "bound": None, "gap": None},
        {"status": "infeasible"},
        {"status": "infeasible", "selected": None},
    ],
)
def test_nothing_more_is_claimed_in_order_of_merit_than_what_is_proved(said):
    assert verdict(SMALL, MERIT) == ACCEPTED
    assert verdict(SMALL, MERIT | said) == REFUSED


def test_a_rule_of_an_unknown_measure_is_not_read_as_another():
    altered = copy.deepcopy(Instance.from_dict(SMALL).to_dict())
    altered["rules"][1]["measure"] = "countt"
    text = canonical(altered)

    assert check_selection.check(text, json.dumps(MERIT | {"digest": sha256(text.encode()).hexdigest()}))[0] == REFUSED


def test_a_step_left_out_rests_on_the_solver():
    printed = proved(SMALL).to_dict()
    del printed["proof"]["steps"]["cost"]

    assert verdict(SMALL, printed) == PARTLY


def altered(value, chance):
    """One number or text of a proof or a result changed, at random."""
    changed = copy.deepcopy(value)
    places = []

    def walk(node, path):
        for key in node if isinstance(node, dict) else range(len(node)):
            if isinstance(node[key], dict | list):
                walk(node[key], (*path, key))
            else:
                places.append((*path, key))

    walk(changed, ())
    *path, last = chance.choice([place for place in places if place[0] in ("selected", "proof", "objective", "cost_cents", "count", "gap")])
    node = changed
    for key in path:
        node = node[key]
    old = node[last]
    node[last] = chance.choice([old + 1, max(0, old - 1), old * 2 + 1, -1, 2**300, 0.5, None, "x"]) if isinstance(old, int) else "P0000"
    return changed


@pytest.mark.parametrize("doctrine", list(Doctrine))
def test_no_alteration_is_accepted_for_another_selection_or_makes_it_raise(doctrine):
    """An altered weight may still prove the same thing; an altered answer never passes."""
    value, chance = family("envelopes", 25, 4), random.Random(7)
    printed = proved(value, doctrine).to_dict()
    told = ("selected", "objective", "cost_cents", "count", "gap", "status")

    for _ in range(150):
        other = altered(printed, chance)
        code = verdict(value, other)
        assert code in (ACCEPTED, REFUSED, PARTLY)
        assert code != ACCEPTED or all(other[key] == printed[key] for key in told)


def test_an_altered_instance_is_another_instance():
    printed = proved(SMALL).to_dict()
    other = copy.deepcopy(SMALL)
    other["applications"][0]["score"] = "15.5"

    assert verdict(other, printed) == REFUSED


@pytest.mark.parametrize(("change", "code"), [({}, 0), ({"objective": "40"}, 1), ({"proof": {"steps": {}}}, 3)])
def test_anybody_may_run_it_with_python_alone(tmp_path, change, code):
    (tmp_path / "instance.json").write_text(canonical(Instance.from_dict(SMALL).to_dict()), encoding="utf-8")
    (tmp_path / "result.json").write_text(json.dumps(proved(SMALL).to_dict() | change), encoding="utf-8")
    (tmp_path / "check.py").write_bytes(Path(check_selection.__file__).read_bytes())

    ran = subprocess.run(
        [sys.executable, "-I", "-S", "check.py", "instance.json", "result.json"], cwd=tmp_path, capture_output=True, text=True
    )

    assert (ran.returncode, ran.stderr) == (code, "")
    assert ran.stdout.startswith({0: "Prouvé :", 1: "Refusé :", 3: "La sélection tient les règles ; d’après le solveur"}[code])


@pytest.mark.parametrize(
    "given", [[], ["instance.json"], ["instance.json"] * 3, ["instance.json", "absent.json"], ["instance.json", "latin.json"]]
)
def test_without_two_files_that_can_be_read_it_says_how_it_is_used(tmp_path, given):
    """Not a refusal of the proof, which is 1: nothing was checked."""
    (tmp_path / "instance.json").write_text("{}", encoding="utf-8")
    (tmp_path / "latin.json").write_bytes("é".encode("latin-1"))

    ran = subprocess.run(
        [sys.executable, "-I", "-S", check_selection.__file__, *given], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8"
    )

    assert (ran.returncode, ran.stderr) == (2, "")
    assert ran.stdout.startswith("Emploi : python check_selection.py INSTANCE.json RESULTAT.json")


def test_what_rests_on_a_solver_is_said_in_french():
    printed = proved(SMALL).to_dict()
    printed["proof"]["steps"] = {}

    code, told = check_selection.check(canonical(Instance.from_dict(SMALL).to_dict()), json.dumps(printed))

    assert code == PARTLY
    assert told == "La sélection tient les règles ; d’après le solveur seulement : le total, le coût, l’ordre de dépôt."


def test_it_is_short_and_needs_nothing():
    """What one has to read to believe it: 150 lines of code, imports and words included, blank lines and docstrings aside."""
    text = Path(check_selection.__file__).read_text("utf-8")
    tree = ast.parse(text)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)]
    told = {line for node in nodes for line in range(node.body[0].lineno, node.body[0].end_lineno + 1)}
    lines = [line for number, line in enumerate(text.splitlines(), 1) if line.strip() and number not in told]
    imported = {alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    ast.parse(text, feature_version=(3, 9))  # what the machines of those who check have
    assert not [one for one in ast.walk(tree) if isinstance(one, ast.keyword) and one.arg == "strict"]  # not before 3.10
    assert imported <= sys.stdlib_module_names
    assert len(lines) <= 150
    assert max(map(len, lines)) <= 140
