"""A call put to the trial of the directory: points, rules of balance and money, sentence by sentence."""

from decimal import Decimal

import pytest

from portal.text.french import NBSP
from scoring.enums import AmountFloor, AmountWay, RuleMeasure, WeightBy
from scoring.models import AmountPolicy
from scoring.trial.report import TrialPart
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import EnvelopeFactory, GridFactory
from tests.factories.trials import PRIVATE, RURAL, URBAN, call, computed, ruled, said, tried

pytestmark = pytest.mark.django_db


# -- Points -------------------------------------------------------------------------------------------------------------------


def test_points_are_spread_over_the_eligible_lycees():
    made = call()
    computed(made, "rurality", "Ruralité")
    EstablishmentFactory.create_batch(2, density_level=3)
    EstablishmentFactory(density_level=6)
    unknown = EstablishmentFactory(density_level=None)

    report = tried(made)
    row = report.criteria[0]

    assert [(bar["label"], bar["value"]) for bar in row.bars] == [("2", 2), ("4", 1)]
    assert (row.known, row.unknown, row.percent) == (3, 1, 100)
    assert said(report, TrialPart.GRID) == [
        (
            "warning",
            "Le critère « Ruralité » : 1 lycée éligible n’a pas de points. Par exemple, le niveau de densité de Toul n’est pas connu : "
            "critère laissé de côté.",
        )
    ]
    assert report.lists[f"sans-{made.grid.criteria.get().key}"] == [unknown.pk]


def test_a_criterion_that_gives_the_same_to_all_tells_nobody_apart():
    made = call()
    computed(made, "rurality", "Ruralité")
    EstablishmentFactory.create_batch(3, density_level=1)

    assert said(tried(made), TrialPart.GRID) == [
        (
            "warning",
            "Le critère « Ruralité » donne 0 sur 4 à 3 lycées éligibles, c’est-à-dire à tous ceux dont il connaît le fait : "
            "il ne départage personne.",
        )
    ]


def test_a_criterion_without_its_fact_anywhere():
    made = call()
    computed(made, "priority", "Éducation prioritaire")
    EstablishmentFactory.create_batch(2)

    assert said(tried(made), TrialPart.GRID) == [
        ("warning", "Le critère « Éducation prioritaire » ne donne de points à aucun lycée éligible : le fait qu’il lit manque partout.")
    ]


@pytest.mark.parametrize(
    ("function", "why"),
    [
        ("territory", "Les points de « C » : ils dépendent de qui déposera."),
        ("board_vote", "Les points de « C » : ils dépendent de ce que chaque dossier dira."),
    ],
)
def test_points_that_depend_on_files_are_not_decided(function, why):
    made = call()
    computed(made, function, "C")
    EstablishmentFactory()

    report = tried(made)

    assert why in report.undecided
    assert not said(report, TrialPart.GRID)


def test_a_grid_without_weight_or_without_computed_criterion():
    made = call()
    EstablishmentFactory()
    assert said(tried(made), TrialPart.GRID) == [("note", "L’appel n’a pas encore de grille : aucun critère n’a été éprouvé.")]

    GridFactory(call=made)
    assert "La grille n’a aucun critère calculé." in tried(made).looked

    computed(made, "pathway", "Voie", weight=0)
    assert ("warning", "Aucun critère de la grille n’a de poids.") in said(tried(made), TrialPart.GRID)


# -- Rules and money ------------------------------------------------------------------------------------------------------------


def test_a_rule_that_asks_for_more_lycees_than_may_apply():
    made = call(ceiling_amount=None, budget_amount=100_000)
    ruled(made, [PRIVATE], ["Privé"], 3)
    EstablishmentFactory.create_batch(4)
    EstablishmentFactory.create_batch(2, private=True)

    report = tried(made)

    assert said(report, TrialPart.RULES) == [
        (
            "impossible",
            "« Au moins 3 dossiers privés » ne peut pas être tenue, quels que soient les dossiers reçus. "
            "« Au moins 3 dossiers privés » : 2 dossiers possibles sur 6.",
        )
    ]
    assert [(row.label, row.concerned) for row in report.rules] == [("Au moins 3 dossiers privés", 2)]


def test_several_files_by_lycee_may_keep_it():
    made = call(ceiling_amount=None, budget_amount=100_000, max_per_establishment=2)
    ruled(made, [PRIVATE], ["Privé"], 3)
    EstablishmentFactory.create_batch(2, private=True)

    assert not said(tried(made), TrialPart.RULES)


def test_shares_that_contradict_each_other_are_named_and_no_other_rule():
    made = call(ceiling_amount=None, budget_amount=100_000)
    ruled(made, [RURAL], ["Rural"], 60, measure=RuleMeasure.COUNT_SHARE)
    ruled(made, [URBAN], ["Urbain"], 50, measure=RuleMeasure.COUNT_SHARE)
    ruled(made, (), (), 1)
    EstablishmentFactory.create_batch(5, density_level=1)
    EstablishmentFactory.create_batch(5, density_level=6)

    (weight, sentence), *others = said(tried(made), TrialPart.RULES)

    assert weight == "impossible"
    assert sentence.startswith(
        "Ces règles ne peuvent pas être tenues ensemble : « Au moins 60 % de dossiers ruraux parmi les retenus » et "
        "« Au moins 50 % de dossiers urbains parmi les retenus ». Sans l’une d’elles, quelle qu’elle soit, les autres le peuvent."
    )
    assert "10 dossiers" not in sentence.split("retenus » : ")[0]
    assert others == [("note", "« Au moins 1 dossier » ne décide de rien : aucune sélection ne peut la rompre.")]


def floor(made, amount: int):
    return AmountPolicy.objects.create(
        call=made, way=AmountWay.SHARED, weight_by=WeightBy.LINEAR, threshold=10, floor=AmountFloor.AMOUNT, floor_amount=amount
    )


def test_an_envelope_too_small_for_the_least_amounts():
    made = call(ceiling_amount=None, budget_amount=100_000)
    floor(made, 12_000)
    ruled(made, (), (), 9)
    EstablishmentFactory.create_batch(12)

    report = tried(made)

    assert said(report, TrialPart.RULES)[0][1].startswith(
        "Ces règles ne peuvent pas être tenues ensemble : « Au moins 12 000 € par dossier financé », « Enveloppe : au plus 100 000 € » et "
        "« Au moins 9 dossiers »."
    )
    assert ("Dossiers financés au minimum, au plus", "8") in [(row.label, row.figure) for row in report.figures]


def test_an_envelope_that_cannot_pay_one_file():
    made = call(ceiling_amount=None, budget_amount=10_000)
    floor(made, 12_000)
    EstablishmentFactory()

    (weight, sentence), *_ = said(tried(made), TrialPart.MONEY)

    assert weight == "impossible"
    assert sentence == (
        "Ces règles ne peuvent pas être tenues ensemble : « Au moins 12 000 € par dossier financé » et « Enveloppe : au plus 10 000 € ». "
        "Sans l’une d’elles, quelle qu’elle soit, les autres le peuvent."
    )


def test_a_soft_rule_is_never_impossible_and_its_price_is_told():
    made = call(ceiling_amount=None, budget_amount=100_000)
    ruled(made, [PRIVATE], ["Privé"], 3, penalty_points=Decimal(2))
    EstablishmentFactory()

    assert said(tried(made), TrialPart.RULES) == [
        ("warning", "« Au moins 3 dossiers privés » est souple, et ne peut jamais être tenue : 0 dossier possible sur 1.")
    ]


def test_what_is_announced_and_what_the_envelopes_hold():
    made = call(ceiling_amount=None, budget_amount=100_000)
    EnvelopeFactory(call=made, amount=80_000)
    EstablishmentFactory.create_batch(4)

    report = tried(made)

    assert said(report, TrialPart.MONEY) == [("warning", "L’appel annonce 100 000 €, ses enveloppes en tiennent 80 000 €.")]
    assert [(row.label, row.figure.replace(NBSP, " ")) for row in report.figures[:3]] == [
        ("Enveloppe", "80 000 €"),
        ("Lycées éligibles", "4"),
        ("Enveloppe par lycée éligible", "20 000 €"),
    ]


def test_a_ceiling_above_the_envelope():
    EstablishmentFactory()

    assert said(tried(call(ceiling_amount=50_000, budget_amount=40_000)), TrialPart.MONEY) == [
        ("warning", "Le plafond d’un dossier (50 000 €) dépasse l’enveloppe (40 000 €).")
    ]


def test_rules_that_hold_together_are_said_to():
    made = call(ceiling_amount=None, budget_amount=100_000)
    ruled(made, [PRIVATE], ["Privé"], 1)
    EstablishmentFactory.create_batch(2)
    EstablishmentFactory(private=True)

    report = tried(made)

    assert not said(report, TrialPart.RULES)
    looked = "1 règle d’équilibre, l’enveloppe et les montants par dossier : une sélection au moins les tient ensemble"
    assert any(sentence.replace(NBSP, " ").startswith(looked) for sentence in report.looked)
