"""A call put to the trial of the directory: who may apply, what the form asks, calendar, report, sentence by sentence."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from portal.directory.models import Establishment
from scoring.trial.report import TrialPart, TrialReport, Weight
from tests.factories.directory import EstablishmentFactory
from tests.factories.trials import PARIS, PRIVATE, call, computed, ruled, said, text, tried, with_form

pytestmark = pytest.mark.django_db


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

    assert said(tried(made), TrialPart.FORM) == [("note", "L’appel n’a pas encore de questionnaire : rien n’en a été éprouvé.")]


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
