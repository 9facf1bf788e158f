"""The ranking of a call, read in a constant number of queries whatever the number of files."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Model, OuterRef, QuerySet

from calls.models import Application, Call
from portal.accounts.models import RoleGrant, User
from portal.directory.enums import AuthorityKind
from portal.directory.models import Authority
from scoring.enums import AssessmentState, CriterionKind
from scoring.marks.combination import CriterionWeight, Reading, mean, round_half_up
from scoring.marks.ranking import FileMarks, Standing, rank_files
from scoring.models import Applicability, Assessment, ComputedMark, Criterion, InterestDeclaration, Score
from scoring.queries.applying import MANY, decided_of, left_out, without_criterion
from scoring.queries.conflicts import hidden_applications
from scoring.queries.jury import counted, files_before_jury
from scoring.wording.applying import out_because


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
    has_no_criterion: bool = False  # no criterion that the jury marks applies to it


@dataclass(frozen=True)
class CriterionMark:
    """What a file got on one criterion: mean of the bodies' means for a rated one, points and sentence for a computed one.

    `said`: what was decided of a criterion with a condition. `kept`: how many jurors gave points that it then does not count.
    """

    criterion: Criterion
    points: Decimal | None
    remarks: tuple[str, ...] = ()
    sentence: str = ""
    is_read: bool = True  # somebody's marks count for the file, on this criterion or another
    said: Applicability | None = None
    kept: int = 0

    @property
    def is_out(self) -> bool:
        """Whether the criterion does not apply to the file."""
        return self.said is not None and self.said.is_out

    @property
    def absence(self) -> str:
        """Why there are no points, in two words; empty when there are some."""
        if self.points is not None:
            return ""
        if self.is_out:
            return "ne s’applique pas"
        if not self.criterion.is_rated:
            return "non calculé"
        return "sans objet" if self.is_read else "aucune note"


class Panel:
    """The seats of a call, read once for what one page needs: people, bodies, and how many links with lycées each person has,
    by a role or declared.
    """

    def __init__(self, call: Call):
        links = RoleGrant.objects.in_schools().filter(user=OuterRef("user"))
        interests = InterestDeclaration.objects.filter(user=OuterRef("user"), application__call=call)
        seats = call.panel.select_related("user", "body").annotate(n_links=counted(links), n_interests=counted(interests))
        self.seats = list(seats.order_by("pk"))
        self.people = {seat.user_id: seat.user for seat in self.seats}
        self.bodies = {seat.body_id: seat.body for seat in self.seats}
        self._regions = {pk for pk, body in self.bodies.items() if body.kind == AuthorityKind.REGION}

    def expected(self, authority_id: int) -> set[int]:
        """Bodies that are to read a file of this authority: the Région, and the authority itself where it sits."""
        return self._regions | ({authority_id} & self.bodies.keys())


def standings(call: Call, *, viewer: User | None = None, panel: Panel | None = None) -> list[Standing]:
    """Every file before the jury in order of rank, without the files hidden from `viewer` (None: the portal itself).

    Ranks are those of the list returned: a hidden file leaves no gap.
    """
    grid = getattr(call, "grid", None)
    if grid is None:
        return []
    files = files_before_jury(call)
    if viewer is not None:
        files = files.exclude(pk__in=hidden_applications(viewer).values("pk"))
    rows = files.order_by().values_list("pk", "reference", "submitted_at", "establishment__authority_id")
    criteria = list(grid.criteria.all())
    return rank_files(file_marks(call, list(rows), panel or Panel(call), criteria), rules_of(criteria), grid.scale)


def rules_of(criteria: Iterable[Criterion]) -> list[CriterionWeight]:
    return [CriterionWeight(c.pk, c.weight, c.max_points, c.is_rated) for c in criteria]


def ranking(call: Call, *, viewer: User | None = None) -> list[RankedFile]:
    """The whole ranking with its files (establishment, authority, département), for sessions and exports."""
    panel = Panel(call)
    return ranked_files(call, standings(call, viewer=viewer, panel=panel), panel=panel)


def ranked_files(
    call: Call, wanted: Sequence[Standing], *, panel: Panel, files: Mapping[int, Application] | None = None
) -> list[RankedFile]:
    """These standings (a page of them, or all) with their files, bodies and jurors. No query for the files when they are given."""
    unmarked = [s.key for s in wanted if s.score is None]
    outside = without_criterion(call, call.grid.criteria.all(), unmarked) if unmarked else frozenset()
    files = _files(call) if files is None else files
    bodies = complete(panel.bodies, Authority, {b for s in wanted for b in (*s.by_body, *s.missing)})
    people = complete(panel.people, User, {mark.juror for s in wanted for mark in s.jurors})
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
            has_no_criterion=s.key in outside,
        )
        for s in wanted
    ]


def complete(known: Mapping, model: type[Model], wanted: set[int]) -> Mapping:
    """`known`, and what is missing from it (a body or a person who no longer sits), read from the database."""
    lacking = wanted - known.keys()
    return {**known, **model.objects.in_bulk(lacking)} if lacking else known


def _files(call: Call) -> dict[int, Application]:
    return {f.pk: f for f in with_school(files_before_jury(call)).order_by()}


def with_school(files: QuerySet[Application]) -> QuerySet[Application]:
    return files.select_related("establishment__authority", "establishment__department", "call")


def body_order(body: Authority) -> tuple:
    """The Région first, then académies by name, then the DRAAF."""
    kinds = [AuthorityKind.REGION, AuthorityKind.ACADEMY, AuthorityKind.DRAAF]
    return kinds.index(body.kind), body.name


def file_marks(
    call: Call, rows: Sequence[tuple], panel: Panel, criteria: Iterable[Criterion], keys: list[int] | None = None
) -> list[FileMarks]:
    """Everything that enters the scores of these files, given as (id, reference, submitted_at, authority id). `criteria`: those of the grid.

    `keys` restricts what is read to the files of one page; without it, the whole call is read at once.
    """
    (readings, confided), computed = _readings(call, keys), _computed(call, keys)
    out = left_out(call, criteria, keys)
    return [
        FileMarks(
            key=pk,
            reference=reference,
            submitted_at=submitted_at,
            readings=tuple(readings[pk]),
            computed=computed[pk],
            expected=frozenset(confided[pk] | panel.expected(authority)),
            out=out.get(pk, frozenset()),
        )
        for pk, reference, submitted_at, authority in rows
    ]


def _readings(call: Call, file_ids: list[int] | None = None) -> tuple[dict[int, list[Reading]], dict[int, set[int]]]:
    """Counted readings by file, and the bodies to which each file was confided, recusals included."""
    if file_ids is None:
        rows = Assessment.objects.filter(application__call=call)
        scores = Score.objects.filter(assessment__application__call=call, assessment__state=AssessmentState.SUBMITTED)
    else:  # by the key alone: a database without statistics would start from the state
        rows = Assessment.objects.filter(application_id__in=file_ids)
        scores = Score.objects.filter(assessment__application_id__in=file_ids)
    points = defaultdict(dict)
    for assessment_id, criterion_id, value in scores.order_by().values_list("assessment_id", "criterion_id", "points"):
        points[assessment_id][criterion_id] = value
    found, confided = defaultdict(list), defaultdict(set)
    fields = ("pk", "application_id", "juror_id", "body_id", "state", "in_conflict", "is_counted")
    for pk, file_id, juror_id, body_id, state, in_conflict, is_counted in rows.with_conflicts().order_by("pk").values_list(*fields):
        confided[file_id].add(body_id)
        if is_counted or (is_counted is None and state == AssessmentState.SUBMITTED and not in_conflict):
            found[file_id].append(Reading(juror_id, body_id, points[pk]))
    return found, confided


def _computed(call: Call, keys: list[int] | None = None) -> dict[int, dict[int, Decimal | None]]:
    found = defaultdict(dict)
    marks = ComputedMark.objects.filter(application__call=call, criterion__kind=CriterionKind.COMPUTED)
    if keys is not None:
        marks = marks.filter(application_id__in=keys)
    for file_id, criterion_id, points in marks.order_by().values_list("application_id", "criterion_id", "points"):
        found[file_id][criterion_id] = points
    return found


def marks_by_criterion(call: Call, file_ids: Iterable[int]) -> dict[int, list[CriterionMark]]:
    """For each file (id), its mark on every criterion in the order of the grid: for reasons, letters and exports."""
    file_ids = list(file_ids)
    few = file_ids if len(file_ids) <= MANY else None
    criteria = list(call.grid.criteria.all())
    readings, _ = _readings(call, few)
    marks = ComputedMark.objects.filter(application__call=call)
    counted = Assessment.objects.counted().filter(application__call=call)
    if few is not None:
        marks, counted = marks.filter(application_id__in=few), counted.filter(application_id__in=few)
    computed = {(m.application_id, m.criterion_id): m for m in marks}
    said = {(each.application_id, each.criterion_id): each for each in decided_of(call, criteria, few)}
    remarks = defaultdict(list)
    given = Score.objects.filter(assessment__in=counted).exclude(remark="").order_by("pk")
    for file_id, criterion_id, remark in given.values_list("assessment__application_id", "criterion_id", "remark"):
        remarks[file_id, criterion_id].append(remark)
    return {
        file_id: [
            _mark(c, readings[file_id], computed.get((file_id, c.pk)), remarks[file_id, c.pk], said.get((file_id, c.pk))) for c in criteria
        ]
        for file_id in file_ids
    }


def _mark(
    criterion: Criterion, readings: Sequence[Reading], computed: ComputedMark | None, remarks: Iterable[str], said: Applicability | None
) -> CriterionMark:
    if said and said.is_out:
        kept = sum(reading.points.get(criterion.pk) is not None for reading in readings)
        return CriterionMark(criterion, None, tuple(remarks), out_because(said.facts), bool(readings), said, kept)
    if not criterion.is_rated:
        return CriterionMark(criterion, computed.points if computed else None, sentence=computed.reason if computed else "", said=said)
    by_body: dict[int, list[Fraction]] = {}
    for reading in readings:
        value = reading.points.get(criterion.pk)
        if value is not None:
            by_body.setdefault(reading.body, []).append(Fraction(value))
    means = [mean(values) for values in by_body.values()]
    points = round_half_up(mean(means)) if means else None
    return CriterionMark(criterion, points, remarks=tuple(remarks), is_read=bool(readings), said=said)
