"""Computed criteria: points and the sentence that explains them; an absent fact is null, never zero."""

from datetime import date
from decimal import Decimal

import pytest

from scoring.criteria import CallFacts, FileFacts, all_rules, rule_of
from scoring.ips_bands import IpsScale

FACTS = {
    "uai": "0570001A", "commune": "Sarrebourg", "department": "57", "department_name": "Moselle", "category": "private_contract",
    "category_label": "Privé sous contrat", "sector": "private", "pathways": frozenset({"general", "vocational"}),
    "density_level": 3, "ips": Decimal("88.4"), "ips_year": "2024-2025", "ips_definition": "since_2023",
}  # fmt: skip
CALL = CallFacts(
    lycees_by_department={"57": 10, "54": 10},
    files_by_department={"57": 3, "54": 7},
    lycees_by_category={"private_contract": 5, "public_education": 15},
    files_by_category={"private_contract": 5, "public_education": 5},
    ips_scale=IpsScale((Decimal("90.0"), Decimal("100.0"), Decimal("110.0")), "since_2023"),
)


def mark(key, maximum=8, call=CALL, stored=None, **facts):
    return rule_of(key).mark(FileFacts(**{**FACTS, **facts}), call, maximum, stored)


def test_rules_are_known_with_their_source():
    assert [(rule.key, bool(rule.source)) for rule in all_rules()] == [
        ("rurality", True), ("territory", True), ("sector", True), ("pathway", True), ("ips", True), ("board_vote", True), ("priority", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("level", "points"), [(1, "0.00"), (2, "0.00"), (3, "4.00"), (4, "4.00"), (5, "8.00"), (6, "8.00"), (7, "8.00"), (None, None)]
)
def test_rurality_follows_the_density_grid(level, points):
    assert mark("rurality", density_level=level).points == (Decimal(points) if points else None)


def test_rurality_says_the_class_of_the_commune():
    assert mark("rurality").reason == "Sarrebourg est classée « petite ville » dans la grille de densité de l’Insee."


@pytest.mark.parametrize(("known", "points"), [("rep", "8.00"), ("rep_plus", "8.00"), ("zep", "8.00"), ("none", "0.00"), ("", None)])
def test_priority_education_counts_once_it_is_known(known, points):
    assert mark("priority", priority_education=known).points == (Decimal(points) if points else None)


def test_priority_education_says_which():
    assert mark("priority", priority_education="rep_plus").reason == "Le lycée relève de l’éducation prioritaire (REP+)."


@pytest.mark.parametrize(
    ("files", "points"),
    [({"57": 3, "54": 7}, "5.60"), ({"57": 5, "54": 5}, "4.00"), ({"54": 5}, "8.00"), ({"57": 5}, "0.00"), ({}, None)],
)
def test_territory_helps_departments_with_few_files(files, points):
    call = CallFacts(lycees_by_department={"57": 10, "54": 10}, files_by_department=files)

    assert mark("territory", call=call).points == (Decimal(points) if points else None)


def test_territory_tells_both_shares():
    assert mark("territory").reason == "Moselle : 30\u00a0% des dossiers recevables, pour 50\u00a0% des lycées éligibles."


def test_sector_over_represented_gets_nothing_and_says_why():
    given = mark("sector")

    assert given.points == Decimal("0.00")
    assert given.reason == "Statut « Privé sous contrat » : 50\u00a0% des dossiers recevables, pour 25\u00a0% des lycées éligibles."


@pytest.mark.parametrize(
    ("pathways", "points"),
    [
        ({"general"}, "0.00"),
        ({"general", "technological"}, "4.00"),
        ({"vocational"}, "8.00"),
        ({"general", "agricultural"}, "8.00"),
        (set(), None),
    ],
)
def test_pathway_prefers_vocational_and_agricultural(pathways, points):
    assert mark("pathway", pathways=frozenset(pathways)).points == (Decimal(points) if points else None)


@pytest.mark.parametrize(("ips", "points"), [("60.0", "8.00"), ("90.0", "8.00"), ("90.1", "5.33"), ("105.0", "2.67"), ("140.0", "0.00")])
def test_ips_goes_by_quarters(ips, points):
    assert mark("ips", ips=Decimal(ips)).points == Decimal(points)


def test_ips_of_another_definition_is_null_and_says_so():
    """DEPP counts post-baccalaureate students since 2023: an index of 2021 ranked among those of 2024 would compare two things."""
    found = mark("ips", ips_year="2021-2022", ips_definition="until_2022")

    assert found.points is None
    assert found.reason == (
        "L’indice de position sociale du lycée (2021-2022) ne compte pas les mêmes élèves que ceux des autres lycées : critère laissé de côté."
    )


def test_ips_absent_is_null_and_never_zero():
    assert mark("ips", ips=None).points is None
    assert mark("ips", ips=None).reason == "L’indice de position sociale du lycée n’est pas publié : critère laissé de côté."
    assert mark("ips", call=CallFacts()).points is None


CALENDAR = CallFacts(opens_on=date(2026, 9, 1), closes_on=date(2026, 9, 11))


@pytest.mark.parametrize(
    ("voted_on", "points"),
    [
        (date(2026, 6, 30), "8.00"),  # before the opening
        (date(2026, 9, 1), "8.00"),
        (date(2026, 9, 6), "4.00"),
        (date(2026, 9, 11), "0.00"),
        (date(2026, 9, 20), "0.00"),  # after the closing: in complements
        (None, None),
    ],
)
def test_the_earlier_the_board_votes_the_more_points(voted_on, points):
    given = mark("board_vote", call=CALENDAR, voted_on=voted_on, vote_is_carried=True)

    assert given.points == (Decimal(points) if points else None)


def test_a_vote_says_its_day_and_one_that_is_not_carried_gets_nothing():
    voted = {"call": CALENDAR, "voted_on": date(2026, 9, 6)}

    assert mark("board_vote", vote_is_carried=True, **voted).reason == (
        "Le conseil d’administration a voté le 6 septembre 2026, pour une clôture le 11 septembre 2026."
    )
    against = mark("board_vote", vote_is_carried=False, **voted)
    assert (against.points, against.reason) == (
        Decimal("0.00"),
        "Le conseil d’administration n’a pas adopté le projet le 6 septembre 2026.",
    )
