"""Calls put to the trial of the directory, and what is said of them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from calls.models import Call
from portal.text.french import NBSP
from scoring.enums import CriterionKind, RuleMeasure
from scoring.models import CallRule
from scoring.trial import run
from scoring.trial.report import TrialPart, TrialReport
from tests.factories.calls import CallFactory
from tests.factories.scoring import CriterionFactory, GridFactory

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


def computed(made, function: str, label: str, **fields):
    grid = getattr(made, "grid", None) or GridFactory(call=made)
    return CriterionFactory(grid=grid, kind=CriterionKind.COMPUTED, function=function, label=label, levels=[], max_points=4, **fields)


def ruled(made, groups=(), labels=(), minimum=None, maximum=None, measure=RuleMeasure.COUNT, **fields):
    return CallRule.objects.create(
        call=made, groups=list(groups), group_labels=list(labels), minimum=minimum, maximum=maximum, measure=measure, **fields
    )
