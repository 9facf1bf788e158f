"""The ranking of a call, read in a constant number of queries whatever the number of files."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from calls.models import Application
from portal.accounts.models import User
from portal.directory.enums import AuthorityKind
from portal.directory.models import Authority
from scoring.enums import AssessmentState, CriterionKind
from scoring.models import Assessment, ComputedMark, Criterion, Score
from scoring.queries import files_before_jury, hidden_applications
from scoring.ranking import FileMarks, Reading, Rule, Standing, rank_files, round_half_up

MANY = 500  # above, a list of keys is not sent to the database


@dataclass(frozen=True)
class BodyScore:
    """The mean of one body, out of the scale."""

    body: Authority
    score: Decimal


@dataclass(frozen=True)
class JurorMark:
    """The mark of one juror, out of the scale, on rated criteria."""

    juror: User
    body: Authority
    score: Decimal


@dataclass(frozen=True)
class RankedFile:
    """One line of the ranking. Without any mark, `rank` and `score` are None and the file comes last."""

    application: Application
    rank: int | None
    score: Decimal | None
    by_body: tuple[BodyScore, ...]
    jurors: tuple[JurorMark, ...]
    spread: Decimal | None
    is_disputed: bool
    is_tied: bool
    missing: tuple[Authority, ...]


@dataclass(frozen=True)
class CriterionMark:
    """What a file got on one criterion: mean of the bodies' means for a rated one, points and sentence for a computed one."""

    criterion: Criterion
    points: Decimal | None
    remarks: tuple[str, ...] = ()
    sentence: str = ""


def standings(call, *, viewer=None) -> list[Standing]:
    """Every file before the jury in order of rank, without the files hidden from `viewer` (None: the portal itself).

    Ranks are those of the list returned: a hidden file leaves no gap. Eight queries at most.
    """
    grid = getattr(call, "grid", None)
    if grid is None:
        return []
    rules = [Rule(c.pk, c.weight, c.max_points, c.is_rated) for c in grid.criteria.all()]
    return rank_files(_file_marks(call, viewer), rules, grid.scale)


def ranking(call, *, viewer=None) -> list[RankedFile]:
    """The whole ranking with its files (establishment, authority, département), for sessions and exports."""
    return ranked_files(call, standings(call, viewer=viewer))


def ranked_files(call, wanted: Sequence[Standing]) -> list[RankedFile]:
    """These standings (a page of them, or all) with their files, bodies and jurors. Three queries."""
    files = _files(call, [s.key for s in wanted])
    bodies = Authority.objects.in_bulk({b for s in wanted for b in (*s.by_body, *s.missing)})
    people = User.objects.in_bulk({mark.juror for s in wanted for mark in s.jurors})
    alert = call.grid.spread_alert if wanted else 0
    return [
        RankedFile(
            application=files[s.key],
            rank=s.rank,
            score=s.score,
            by_body=tuple(sorted((BodyScore(bodies[b], score) for b, score in s.by_body.items()), key=lambda x: body_order(x.body))),
            jurors=tuple(sorted((JurorMark(people[m.juror], bodies[m.body], m.score) for m in s.jurors), key=lambda m: m.score)),
            spread=s.spread,
            is_disputed=s.spread is not None and s.spread >= alert,
            is_tied=s.tied,
            missing=tuple(sorted((bodies[b] for b in s.missing), key=body_order)),
        )
        for s in wanted
    ]


def _files(call, keys: list[int]) -> dict[int, Application]:
    """One query, also for ten thousand files, where a list of keys would be cut into many."""
    files = Application.objects.filter(pk__in=keys) if len(keys) <= MANY else files_before_jury(call)
    return {f.pk: f for f in files.select_related("establishment__authority", "establishment__department", "call").order_by()}


def body_order(body: Authority) -> tuple:
    """The Région first, then académies by name, then the DRAAF."""
    kinds = [AuthorityKind.REGION, AuthorityKind.ACADEMY, AuthorityKind.DRAAF]
    return kinds.index(body.kind), body.name


def _file_marks(call, viewer) -> list[FileMarks]:
    files = files_before_jury(call)
    if viewer is not None:
        files = files.exclude(pk__in=hidden_applications(viewer))
    rows = list(files.order_by().values_list("pk", "reference", "submitted_at", "establishment__authority_id"))
    panel = set(call.panel.values_list("body_id", "body__kind"))
    always = {body for body, kind in panel if kind == AuthorityKind.REGION}
    seated = {body for body, _ in panel}
    (readings, confided), computed = _readings(call), _computed(call)
    return [
        FileMarks(
            key=pk,
            reference=reference,
            submitted_at=submitted_at,
            readings=tuple(readings[pk]),
            computed=computed[pk],
            expected=frozenset(confided[pk] | always | ({authority} & seated)),
        )
        for pk, reference, submitted_at, authority in rows
    ]


def _readings(call, file_ids: list[int] | None = None) -> tuple[dict[int, list[Reading]], dict[int, set[int]]]:
    """Counted readings by file, and the bodies to which each file was confided, recusals included. Two queries."""
    rows = Assessment.objects.filter(application__call=call)
    scores = Score.objects.filter(assessment__application__call=call, assessment__state=AssessmentState.SUBMITTED)
    if file_ids is not None:
        rows = rows.filter(application_id__in=file_ids)
        scores = scores.filter(assessment__application_id__in=file_ids)
    points = defaultdict(dict)
    for assessment_id, criterion_id, value in scores.order_by().values_list("assessment_id", "criterion_id", "points"):
        points[assessment_id][criterion_id] = value
    found, confided = defaultdict(list), defaultdict(set)
    fields = ("pk", "application_id", "juror_id", "body_id", "state", "in_conflict")
    for pk, file_id, juror_id, body_id, state, in_conflict in rows.with_conflicts().order_by("pk").values_list(*fields):
        confided[file_id].add(body_id)
        if state == AssessmentState.SUBMITTED and not in_conflict:
            found[file_id].append(Reading(juror_id, body_id, points[pk]))
    return found, confided


def _computed(call) -> dict[int, dict[int, Decimal | None]]:
    found = defaultdict(dict)
    marks = ComputedMark.objects.filter(application__call=call, criterion__kind=CriterionKind.COMPUTED)
    for file_id, criterion_id, points in marks.order_by().values_list("application_id", "criterion_id", "points"):
        found[file_id][criterion_id] = points
    return found


def marks_by_criterion(call, file_ids: Iterable[int]) -> dict[int, list[CriterionMark]]:
    """For each file (id), its mark on every criterion in the order of the grid: for reasons, letters and exports. Five queries."""
    file_ids = list(file_ids)
    few = file_ids if len(file_ids) <= MANY else None
    criteria = list(call.grid.criteria.all())
    readings, _ = _readings(call, few)
    marks = ComputedMark.objects.filter(application__call=call)
    counted = Assessment.objects.counted().filter(application__call=call)
    if few is not None:
        marks, counted = marks.filter(application_id__in=few), counted.filter(application_id__in=few)
    computed = {(m.application_id, m.criterion_id): m for m in marks}
    remarks = defaultdict(list)
    given = Score.objects.filter(assessment__in=counted).exclude(remark="").order_by("pk")
    for file_id, criterion_id, remark in given.values_list("assessment__application_id", "criterion_id", "remark"):
        remarks[file_id, criterion_id].append(remark)
    return {
        file_id: [_mark(file_id, c, readings[file_id], computed.get((file_id, c.pk)), remarks[file_id, c.pk]) for c in criteria]
        for file_id in file_ids
    }


def _mark(file_id, criterion, readings, computed, remarks) -> CriterionMark:
    if not criterion.is_rated:
        return CriterionMark(criterion, computed.points if computed else None, sentence=computed.reason if computed else "")
    by_body: dict[int, list[Fraction]] = {}
    for reading in readings:
        value = reading.points.get(criterion.pk)
        if value is not None:
            by_body.setdefault(reading.body, []).append(Fraction(value))
    means = [sum(values, Fraction(0)) / len(values) for values in by_body.values()]
    points = round_half_up(sum(means, Fraction(0)) / len(means)) if means else None
    return CriterionMark(criterion, points, remarks=tuple(remarks))
