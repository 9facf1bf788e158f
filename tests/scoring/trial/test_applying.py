"""The conditions of the criteria, tried on the directory before a call opens."""

import pytest

from scoring.models import CallTrial
from scoring.trial.basis import basis_of, changed
from scoring.trial.report import TrialPart
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import CriterionFactory, GridFactory
from tests.factories.trials import call, said, tried

pytestmark = pytest.mark.django_db

BOARDING = {"lycee": "boarding", "equals": True}


@pytest.fixture
def made():
    made = call()
    CriterionFactory(grid=GridFactory(call=made), label="Ambition")
    return made


def conditional(made, raw=BOARDING, **fields):
    return CriterionFactory(grid=made.grid, label="Internat", key="internat", applies_if=raw, **fields)


def row(report):
    [found] = [row for row in report.questions if row.what == "Critère"]
    return found


def test_each_condition_is_counted_over_the_lycees_that_may_apply(made):
    conditional(made)
    for boards in (True, True, False, None):
        EstablishmentFactory(has_boarding=boards)

    report = tried(made)

    assert (row(report).label, row(report).condition) == ("Internat", "si le lycée a un internat")
    assert (row(report).never, row(report).waiting, row(report).always) == (1, 1, 2)
    assert said(report, TrialPart.GRID)[0] == (
        "note",
        "Le critère « Internat » : on ne sait pas s’il s’applique à 1 lycée éligible sur 4, faute de connaître l’internat du lycée ; il y serait noté.",
    )


@pytest.mark.parametrize(
    ("boards", "finding"),
    [
        (False, ("warning", "Le critère « Internat » ne s’applique à aucun lycée éligible : aucun ne peut remplir sa condition.")),
        (True, ("note", "Le critère « Internat » s’applique à tous les lycées éligibles : sa condition ne décide de rien.")),
    ],
)
def test_a_criterion_for_nobody_or_for_everybody_is_told(made, boards, finding):
    conditional(made)
    EstablishmentFactory(has_boarding=boards)

    assert finding in said(tried(made), TrialPart.GRID)


def test_answers_and_the_day_of_the_filing_are_not_known_yet(made):
    conditional(made, {"any": [{"answer": "niveau", "equals": "1re"}, {"date": "filed_on", "at_most": "2027-03-10"}]})
    EstablishmentFactory()

    assert (row(tried(made)).sometimes, row(tried(made)).always) == (1, 0)


def test_a_grid_that_may_leave_nothing_to_mark_is_impossible(made):
    made.grid.criteria.update(applies_if=BOARDING)
    EstablishmentFactory(has_boarding=True)

    [(weight, sentence), *_] = said(tried(made), TrialPart.GRID)

    assert weight == "impossible" and "n’aurait rien à noter" in sentence


def test_a_report_is_old_once_a_condition_changes_and_not_for_a_grid_that_has_none(made):
    before = basis_of(made)
    trial = CallTrial(call=made, basis=before)
    assert changed(trial.basis, basis_of(made)) == ""

    made.grid.criteria.update(applies_if=BOARDING)

    assert changed(trial.basis, basis_of(made)) == "La grille a changé depuis"
