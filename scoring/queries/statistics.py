"""What the marks of a call say: agreement, severity, files to discuss, and what a correction would change.

All of it is computed from the files that the reader may see and from nothing else, so that no figure tells of a hidden one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.core.cache import cache

from calls.models import Call
from portal.accounts.models import User
from portal.directory.models import Authority
from scoring.marks.agreement import alpha
from scoring.marks.combination import round_half_up
from scoring.marks.disagreement import Disagreement, disagreements
from scoring.marks.mark import ReadingMark
from scoring.marks.ranking import Standing, rank_files
from scoring.marks.severity import Severity, severity
from scoring.marks.standings import RankRow
from scoring.models import SelectionScenario
from scoring.queries.conflicts import hidden_ids
from scoring.queries.jury import files_before_jury
from scoring.queries.ranking import Panel, body_order, complete, file_marks, rules_of
from scoring.queries.ranking_pages import KEPT_SECONDS, state_of_marks
from scoring.queries.scenario import limits_of
from scoring.queries.session import envelopes_total
from scoring.selection.ranked_list import Limits, ListedFile, ranked_list

SPREAD_BANDS = 10
SHORT = 10  # files listed without being asked for


class MarkedFile(NamedTuple):
    """One file: its place, what the correction would make of it, and how far its jurors disagree. A tuple: thousands are kept."""

    place: RankRow
    corrected_rank: int | None = None
    corrected_score: Decimal | None = None
    between_percent: int | None = None  # of the disagreement, what lies between bodies
    wide_range: bool = False
    wide_deviation: bool = False

    @property
    def to_discuss(self) -> bool:
        return self.wide_range or self.wide_deviation


@dataclass(frozen=True)
class Statistics:
    """The statistics of one call as one reader may know them. `bodies`: juror (id) → body (id). `hides`: files are hidden."""

    files: list[MarkedFile]
    marks: int
    compared: int
    alpha: Fraction | None
    severity: Severity
    bodies: Mapping[int, int]
    hides: bool

    @property
    def to_discuss(self) -> list[MarkedFile]:
        """The widest disagreement first."""
        return sorted((f for f in self.files if f.to_discuss), key=lambda f: (-(f.place.spread or 0), f.place.rank))

    @property
    def effects(self) -> dict[int, Decimal]:
        return {effect.juror: effect.points for effect in self.severity.effects}


def statistics_of(call: Call, panel: Panel, *, viewer: User) -> Statistics:
    """Kept in the cache as long as nothing that enters the ranking changes."""
    hidden = hidden_ids(call, viewer)
    shadow = hashlib.sha256(repr(sorted(hidden)).encode()).hexdigest() if hidden else "all"
    key = f"what-marks-say:{call.pk}:{state_of_marks(call, panel)}:{call.grid.spread_alert}:{shadow}"
    return cache.get_or_set(key, lambda: _compute(call, panel, hidden), KEPT_SECONDS)


def _compute(call: Call, panel: Panel, hidden: frozenset[int]) -> Statistics:
    grid, criteria = call.grid, list(call.grid.criteria.all())
    rules = rules_of(criteria)
    rows = files_before_jury(call).order_by().values_list("pk", "reference", "submitted_at", "establishment__authority_id")
    files = file_marks(call, [row for row in rows if row[0] not in hidden], panel, criteria)
    standings = rank_files(files, rules, grid.scale)
    marks = [ReadingMark(s.key, mark.juror, mark.score, mark.body) for s in standings for mark in s.jurors]
    spreads = {one.file: one for one in disagreements(marks, grid.scale, grid.spread_alert)}
    told = severity(marks)
    effects = {effect.juror: effect.points for effect in told.effects}
    corrected = {s.key: s for s in rank_files(files, rules, grid.scale, effects=effects)} if told.may_correct else {}
    return Statistics(
        files=[_marked(s, corrected.get(s.key), spreads.get(s.key)) for s in standings],
        marks=len(marks),
        compared=len(spreads),
        alpha=alpha(marks),
        severity=told,
        bodies={mark.juror: mark.body for mark in marks},
        hides=bool(hidden),
    )


def _marked(standing: Standing, corrected: Standing | None, spread: Disagreement | None) -> MarkedFile:
    between = spread.between_share if spread else None
    return MarkedFile(
        place=RankRow(standing.key, standing.rank, standing.score, standing.spread, standing.tied, bool(standing.missing)),
        corrected_rank=corrected.rank if corrected else None,
        corrected_score=corrected.score if corrected else None,
        between_percent=None if between is None else int(round_half_up(between, places=0, times=100)),
        wide_range=bool(spread and spread.wide_range),
        wide_deviation=bool(spread and spread.wide_deviation),
    )


# -- Jurors -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class JurorLine:
    """One juror: how far the marks stand from those of others on the same files, in points, and on how many marks."""

    juror: User
    body: Authority
    points: Decimal
    marks: int


def juror_lines(statistics: Statistics, panel: Panel) -> list[JurorLine]:
    """From the most severe to the most generous. Reads the database only for jurors who have left the panel."""
    people = complete(panel.people, User, {effect.juror for effect in statistics.severity.effects})
    bodies = complete(panel.bodies, Authority, set(statistics.bodies.values()))
    lines = [JurorLine(people[e.juror], bodies[statistics.bodies[e.juror]], e.points, e.marks) for e in statistics.severity.effects]
    return sorted(lines, key=lambda line: (line.points, body_order(line.body), str(line.juror), line.juror.pk))


def people_of(panel: Panel, jurors: Sequence[int]) -> list[User]:
    """These people (ids) by name. Reads the database only for jurors who have left the panel."""
    people = complete(panel.people, User, set(jurors))
    return sorted((people[pk] for pk in jurors), key=lambda person: (str(person), person.pk))


# -- What the correction would change ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    """One file that the correction would bring in or put out."""

    reference: str
    name: str
    rank: int
    corrected_rank: int


@dataclass(frozen=True)
class CorrectionEffect:
    """What the correction would change in a cut. `scenario`: the one that the jury retained, None for the envelope alone."""

    scenario: SelectionScenario | None
    entering: list[Moved]
    leaving: list[Moved]

    @property
    def is_retained_cut(self) -> bool:
        """Whether it is measured on the scenario itself: another one is not computed again here, the envelope stands for it."""
        return self.scenario is not None and self.scenario.is_ranked_list

    @property
    def is_short(self) -> bool:
        """Whether its files are few enough to be listed at once."""
        return len(self.entering) + len(self.leaving) <= SHORT

    @property
    def changes(self) -> bool:
        return bool(self.entering or self.leaving)


def retained(call: Call) -> SelectionScenario | None:
    """The scenario retained last in a sitting of this call."""
    return SelectionScenario.objects.filter(session__call=call, retained_at__isnull=False).order_by("-retained_at", "-pk").first()


def effect_of_correction(call: Call, statistics: Statistics) -> CorrectionEffect | None:
    """The cut of the retained scenario, or of the envelopes, on scores as they are and on corrected ones.

    None for readers with a conflict of interest: who enters or leaves would reveal the hidden file. None as well when there is no
    correction, or no money. A scenario under rules is not solved again here: the envelope stands for it.
    """
    if statistics.hides or not statistics.severity.may_correct:
        return None
    scenario = retained(call)
    ranked = scenario if scenario and scenario.is_ranked_list else None
    limits = limits_of(ranked.parameters) if ranked else Limits(budget=envelopes_total(call))
    if limits.budget <= 0:
        return None
    files = _requests(call, ranked)
    before, after = (_selected(statistics, files, limits, corrected=corrected) for corrected in (False, True))
    return CorrectionEffect(scenario, _moved(statistics, files, after - before), _moved(statistics, files, before - after))


def _requests(call: Call, scenario: SelectionScenario | None) -> dict[int, tuple[str, str, Decimal]]:
    """File (id) → reference, name of the lycée, amount in euros."""
    if scenario:
        fields = ("application_id", "application__reference", "application__establishment__name", "requested_amount")
        return {pk: tuple(row) for pk, *row in scenario.lines.order_by().values_list(*fields)}
    rows = files_before_jury(call).order_by().values_list("pk", "reference", "establishment__name", "requested_amount")
    return {pk: tuple(row) for pk, *row in rows}


def _selected(statistics: Statistics, files: Mapping[int, tuple], limits: Limits, *, corrected: bool) -> set[int]:
    keys, listed = {}, []
    for position, file in enumerate(statistics.files, 1):
        if file.place.key in files:
            reference, _, amount = files[file.place.key]
            rank, score = (file.corrected_rank, file.corrected_score) if corrected else (file.place.rank, file.place.score)
            keys[reference] = file.place.key
            listed.append(ListedFile(reference, rank or position, score, amount))
    return {keys[line.file.key] for line in ranked_list(listed, limits) if line.is_selected}


def _moved(statistics: Statistics, files: Mapping[int, tuple], keys: set[int]) -> list[Moved]:
    return [
        Moved(*files[file.place.key][:2], rank=file.place.rank, corrected_rank=file.corrected_rank)
        for file in statistics.files
        if file.place.key in keys
    ]


def spread_bands(statistics: Statistics, alert: int) -> tuple[list[dict], int]:
    """How many files at each distance between jurors, in fifths of the alert, the last band open; and where the alert cuts."""
    step = Fraction(alert or SPREAD_BANDS, SPREAD_BANDS // 2)
    counts = [0] * SPREAD_BANDS
    for file in statistics.files:
        if file.place.spread is not None:
            counts[min(int(Fraction(file.place.spread) / step), SPREAD_BANDS - 1)] += 1
    edges = [f"{float(step * n):g}".replace(".", ",") for n in range(SPREAD_BANDS)]
    labels = [f"{a} à {b}" for a, b in zip(edges, edges[1:], strict=False)] + [f"≥ {edges[-1]}"]
    cut_at = SPREAD_BANDS // 2 if alert else 0
    return [
        {"label": label, "value": count, "strong": n >= cut_at} for n, (label, count) in enumerate(zip(labels, counts, strict=True))
    ], cut_at
