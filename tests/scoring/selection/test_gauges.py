"""Gauges and figures, of any selection."""

import pytest

from scoring.selection.gauges import figures, gauges
from scoring.selection.instance import Instance
from tests.scoring.selection.cases import amount, count, file, instance

FILES = [
    file("A", "15", 30_000, "agri", rank=1),
    file("B", "12.5", 50_000, "agri", rank=2),
    file("C", "12", 20_000, rank=3),
    file("D", "9", 40_050, rank=4),
]


def gauge(rule, *chosen):
    (found,) = gauges(Instance.from_dict(instance(*FILES, rules=[rule])), [(key, "full") for key in chosen])
    return found


@pytest.mark.parametrize(
    ("rule", "chosen", "state"),
    [
        (count("r", "agri", min=1), "ABC", "ok"),
        (count("r", "agri", min=2), "ABC", "tight"),
        (count("r", "agri", min=2), "AC", "broken"),
        (count("r", min=1, max=2), "A", "tight"),
        (count("r", min=1, max=2), "ABC", "broken"),
        (amount("r", max=150_000), "AB", "ok"),
        (amount("r", max=90_000), "AB", "tight"),
        (amount("r", max=80_000), "AB", "tight"),
        (amount("r", max=79_999), "AB", "broken"),
        (amount("r", "agri", min=40_000), "AB", "ok"),
        (amount("r", "agri", min=60_000), "AB", "tight"),
        ({"id": "r", "measure": "count_share", "scope": "agri", "max": "0.50"}, "AC", "tight"),
        ({"id": "r", "measure": "count_share", "scope": "agri", "max": "0.50"}, "ABC", "broken"),
        ({"id": "r", "measure": "count_share", "scope": "agri", "min": "0.30"}, "ABC", "ok"),
        ({"id": "r", "measure": "amount_share", "scope": "agri", "max": "0.60"}, "AC", "tight"),
        ({"id": "r", "measure": "count_share", "scope": "agri", "min": "0.90"}, "", "tight"),
    ],
)
def test_the_state_of_a_rule(rule, chosen, state):
    assert gauge(rule, *chosen).state == state


@pytest.mark.parametrize(
    ("rule", "chosen", "sentence"),
    [
        (count("r", "agri", min=1, max=4, label="Agricoles"), "AB", "Agricoles : 2 dossiers, 1 au moins, 4 au plus."),
        (count("r", "agri", min=2), "A", "r : 1 dossier, 2 au moins. Il manque 1 dossier."),
        (count("r", max=1), "AB", "r : 2 dossiers, 1 au plus. C’est 1 dossier de trop."),
        (amount("r", max=80_050, label="Enveloppe"), "CD", "Enveloppe : 600,50 €, 800,50 € au plus. Il reste 200 €."),
        (amount("r", max=50_000), "CD", "r : 600,50 €, 500 € au plus. C’est 100,50 € de trop."),
        (
            {"id": "r", "measure": "amount_share", "scope": "agri", "max": "0.5"},
            "AC",
            "r : 60 % (300 € sur 500 €), 50 % au plus. La part est trop forte.",
        ),
        (
            {"id": "r", "measure": "count_share", "scope": "agri", "min": "0.335"},
            "ACD",
            "r : 33,3 % (1 sur 3 dossiers), 33,5 % au moins. La part est trop faible.",
        ),
        (
            count("r", "agri", min=2, penalty="1.5"),
            "C",
            "r : 0 dossier, 2 au moins. Il manque 2 dossiers. Règle souple : 3 points en moins.",
        ),
    ],
)
def test_the_sentence_of_a_rule(rule, chosen, sentence):
    assert gauge(rule, *chosen).sentence.replace("\u00a0", " ") == sentence


def test_the_printed_form():
    rule = {"id": "r", "measure": "count_share", "scope": "agri", "min": "0.25", "max": "0.30", "label": "Part", "penalty": "2"}

    assert gauge(rule, "A", "C", "D").to_dict() | {"sentence": ""} == {
        "rule": "r",
        "label": "Part",
        "measure": "count_share",
        "value": "0.3333",
        "inside": 1,
        "total": 3,
        "min": "0.25",
        "max": "0.3",
        "state": "broken",
        "state_min": "tight",
        "state_max": "broken",
        "soft": True,
        "lost": "2",
        "sentence": "",
    }


def test_forced_files_have_their_gauge():
    read = Instance.from_dict(instance(*FILES, forced_in=["C"], forced_out=["A"]))

    assert [(one.rule.id, one.state) for one in gauges(read, [("A", "full")])] == [
        ("forced_in:C", "broken"),
        ("forced_out:A", "broken"),
    ]


def test_the_figures_of_a_selection():
    read = Instance.from_dict(instance(*FILES))

    assert figures(read, [("A", "full"), ("B", "full"), ("D", "full")]) == {
        "mean": "12.17",
        "lowest_selected": "9",
        "highest_refused": "12",
        "passed_over": 1,
    }


def test_the_figures_of_nothing_and_of_everything():
    read = Instance.from_dict(instance(*FILES))

    assert figures(read, []) == {"mean": None, "lowest_selected": None, "highest_refused": "15", "passed_over": 0}
    assert figures(read, [(key, "full") for key in "ABCD"])["highest_refused"] is None
