"""The example of docs/selection.md: every figure of its tables is worked out again, by the optimiser and by enumeration.

A table row is written here from the computed values and looked for in the page, so that neither can change alone.
"""

import json
from copy import deepcopy
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from scoring.selection.explanations.explain import explain
from scoring.selection.gauges import Gauge, figures, gauges
from scoring.selection.instance import Instance
from scoring.selection.proof.check_selection import check
from scoring.selection.ranked_list import Limits, ListedFile, ranked_list
from scoring.selection.solve import Doctrine, solve
from scoring.selection.verify import verify
from tests.scoring.selection.oracle import Oracle

DOCS = Path(__file__).resolve().parents[3] / "docs"
EXAMPLE = json.loads((DOCS / "examples" / "huit-dossiers.json").read_text())
PAGE = (DOCS / "selection.md").read_text().replace("\u00a0", " ")
LINES = PAGE.splitlines()
WEIGHTS = {"places:max": "6", "enveloppe:max": "0.000002", "agricoles:min": "11.5"}  # points per place, per cent, per lycée
THOUSAND = 100_000  # cents


@pytest.fixture(scope="module")
def instance():
    return Instance.from_dict(EXAMPLE)


@pytest.fixture(scope="module")
def oracle():
    return Oracle(EXAMPLE)


def fr(value, places=1) -> str:
    """A number as the page writes it."""
    text = f"{abs(Decimal(value)):.{places}f}".replace(".", ",")
    return f"−{text}" if Decimal(value) < 0 else text


def euros(cents: int) -> str:
    return f"{cents // 100:,} €".replace(",", " ")


def letters(pairs) -> str:
    return ", ".join(key for key, _ in pairs)


def changed(rule: str, bound: str, value: int) -> Oracle:
    other = deepcopy(EXAMPLE)
    next(one for one in other["rules"] if one["id"] == rule)[bound] = value
    return Oracle(other)


def test_files_are_those_of_the_page():
    rows = [
        f"| {f['id']} | {fr(f['score'])} | {euros(f['amounts']['investissement'])} | {'agricole ' if f['groups'] else ''}|"
        for f in EXAMPLE["applications"]
    ]

    assert [row for row in rows if row not in LINES] == []


def test_permitted_selections_are_the_nineteen_of_the_page(oracle):
    allowed = [frozenset(key for key, _ in oracle.selected(row)) for row in np.flatnonzero(oracle.keeps())]

    by_pair = {pair: [one for one in allowed if one & set("EFG") == set(pair)] for pair in ("EF", "EG", "FG", "EFG")}
    assert ({pair: len(found) for pair, found in by_pair.items()}, len(oracle.choice)) == ({"EF": 8, "EG": 1, "FG": 10, "EFG": 0}, 256)
    assert "Soit 8 + 1 + 10 = **19 sélections permises** sur 256." in PAGE
    score = {f["id"]: Decimal(f["score"]) for f in EXAMPLE["applications"]}
    best = {pair: max((sum(score[key] for key in one) for one in found), default=None) for pair, found in by_pair.items()}
    others = {pair: sorted("".join(sorted(one - set(pair))) for one in found) for pair, found in by_pair.items()}
    assert best == {"EF": 60, "EG": Decimal("26.5"), "FG": Decimal("59.5"), "EFG": None}
    assert others == {
        "EF": ["", "A", "B", "BD", "C", "CD", "D", "H"],
        "EG": [""],
        "FG": ["", "A", "AD", "B", "BD", "C", "CD", "D", "DH", "H"],
        "EFG": [],
    }


@pytest.mark.parametrize(("doctrine", "name"), [(Doctrine.SUM, "total des notes"), (Doctrine.MERIT, "ordre de mérite")])
def test_each_doctrine_gives_its_row(instance, oracle, doctrine, name):
    result = solve(instance, doctrine)
    told = figures(instance, result.selection)

    assert [list(pair) for pair in result.selection] == oracle.selected(oracle.best(doctrine.value))
    assert result.cost_cents == 20_000_000
    assert (
        f"| {name} | {letters(result.selection)} | {fr(result.objective)} | {fr(told['mean'], 2)} "
        f"| {fr(told['lowest_selected'])} | {fr(told['highest_refused'])} |" in LINES
    )


def test_the_ranked_list_is_that_of_the_page(instance):
    files = [
        ListedFile(f["id"], f["rank"], Decimal(f["score"]), Decimal(f["amounts"]["investissement"]) / 100) for f in EXAMPLE["applications"]
    ]
    chosen = [line.file for line in ranked_list(files, Limits(Decimal(200_000), places=4)) if line.is_selected]
    states = {gauge["rule"]: gauge["state"] for gauge in map(Gauge.to_dict, gauges(instance, [(file.key, "full") for file in chosen]))}

    cost, total = sum(file.amount for file in chosen), sum(file.score for file in chosen)
    assert f"donnent {', '.join(file.key for file in chosen)}, pour {euros(int(cost * 100))} et un total de {fr(total)}" in PAGE
    assert states["agricoles"] == "broken"


def test_the_tie_is_that_of_the_page(oracle):
    twin = frozenset("CDEF")
    rows = [row for row in np.flatnonzero(oracle.keeps()) if {key for key, _ in oracle.selected(row)} == twin]

    assert oracle.tied() == ["B", "C"]
    assert [(oracle.text(oracle.objective()[row]), int(oracle.cost[row])) for row in rows] == [("60", 20_000_000)]


def test_the_refusal_of_the_best_file(oracle):
    files = {f["id"]: f for f in EXAMPLE["applications"]}
    cost = {key: f["amounts"]["investissement"] for key, f in files.items()}
    over = {key: euros(cost["A"] - cost[key]) for key in "BDEF" if cost["A"] > cost[key]}
    lacking = [key for key in "BDEF" if files[key]["groups"]]

    forced = oracle.best(among=oracle.taken[:, 0])

    # the envelope is spent to the last euro, so what A costs more than another file is what is missing
    assert over == {"B": "10 000 €", "D": "40 000 €", "F": "30 000 €"}
    assert lacking == ["E", "F"]
    assert {f"| {key} | l’enveloppe, dépassée de {over[key]} |" for key in "BD"} <= set(LINES)
    assert {f"| {key} | un agricole au lieu de deux |" for key in "E"} <= set(LINES)
    assert "| F | un agricole au lieu de deux, et l’enveloppe, dépassée de 30 000 € |" in LINES
    assert (letters(oracle.selected(forced)), oracle.flip_loss()["A"]) == ("A, D, F, G", "0.5")
    richer = changed("enveloppe", "max", 21_000_000)
    assert (letters(richer.summary()["selected"]), richer.summary()["objective"]) == ("A, D, E, F", "62")
    assert [changed("enveloppe", "max", 21_000_000 - cents).summary()["objective"] for cents in (1, 500_000)] == ["60", "60"]


def test_prices_are_those_of_the_page(oracle):
    prices = oracle.rule_price()
    rows = {
        rule[
            "id"
        ]: f"| {rule['label']} | {fr(prices[rule['id']], 0 if prices[rule['id']] == '0' else 1)} point{'s' if Decimal(prices[rule['id']]) >= 2 else ''} "
        f"| {letters(oracle.selected(oracle.best(without=(rule['id'],))))} |"
        for rule in EXAMPLE["rules"]
    }

    assert prices == {"places": "0", "enveloppe": "2.5", "agricoles": "5.5"}
    assert [row for row in rows.values() if row not in [line.replace("\u00a0", " ") for line in LINES]] == []
    assert changed("places", "max", 5).summary()["objective"] == "60"


def test_replacements_are_those_of_the_page(oracle):
    assert oracle.replacement() == {"B": ["C"], "D": [], "E": ["G"], "F": None}


def test_one_rule_too_many_contradicts_the_envelope():
    impossible = changed("agricoles", "min", 3)

    assert impossible.minimal_conflicts() == [["agricoles:min", "enveloppe:max"]]
    assert impossible.relaxation() == (Decimal(1), [("agricoles:min", 1)])


def test_the_certificate_of_the_page_proves_the_total(instance):
    certificate = {"multipliers": WEIGHTS, "bound": "60", "always_in": ["D", "F"], "always_out": ["G", "H"]}

    report = verify(instance, [(key, "full") for key in "BDEF"], certificate)

    assert (report.problems, report.bound, report.gap, report.is_best) == ((), 60, 0, True)


def test_the_table_of_the_certificate_is_right():
    place, cent, farm = (Decimal(WEIGHTS[side]) for side in ("places:max", "enveloppe:max", "agricoles:min"))
    rows, kept = [], Decimal(0)
    for file in EXAMPLE["applications"]:
        money = cent * file["amounts"]["investissement"]
        adjusted = Decimal(file["score"]) - place - money + (farm if file["groups"] else 0)
        kept += max(adjusted, Decimal(0))
        farming = f"+{fr(farm)} " if file["groups"] else ""
        rows.append(
            f"| {file['id']} | {fr(file['score'])} | −{place:.0f} | −{money:.0f} | {farming}| {fr(adjusted)} | {fr(max(adjusted, Decimal(0)))} |"
        )

    assert [row for row in rows if row not in LINES] == []
    assert cent * THOUSAND == Decimal("0.2")
    assert kept == 19
    assert kept + 4 * place + 200 * THOUSAND * cent - 2 * farm == 60


@pytest.mark.parametrize("solver", ["highs", "cpsat"])
def test_solvers_agree_with_the_page(instance, solver):
    pytest.importorskip("ortools" if solver == "cpsat" else "highspy")

    found = {doctrine.value: letters(solve(instance, doctrine, solver=solver).selection) for doctrine in Doctrine}

    assert found == {"sum": "B, D, E, F", "merit": "A, D, F, G"}


def test_least_that_lets_the_best_refused_file_in_is_said(instance, oracle):
    found = explain(instance, solve(instance))
    price = next(one for one in found["prices"] if one["rule"] == "agricoles")
    loosened = changed("agricoles", "min", 1)

    assert price["looser"] == {"side": "agricoles:min", "bound": 1, "points": "4", "enters": ["A", "C"], "leaves": ["D", "E"]}
    assert Decimal(price["looser"]["points"]) == Decimal(loosened.summary()["objective"]) - Decimal(oracle.summary()["objective"])
    assert price["sentence"].endswith("Avec un minimum de 1, le total gagnerait déjà 4\u00a0points.")
    assert "Il serait retenu si ce minimum passait de 2 à 1." in found["files"]["A"]["sentence"]


@pytest.mark.parametrize(("told", "retained"), [("total", "BDEF"), ("merite", "ADFG")])
def test_the_files_beside_the_page_pass_the_one_file_checker_as_they_are_written(told, retained):
    text, result = ((DOCS / "examples" / f"huit-dossiers{end}.json").read_text() for end in ("", f".{told}"))

    assert check(text, result) == (0, "Prouvé : aucune autre sélection conforme aux règles n’est aussi bonne.")
    assert [key for key, _ in json.loads(result)["selected"]] == list(retained)
    assert check(text.replace('"score": "14"', '"score": "15"'), result)[0] == 1
