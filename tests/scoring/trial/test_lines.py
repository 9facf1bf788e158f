"""The admissibility lines of a call put to the trial: who can never hold one, who waits for a fact, what decides nothing."""

import pytest

from calls.models import Call
from portal.directory.models import Establishment
from scoring.trial.report import TrialPart, TrialReport
from tests.factories.directory import EstablishmentFactory
from tests.factories.trials import call, form, said, text, tried

pytestmark = pytest.mark.django_db

BOARDING = {"lycee": "boarding", "equals": True}


def with_lines(*lines: dict, questions: tuple[dict, ...] = ()) -> Call:
    made = call(eligible_categories=["public_education"], admissibility_lines=list(lines))
    version = made.questionnaires.get()
    version.definition = form(*(questions or (text("note", "Note"),)))
    version.save()
    return made


def line(label: str, condition: dict, key: str = "ligne") -> dict:
    return {"key": key, "label": label, "condition": condition, "message": ""}


def test_a_call_without_lines_says_nothing_of_them():
    EstablishmentFactory()

    report = tried(call())

    assert (report.admissibility, said(report, TrialPart.ADMISSIBILITY)) == ([], [])


def test_the_lycees_that_can_never_hold_a_line_are_counted_and_listed():
    EstablishmentFactory(has_boarding=True)
    without = EstablishmentFactory(has_boarding=False)
    EstablishmentFactory(has_boarding=None)

    report = tried(with_lines(line("Internat", BOARDING)))

    (row,) = report.admissibility
    assert (row.label, row.never, row.waiting, row.always) == ("Internat", 1, 1, 1)
    assert report.lists["ligne-ligne"] == [without.pk]
    assert said(report, TrialPart.ADMISSIBILITY) == [
        ("warning", "La ligne « Internat » : 1 lycée éligible ne peut la remplir, quelles que soient ses réponses."),
        ("note", "La ligne « Internat » sera à vérifier à la main pour 1 lycée éligible tant que l’on ne connaît pas l’internat du lycée."),
    ]


def test_a_line_that_every_file_holds_decides_nothing_and_one_of_no_file_is_told():
    EstablishmentFactory(has_boarding=True)
    known = line("Internat", BOARDING, "a"), line("Sans internat", {"lycee": "boarding", "equals": False}, "b")

    assert said(tried(with_lines(*known)), TrialPart.ADMISSIBILITY) == [
        ("note", "La ligne « Internat » est remplie par tous les dossiers, quelles que soient leurs réponses : elle ne décide de rien."),
        ("warning", "La ligne « Sans internat » : aucun lycée éligible ne peut la remplir, quelles que soient ses réponses."),
    ]


def test_a_line_on_a_question_that_is_never_asked_cannot_be_held():
    EstablishmentFactory(has_boarding=False)
    beds = {"key": "lits", "kind": "number", "label": "Lits", "minimum": 0, "shown_if": BOARDING}

    report = tried(with_lines(line("Assez de lits", {"answer": "lits", "at_least": 10}), questions=(beds,)))

    assert [(row.never, row.sometimes) for row in report.admissibility] == [(1, 0)]
    Establishment.objects.update(has_boarding=True)
    report = tried(Call.objects.get())
    assert [(row.never, row.sometimes) for row in report.admissibility] == [(0, 1)]
    assert "1 ligne de recevabilité : un dossier au moins de chaque lycée éligible peut remplir chacune." in [
        each.replace("\u00a0", " ") for each in report.looked
    ]


def test_a_day_of_filing_out_of_the_opening_is_never_met():
    """The call of these tests opens on 1 March 2027 and closes on 2 April."""
    EstablishmentFactory()
    early, in_time = {"date": "filed_on", "at_most": "2027-02-01"}, {"date": "filed_on", "at_most": "2027-03-15"}

    report = tried(with_lines(line("Tôt", early, "a"), line("À mi-parcours", in_time, "b")))

    assert [(row.label, row.never, row.sometimes) for row in report.admissibility] == [("Tôt", 1, 0), ("À mi-parcours", 0, 1)]


def test_a_line_that_cannot_be_read_is_to_be_looked_at_by_hand():
    EstablishmentFactory()

    report = tried(with_lines(line("Vote", {"answer": "gone", "equals": "oui"})))

    assert said(report, TrialPart.ADMISSIBILITY) == [
        ("warning", "La ligne « Vote » ne se lit plus : elle sera à vérifier à la main dans chaque dossier.")
    ]


def test_a_report_kept_before_the_lines_were_looked_at_still_reads():
    EstablishmentFactory()
    kept = tried(call()).as_json()
    del kept["admissibility"]

    assert TrialReport.from_json(kept).admissibility == []
