"""A call put to the trial of the directory: who may apply, what the form asks, points, rules, money, calendar, sentence by sentence."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from calls.models import Call
from portal.directory.models import Establishment
from portal.text.french import NBSP
from scoring.enums import AmountFloor, AmountWay, CriterionKind, RuleMeasure, WeightBy
from scoring.models import AmountPolicy, CallRule
from scoring.trial import run
from scoring.trial.report import TrialPart, TrialReport, Weight
from tests.factories.calls import CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import CriterionFactory, EnvelopeFactory, GridFactory

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
RURAL, URBAN, PRIVATE = "density:rural", "density:urban", "sector:private"


def call(**fields):
    """A call of ordinary working days, for which every check of the calendar is silent."""
    dates = {
        "opens_at": datetime(2027, 3, 1, 8, tzinfo=PARIS),
        "closes_at": datetime(2027, 4, 2, 12, tzinfo=PARIS),
        "jury_on": date(2027, 4, 28),
        "results_on": date(2027, 5, 12),
    }
    return CallFactory(**{**dates, "state": "draft", **fields})


def tried(made) -> TrialReport:
    """The trial of the call as it is stored."""
    return run.trial_of(Call.objects.get(pk=made.pk))


def said(report: TrialReport, part: TrialPart) -> list[tuple[str, str]]:
    return [(finding.weight, finding.sentence.replace(NBSP, " ")) for finding in report.findings if finding.part == part]


def form(*questions: dict, limits: list | None = None, shown_if: dict | None = None) -> dict:
    title = {"key": "titre", "kind": "text", "label": "Titre du projet", "required": True}
    more = {"key": "plus", "title": "Internat", "questions": list(questions)} | ({"shown_if": shown_if} if shown_if else {})
    return {"sections": [{"key": "projet", "title": "Projet", "questions": [title]}, more]} | ({"limits": limits} if limits else {})


def with_form(*questions: dict, **more):
    made = call()
    version = made.questionnaires.get()
    version.definition = form(*questions, **more)
    version.save()
    return made


def text(key: str, label: str, **more) -> dict:
    return {"key": key, "kind": "text", "label": label, **more}


# -- Who may apply ----------------------------------------------------------------------------------------------------------


def test_a_directory_without_lycee_is_impossible():
    assert said(tried(call()), TrialPart.LYCEES) == [("impossible", "L’annuaire n’a aucun lycée ouvert de la Région.")]


def test_each_lycee_is_eligible_or_left_out_with_its_reasons():
    made = call(eligible_categories=["public_education"], eligibility={"lycee": "pupils", "at_least": 300})
    EstablishmentFactory()
    small, both = EstablishmentFactory(pupils=120), EstablishmentFactory(private=True, pupils=90)
    EstablishmentFactory(region_code="32")
    EstablishmentFactory(state="closed")

    report = tried(made)

    assert (report.open, report.eligible, report.unknown, report.excluded, report.elsewhere) == (3, 1, 0, 2, 1)
    assert [(row.label, row.count, row.alone) for row in report.reasons] == [
        ("Condition non remplie : le nombre d’élèves du lycée est d’au moins 300", 2, 1),
        ("Statut « Privé sous contrat » non éligible", 1, 0),
    ]
    assert set(report.lists["motif-condition-1"]) == {small.pk, both.pk}


def test_sections_apply_through_their_lycee():
    EstablishmentFactory(nature_code="334")

    report = tried(call())

    assert [row.label for row in report.reasons] == ["Section d’un autre lycée, qui dépose pour elle"]
    assert said(report, TrialPart.LYCEES) == [("impossible", "Aucun des 1 lycée ouvert ne peut déposer.")]


def test_a_fact_that_is_not_known_waits_with_what_would_make_it_known():
    made = call(eligible_pathways=["vocational"], eligibility={"lycee": "ips", "at_most": "100"})
    EstablishmentFactory(has_vocational=True, ips=Decimal(90))
    EstablishmentFactory(has_vocational=True)
    EstablishmentFactory(silent=True, ips=Decimal(90))

    report = tried(made)

    assert (report.eligible, report.unknown) == (1, 2)
    assert [(row.label, row.count, row.act) for row in report.missing] == [
        ("L’IPS du lycée", 1, "Un fichier officiel le dit : l’importer"),
        ("Les voies du lycée", 1, "Le lycée le déclare sur sa page, la Région le confirme"),
    ]
    assert ("warning", "2 lycées ne peuvent pas déposer tant qu’un fait reste inconnu.") in said(report, TrialPart.LYCEES)


def test_a_statut_that_nobody_eligible_has_is_told():
    EstablishmentFactory()
    EstablishmentFactory(private=True, pupils=10)

    report = tried(call(eligible_categories=["public_education", "private_contract"], eligibility={"lycee": "pupils", "at_least": 20}))

    assert said(report, TrialPart.LYCEES) == [
        ("warning", "Statut éligible « Privé sous contrat » : aucun lycée de ce statut ne peut déposer.")
    ]


def test_eligible_lycees_are_those_of_the_call():
    """The same rule as the query by which everything else counts them."""
    from calls.queries.calls import eligible_establishments

    made = call(eligible_categories=["public_education", "public_agriculture"], eligible_pathways=["general", "agricultural"])
    EstablishmentFactory.create_batch(2)
    EstablishmentFactory(agricultural=True)
    EstablishmentFactory(private=True)
    EstablishmentFactory(silent=True)
    EstablishmentFactory(nature_code="335")

    assert set(tried(made).lists["eligibles"]) == set(eligible_establishments(made).values_list("pk", flat=True))


# -- What the form asks ------------------------------------------------------------------------------------------------------


def test_a_question_that_nobody_meets_is_told_and_one_that_all_meet():
    EstablishmentFactory()
    made = with_form(
        text("organisme", "Organisme de gestion", required=True, shown_if={"lycee": "sector", "equals": "private"}),
        text("cdi", "Horaires du CDI", shown_if={"lycee": "sector", "equals": "public"}),
    )

    assert said(tried(made), TrialPart.FORM) == [
        (
            "warning",
            "La question « Organisme de gestion », obligatoire, n’est posée à aucun lycée éligible : aucun ne peut remplir sa condition.",
        ),
        ("note", "La question « Horaires du CDI » est posée à tous les lycées éligibles : sa condition ne décide de rien."),
    ]


def test_a_question_that_waits_for_a_fact_says_which():
    EstablishmentFactory.create_batch(2)
    made = with_form(text("reseau", "Réseau", shown_if={"lycee": "priority", "equals": "rep"}))

    assert said(tried(made), TrialPart.FORM) == [
        (
            "warning",
            "La question « Réseau » n’est posée à aucun lycée éligible tant que l’on ne connaît pas l’éducation prioritaire du lycée.",
        )
    ]
    Establishment.objects.filter(pk=Establishment.objects.first().pk).update(priority_education="rep")
    assert said(tried(made), TrialPart.FORM) == [
        (
            "note",
            "La question « Réseau » n’est pas posée à 1 lycée éligible sur 2 tant que l’on ne connaît pas l’éducation prioritaire du lycée.",
        )
    ]


def test_a_section_and_the_condition_that_adds_nothing_to_it():
    EstablishmentFactory(has_boarding=True)
    EstablishmentFactory(has_boarding=False)
    boarding = {"lycee": "boarding", "equals": True}
    made = with_form(text("lits", "Lits", shown_if=boarding), text("nuit", "Nuit"), shown_if=boarding)

    report = tried(made)

    assert [(row.what, row.label, row.never, row.always) for row in report.questions] == [
        ("Section", "Internat", 1, 1),
        ("Question", "Lits", 1, 1),
        ("Question", "Nuit", 1, 1),
    ]
    assert said(report, TrialPart.FORM) == [
        ("note", "La question « Lits » est posée à tous ceux à qui sa section l’est : sa condition ne décide de rien de plus.")
    ]


def test_an_answer_that_is_never_required_and_one_that_always_is():
    EstablishmentFactory()
    made = with_form(
        text("a", "A", required_if={"lycee": "pupils", "at_least": 9000}), text("b", "B", required_if={"lycee": "pupils", "at_least": 9})
    )

    assert said(tried(made), TrialPart.FORM) == [
        ("warning", "La réponse à « A » n’est jamais obligatoire, pour aucun des lycées éligibles."),
        ("note", "La réponse à « B » est obligatoire pour tous les lycées éligibles : sa condition ne décide de rien."),
    ]


LIMIT = {"key": "parc", "condition": {"answer": "equipes", "at_most": {"lycee": "pupils"}}, "message": "Pas plus que d’élèves."}


def test_lycees_that_could_never_file_are_counted_and_listed():
    EstablishmentFactory()
    small = EstablishmentFactory(pupils=60)
    made = with_form({"key": "equipes", "kind": "number", "label": "Élèves équipés", "required": True, "minimum": 100}, limits=[LIMIT])

    report = tried(made)

    assert said(report, TrialPart.FORM) == [
        (
            "impossible",
            "1 lycée éligible ne pourra jamais déposer : la limite « Pas plus que d’élèves » porte sur des réponses obligatoires, "
            "et aucune réponse possible ne la respecte.",
        )
    ]
    assert report.lists["bloques-parc"] == [small.pk]


def test_a_limit_that_some_cannot_keep_and_may_leave_aside_is_a_warning():
    EstablishmentFactory()
    EstablishmentFactory(pupils=60)
    made = with_form({"key": "equipes", "kind": "number", "label": "Élèves équipés", "minimum": 100}, limits=[LIMIT])

    assert said(tried(made), TrialPart.FORM) == [
        (
            "warning",
            "La limite « Pas plus que d’élèves » : 1 lycée éligible ne peut pas la respecter, quelles que soient les réponses qu’elle regarde.",
        )
    ]


def test_a_limit_that_holds_for_all_decides_nothing():
    EstablishmentFactory()
    made = with_form({"key": "equipes", "kind": "number", "label": "Élèves équipés", "maximum": 10}, limits=[LIMIT])

    assert said(tried(made), TrialPart.FORM) == [
        ("note", "La limite « Pas plus que d’élèves » est toujours respectée : elle ne décide de rien.")
    ]


def test_a_form_in_order_says_what_was_looked_at():
    EstablishmentFactory(has_boarding=True)
    EstablishmentFactory(has_boarding=False)
    made = with_form(text("lits", "Lits", shown_if={"lycee": "boarding", "equals": True}))

    report = tried(made)

    assert not said(report, TrialPart.FORM)
    assert any("chaque question peut être posée à un lycée au moins" in sentence for sentence in report.looked)


def test_a_call_without_questionnaire_is_not_decided():
    made = call()
    made.questionnaires.all().delete()

    assert "Le questionnaire : l’appel n’en a pas encore." in tried(made).undecided


# -- Points -------------------------------------------------------------------------------------------------------------------


def computed(made, function: str, label: str, **fields):
    grid = getattr(made, "grid", None) or GridFactory(call=made)
    return CriterionFactory(grid=grid, kind=CriterionKind.COMPUTED, function=function, label=label, levels=[], max_points=4, **fields)


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
            "Le critère « Ruralité » : 1 lycée éligible n’a pas de points. Par exemple : Le niveau de densité de Toul n’est pas connu : "
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
    assert "Les critères calculés : l’appel n’a pas encore de grille." in tried(made).undecided

    GridFactory(call=made)
    assert "La grille n’a aucun critère calculé." in tried(made).looked

    computed(made, "pathway", "Voie", weight=0)
    assert ("warning", "Aucun critère de la grille n’a de poids.") in said(tried(made), TrialPart.GRID)


# -- Rules and money ------------------------------------------------------------------------------------------------------------


def ruled(made, groups=(), labels=(), minimum=None, maximum=None, measure=RuleMeasure.COUNT, **fields):
    return CallRule.objects.create(
        call=made, groups=list(groups), group_labels=list(labels), minimum=minimum, maximum=maximum, measure=measure, **fields
    )


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


# -- Calendar -----------------------------------------------------------------------------------------------------------------


def test_a_calendar_in_order():
    EstablishmentFactory()
    report = tried(call())

    assert not said(report, TrialPart.CALENDAR)
    assert "Le calendrier : ouverture, clôture, jury et résultats se suivent, chacun un jour ouvré." in report.looked


def test_a_jury_before_the_closing_on_a_day_when_nobody_works():
    made = call(jury_on=date(2027, 3, 28), results_on=None, opens_at=datetime(2027, 3, 29, 8, tzinfo=PARIS))

    assert said(tried(made), TrialPart.CALENDAR) == [
        ("impossible", "Le jury (28 mars 2027) vient avant la clôture (2 avril 2027)."),
        ("warning", "L’ouverture tombe le lundi 29 mars 2027, qui n’est pas un jour ouvré."),
        ("warning", "Le jury tombe le dimanche 28 mars 2027, qui n’est pas un jour ouvré."),
        ("warning", "Les lycées ont 4 jours ouvrés pour déposer : un conseil d’administration n’a guère le temps de se réunir."),
        ("note", "La date n’est pas annoncée pour les résultats."),
    ]


# -- The report ----------------------------------------------------------------------------------------------------------------


def test_a_report_is_the_same_once_kept():
    made = call(ceiling_amount=None)
    computed(made, "rurality", "Ruralité")
    ruled(made, [PRIVATE], ["Privé"], 3)
    EstablishmentFactory.create_batch(2)
    EstablishmentFactory(private=True)
    report = tried(made)

    again = TrialReport.from_json(report.as_json())

    assert again.as_json() == report.as_json()
    assert again.count(Weight.IMPOSSIBLE) == 1
