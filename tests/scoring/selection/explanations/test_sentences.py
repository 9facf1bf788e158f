"""What people read, word for word, on small cases worked out by hand."""

import pytest

from scoring.selection.explanations.explain import explain
from scoring.selection.instance import Instance
from scoring.selection.solve import Doctrine, solve
from tests.scoring.selection.explanations.cases import file, places, solved
from tests.scoring.selection.explanations.questions import why_not, why_not_pair

FILES = [
    file("A", 1, "15.2", 64_300_00, name="LGT Saint-Ruf"),
    file("B", 2, "14.5", 97_200_00, "priv", name="LP Val-de-Blies"),
    file("C", 3, "13", 83_000_00, "agri", name="LEGTA des Rivières"),
    file("D", 4, "12.5", 148_200_00, "agri", "rural", name="LPO Reinhardt"),
    file("E", 5, "12.5", 92_400_00, "rural", name="LGT Notre-Dame"),
]
LABELS = {"priv": "Privés", "agri": "DRAAF", "rural": "Ruraux"}


def quota(group, **bounds):
    return {"id": group, "measure": "count", "scope": group, **bounds}


def envelope(euros):
    return {"id": "env", "measure": "amount", "label": "Travaux", "max": euros * 100}


def instance(*rules, **more):
    return {"applications": FILES, "rules": list(rules), "labels": LABELS} | more


def told(*rules, doctrine=Doctrine.SUM, **more):
    """The explanations, with ordinary spaces."""
    given = Instance.from_dict(instance(*rules, **more))
    return explain(given, solve(given, doctrine))


def spaced(sentence):
    return sentence.replace("\u00a0", " ").replace("\u202f", " ")


def of_files(*rules, **more):
    return {key: spaced(one["sentence"]) for key, one in told(*rules, **more)["files"].items()}


def of_prices(*rules, **more):
    return {one["rule"]: spaced(one["sentence"]) for one in told(*rules, **more)["prices"]}


# -- Files, highest total --------------------------------------------------------------------------------------------------


def test_a_minimum_that_takes_a_place():
    assert of_files(places(3), quota("agri", min=1), quota("rural", min=1)) == {
        "A": "Retenu : aucun dossier écarté n’est mieux noté.",
        "B": "Retenu : aucun dossier écarté n’est mieux noté.",
        "C": "Écarté par le minimum de 1 dossier « Ruraux ». Sans cette règle, il entrerait à la place du LPO Reinhardt (12,50). "
        "Il serait retenu si ce minimum passait de 1 à 0. "
        "À règles inchangées, le retenir coûterait 1,50 point, par exemple à la place du LP Val-de-Blies (14,50).",
        "D": "Retenu pour le minimum de 1 dossier « Ruraux » : sans cette règle, le LEGTA des Rivières (13,00) entrerait à sa place.",
        "E": "Écarté faute de place : aucun dossier retenu n’a une note plus basse. Le retenir coûterait 1,50 point, par exemple "
        "avec le LEGTA des Rivières (13,00), à la place du LP Val-de-Blies (14,50) et du LPO Reinhardt (12,50).",
    }


def test_a_maximum_that_keeps_a_file_out():
    found = of_files(places(3), quota("priv", max=0))

    assert {key: found[key] for key in "BCDE"} == {
        "B": "Écarté par le maximum de 0 dossier « Privés ». Sans cette règle, il entrerait à la place du LGT Notre-Dame (12,50). "
        "Il serait retenu si ce maximum passait de 0 à 1. Aucune sélection ne peut le retenir avec ces règles.",
        "C": "Retenu bien que le LP Val-de-Blies (14,50), écarté, soit mieux noté : "
        "s’il prenait sa place, « Privés » monterait à 1 (maximum 0).",
        "D": "À égalité avec le LGT Notre-Dame (12,50), qui demande 55 800 € de moins.",
        "E": "Retenu grâce au maximum de 0 dossier « Privés » : sans cette règle, le LP Val-de-Blies (14,50) entrerait à sa place.",
    }


def test_a_share_says_how_far_it_would_have_to_give_way():
    share = {"id": "share", "measure": "count_share", "scope": "priv", "max": "0.30"}

    found = of_files(places(3), share)

    assert (found["B"], found["C"]) == (
        "Écarté par la part maximale de 30 % des dossiers « Privés ». "
        "Sans cette règle, il entrerait à la place du LGT Notre-Dame (12,50). Il serait retenu si cette part passait de 30 % à 33,4 %. "
        "Aucune sélection ne peut le retenir avec ces règles.",
        "Retenu bien que le LP Val-de-Blies (14,50), écarté, soit mieux noté : "
        "s’il prenait sa place, « Privés » compterait 1 sur 3 dossiers (maximum 30 %).",
    )


def test_an_envelope_says_what_is_missing():
    found = of_files(envelope(250_000))

    assert (found["D"], found["E"]) == (
        "Écarté par l’enveloppe « Travaux » de 250 000 € : il manque 142 700 € pour l’ajouter aux dossiers retenus.",
        "Écarté par l’enveloppe « Travaux » de 250 000 € : il manque 86 900 € pour l’ajouter aux dossiers retenus.",
    )


def test_two_rules_that_stand_against_adding_a_file():
    found = of_files(envelope(250_000), quota("rural", max=0))

    assert found["E"] == (
        "Écarté par l’enveloppe « Travaux » de 250 000 € et le maximum de 0 dossier « Ruraux » : s’il s’ajoutait aux dossiers retenus, "
        "l’enveloppe « Travaux » serait dépassée de 86 900 € et « Ruraux » monterait à 1 (maximum 0)."
    )


def test_the_jury_s_own_word():
    found = of_files(places(2), quota("agri", min=1), forced_in=["E"], forced_out=["A"])

    assert (found["A"], found["E"]) == ("Écarté par décision du jury.", "Retenu par décision du jury.")


def test_a_score_is_not_compared_with_the_jury_s_own_word():
    files = [file("A", 1, "16", 90), file("B", 2, "14", 10), file("C", 3, "13", 10), file("D", 4, "12", 10)]
    rules = [places(2), {"id": "env", "measure": "amount", "max": 80}]

    found = of_files(*rules, applications=files, forced_in=["D"], forced_out=["A"])

    assert found == {
        "A": "Écarté par décision du jury.",
        "B": "Retenu : aucun dossier écarté n’est mieux noté, hors décision du jury.",
        "C": "Écarté par l’entrée imposée de D. Sans cette règle, il entrerait à la place de D (12,00). "
        "À règles inchangées, le retenir coûterait 1 point, par exemple à la place de B (14,00).",
        "D": "Retenu par décision du jury.",
    }


def test_nothing_scores_less_but_what_the_jury_imposed():
    files = [file(f"A{number}", number, "14", 10) for number in range(4)] + [file("Z", 9, "11", 10)]

    found = of_files(places(2), applications=[*files, file("Y", 8, "13", 10)], forced_in=["Z"])

    assert found["Y"] == (
        "Écarté faute de place : aucun dossier retenu n’a une note plus basse, hors décision du jury. "
        "Le retenir coûterait 1 point, par exemple à la place d’A0 (14,00)."
    )


def test_a_soft_rule_costs_more_than_an_exchange_brings():
    found = of_files(places(3), quota("agri", min=2, penalty="2.5"))

    assert found["C"] == (
        "Retenu bien que le LP Val-de-Blies (14,50), écarté, soit mieux noté : "
        "s’il prenait sa place, « DRAAF » tomberait à 1 (minimum 2), ce qui coûterait 2,50 points."
    )


def test_equal_points_and_equal_money_leave_submission():
    twins = [file("A", 1, "15", 10), file("B", 2, "14", 10), file("C", 3, "14", 10)]

    assert of_files(places(2), applications=twins)["C"] == (
        "À égalité avec B (14,00), pour le même montant : le dossier déposé en premier est retenu."
    )


def test_three_rules_that_stand_against_adding_a_file_are_one_list():
    found = of_files(envelope(250_000), quota("rural", max=0), quota("agri", max=0))

    assert found["D"].startswith("Écarté par l’enveloppe « Travaux » de 250 000 €, le maximum de 0 dossier « Ruraux » et le maximum de 0 ")


# -- Files, order of merit -------------------------------------------------------------------------------------------------


def test_merit_names_what_bars_a_file_once_better_ones_are_kept():
    found = of_files(places(3), quota("agri", min=2), doctrine=Doctrine.MERIT)

    assert found == {
        "A": "Retenu : aucun dossier écarté n’est mieux noté.",
        "B": "Écarté par le nombre de places (3) et le minimum de 2 dossiers « DRAAF » : une fois gardé le dossier retenu de note au moins "
        "égale, ces règles ne peuvent plus être respectées ensemble avec lui. "
        "Sans le minimum de 2 dossiers « DRAAF », il entrerait à la place du LPO Reinhardt (12,50).",
        "C": "Retenu bien que le LP Val-de-Blies (14,50), écarté, soit mieux noté : s’il prenait sa place, « DRAAF » tomberait à 1 (minimum 2).",
        "D": "Retenu pour le minimum de 2 dossiers « DRAAF » : sans cette règle, le LP Val-de-Blies (14,50) entrerait à sa place.",
        "E": "Écarté faute de place : toutes les places vont à des dossiers de note au moins égale.",
    }


def test_merit_says_what_is_missing_after_the_better_files():
    found = of_files(envelope(250_000), doctrine=Doctrine.MERIT)

    assert found["E"] == (
        "Écarté par l’enveloppe « Travaux » de 250 000 € : une fois gardés les 3 dossiers retenus de note au moins égale, "
        "il manque 86 900 € pour le financer."
    )


# -- Rules -----------------------------------------------------------------------------------------------------------------


def test_prices_of_places_and_of_minimums():
    assert of_prices(places(3), quota("agri", min=1), quota("rural", min=1)) == {
        "places": "Avec une place de plus, le LEGTA des Rivières (13,00) et le LGT Notre-Dame (12,50) entreraient, le LPO Reinhardt (12,50) sortirait "
        "et le total gagnerait 13 points ; avec une place de moins, le total perdrait 14,50 points.",
        "agri": "Le minimum de 1 dossier « DRAAF » ne coûte aucun point.",
        "rural": "Le minimum de 1 dossier « Ruraux » coûte 0,50 point : "
        "sans cette règle, le LEGTA des Rivières (13,00) entrerait à la place du LPO Reinhardt (12,50).",
    }


def test_prices_in_order_of_merit_are_files_first():
    assert of_prices(places(3), quota("agri", min=2), quota("priv", max=1), doctrine=Doctrine.MERIT) == {
        "places": "Avec une place de plus, le LP Val-de-Blies (14,50) entrerait et le total gagnerait 14,50 points ; "
        "avec une place de moins, le total perdrait 15,20 points.",
        "agri": "Sans le minimum de 2 dossiers « DRAAF », le LP Val-de-Blies (14,50) entrerait à la place du LPO Reinhardt (12,50) ; "
        "le total gagnerait 2 points.",
        "priv": "Le maximum de 1 dossier « Privés » ne déplace aucun dossier.",
    }


def test_prices_of_an_envelope_and_of_the_jury_s_word():
    assert of_prices(envelope(250_000), forced_in=["C"]) == {
        "env": "Avec 1 000 € de plus ou de moins sur l’enveloppe « Travaux » de 250 000 €, le total de points serait le même.",
        "forced_in:C": "L’entrée imposée du LEGTA des Rivières ne coûte aucun point.",
    }


def test_one_place_less_may_be_impossible():
    found = of_prices(places(2), quota("agri", min=1), forced_in=["E"])

    assert found["places"] == (
        "Avec une place de plus, le LGT Saint-Ruf (15,20) entrerait et le total gagnerait 15,20 points ; "
        "avec une place de moins, les règles ne pourraient plus être respectées ensemble."
    )


# -- Waiting list, ties, contradictions ----------------------------------------------------------------------------------


def test_waiting_list_with_places():
    found = told(places(3), quota("agri", min=2))["waiting"]

    assert [spaced(row["sentence"]) for row in found["by_withdrawal"]] == [
        "Si le LGT Saint-Ruf (15,20) se désiste, le LP Val-de-Blies (14,50) entre.",
        "Si le LEGTA des Rivières (13,00) se désiste, les règles ne peuvent plus être respectées avec les autres : une nouvelle sélection est à faire.",
        "Si le LPO Reinhardt (12,50) se désiste, les règles ne peuvent plus être respectées avec les autres : une nouvelle sélection est à faire.",
    ]
    assert spaced(found["sentence"]) == "Avec une place de plus, le LP Val-de-Blies (14,50) entrerait."


@pytest.mark.parametrize("doctrine", Doctrine)
def test_waiting_list_with_money(doctrine):
    found = told(envelope(250_000), doctrine=doctrine)["waiting"]

    assert [spaced(row["sentence"]) for row in found["by_withdrawal"]] == [
        "Si le LGT Saint-Ruf (15,20) se désiste, personne n’entre.",
        "Si le LP Val-de-Blies (14,50) se désiste, le LGT Notre-Dame (12,50) entre.",
        "Si le LEGTA des Rivières (13,00) se désiste, personne n’entre.",
    ]
    assert spaced(found["sentence"]) == "Avec 86 900 € de plus, le LGT Notre-Dame (12,50) s’ajouterait aux dossiers retenus."


def test_nobody_is_left_to_enter():
    assert told(places(5))["waiting"]["sentence"] == "Une place de plus ne ferait entrer personne."


def test_ties_say_what_decided():
    twins = [file("A", 1, "14", 10), file("B", 2, "14", 10), file("C", 3, "14", 20), file("D", 4, "15", 20)]

    found = told(places(2), applications=twins)["ties"]

    assert [spaced(one["sentence"]) for one in found] == [
        "A (14,00) est retenu à points égaux : une sélection sans lui vaut autant pour le même montant, et l’ordre de dépôt a décidé.",
        "B (14,00) est écarté à points égaux : une sélection avec lui vaut autant pour le même montant, et l’ordre de dépôt a décidé.",
        "C (14,00) est écarté à points égaux : une sélection avec lui vaut autant, mais coûte plus cher.",
    ]


def test_contradictions_and_ways_out():
    found = told(places(2), quota("agri", min=2), quota("priv", min=1))

    assert [spaced(one["sentence"]) for one in found["conflicts"] + found["relaxations"]] == [
        "Aucune sélection ne respecte à la fois le nombre de places (2), le minimum de 2 dossiers « DRAAF » et "
        "le minimum de 1 dossier « Privés ».",
        "Il suffirait de ramener le minimum de 1 dossier « Privés » à 0.",
        "Il suffirait de ramener le minimum de 2 dossiers « DRAAF » à 1.",
    ]


def test_ways_out_by_money_places_shares_and_the_jury_s_word():
    share = {"id": "share", "measure": "count_share", "scope": "priv", "min": "0.5"}
    money = envelope(60_000) | {"relax_weight": "0.01"}

    found = told(places(2), share, money, forced_in=["E"], forced_out=["B"])

    assert [spaced(one["sentence"]) for one in found["relaxations"]] == [
        "Il suffirait d’admettre 1 dossier de moins que la part minimale de 50 % des dossiers « Privés » et "
        "de porter l’enveloppe « Travaux » de 60 000 € à 157 000 €.",
        "Il suffirait de porter l’enveloppe « Travaux » de 60 000 € à 190 000 € et de renoncer à la mise à l’écart du LP Val-de-Blies.",
    ]


def test_a_way_out_by_fewer_places():
    found = told(places(2), envelope(60_000) | {"negotiable": False})

    assert [spaced(one["sentence"]) for one in found["relaxations"]] == ["Il suffirait de descendre à 0 place."]


# -- Questions asked in the room -------------------------------------------------------------------------------------------


def test_why_not_shows_the_nearest_selection():
    found = why_not(solved(instance(envelope(250_000))), "D", exact=True)

    assert spaced(found.sentence) == (
        "Écarté par l’enveloppe « Travaux » de 250 000 € : il manque 142 700 € pour l’ajouter aux dossiers retenus. "
        "Le retenir coûterait 15 points, par exemple à la place du LP Val-de-Blies (14,50) et du LEGTA des Rivières (13,00)."
    )


def test_why_not_that_pair():
    case = solved(instance(places(3), quota("agri", min=2)))

    pair, sentence = why_not_pair(case, "B", "C")

    assert (pair.entering, pair.leaving) == ("B", "C")
    assert (
        spaced(sentence)
        == "Si le LP Val-de-Blies (14,50) prenait la place du LEGTA des Rivières (13,00), « DRAAF » tomberait à 1 (minimum 2)."
    )


def test_a_pair_is_a_refused_file_and_a_selected_one():
    case = solved(instance(places(3)))

    with pytest.raises(ValueError, match="refused"):
        why_not_pair(case, "A", "E")
