"""The report of a trial laid out for its page: parts in order, each with its findings, its table and where to act."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from calls.models import Call
from calls.workflows import passages
from portal.addresses import address
from portal.text.dates import day
from portal.text.french import count, number
from portal.workflow.readiness import Readiness, ReadinessLine
from scoring.models import CallTrial, Grid
from scoring.trial.basis import TRIAL, basis_of, changed
from scoring.trial.report import TrialFinding, TrialPart, TrialReport, Weight

SIGNS = {
    Weight.IMPOSSIBLE: ("is-err", "x-circle", "Impossible"),
    Weight.WARNING: ("is-warn", "exclamation-triangle", "À regarder"),
    Weight.NOTE: ("is-info", "information-circle", "À savoir"),
}


@dataclass(frozen=True)
class FindingLine:
    """One finding as the page draws it: CSS class, icon and word, sentence, where to act, which lycées."""

    sign: tuple[str, str, str]
    sentence: str
    address: str
    link: str
    lycees: str


@dataclass(frozen=True)
class TrialScreen:
    """What the page shows of a trial."""

    call: Call
    trial: CallTrial
    report: TrialReport
    changed: str  # what has changed since; empty while it is up to date
    mends: bool = True  # whether the reader corrects what is found: the auditor reads it, and the pages of a writer are closed to them

    @property
    def is_fresh(self) -> bool:
        return not self.changed

    def lines(self, *parts: TrialPart) -> list[FindingLine]:
        return [self._line(finding) for finding in self.report.of(*parts)]

    def _line(self, finding: TrialFinding) -> FindingLine:
        where = finding.address if self.mends else ""
        return FindingLine(SIGNS[Weight(finding.weight)], finding.sentence, where, finding.link, self.listed(finding.listed))

    def listed(self, key: str) -> str:
        """The address of a list of lycées; empty when there is none."""
        return address("scoring:trial_lycees", self.call.reference, key) if key in self.trial.lists else ""

    @property
    def seconds(self) -> str:
        """How long it took: « 1,4 »."""
        return number(Decimal(self.trial.milliseconds) / 1000, 1)

    @property
    def of_lycees(self) -> list[FindingLine]:
        return self.lines(TrialPart.LYCEES)

    @property
    def of_form(self) -> list[FindingLine]:
        return self.lines(TrialPart.FORM)

    @property
    def of_admissibility(self) -> list[FindingLine]:
        return self.lines(TrialPart.ADMISSIBILITY)

    @property
    def of_grid(self) -> list[FindingLine]:
        return self.lines(TrialPart.GRID)

    @property
    def of_rules(self) -> list[FindingLine]:
        return self.lines(TrialPart.RULES, TrialPart.MONEY)

    @property
    def of_calendar(self) -> list[FindingLine]:
        return self.lines(TrialPart.CALENDAR)

    @property
    def verdict(self) -> tuple[str, str]:
        """(tone of an alert, sentence): the whole in one line."""
        if self.trial.impossible:
            return "err", f"{count(self.trial.impossible, 'impossibilité')} dans l’appel tel qu’il est écrit."
        if self.trial.warnings:
            told = count(self.trial.warnings, "point est à regarder", "points sont à regarder")
            return "warn", f"Rien d’impossible ; {told}."
        return "ok", "Rien d’anormal dans ce qui a été éprouvé."


def screen_of(call: Call, *, mends: bool) -> TrialScreen | None:
    """The last trial of a call, and whether it still says what is; None when none was made. `mends`: for whoever corrects what it finds."""
    trial = CallTrial.objects.filter(call=call).select_related("made_by").first()
    if trial is None:
        return None
    return TrialScreen(call, trial, TrialReport.from_json(trial.report), changed(trial.basis, basis_of(call)), mends)


def prepared(call: Call) -> list[ReadinessLine]:
    """What the publication asks besides, line by line: ready, missing, and since when what is public is frozen."""
    lines = [line for line in passages.ready_to_publish.lines(call) if line.label != TRIAL]
    return [*lines, *_frozen(call)]


def _frozen(call: Call) -> Iterator[ReadinessLine]:
    questionnaire, grid = call.questionnaire, Grid.objects.filter(call=call).first()
    if questionnaire and questionnaire.frozen_at:
        told = f"Version {questionnaire.version} figée depuis le {day(questionnaire.frozen_at)}."
        yield ReadinessLine(Readiness.READY, "Questionnaire figé", told)
    if grid and grid.frozen_at:
        yield ReadinessLine(Readiness.READY, "Grille figée", f"Ses poids sont publics depuis le {day(grid.frozen_at)}.")
