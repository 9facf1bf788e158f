"""Marks given by jurors, points computed by the portal, interests declared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from calls.enums import CallState
from calls.models import Application, Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.notifications import outbox
from portal.workflow.actors import SystemActor
from portal.workflow.gate import TransitionRefused, perform
from scoring import criteria, rules
from scoring.enums import AssessmentState, CriterionKind
from scoring.models import Assessment, ComputedMark, Criterion, Grid, InterestDeclaration, PanelMember, Score, SelectionSession
from scoring.queries import criteria as criteria_queries
from scoring.queries import jury


@dataclass(frozen=True)
class GivenMark:
    """What a juror says of one criterion: points, or not applicable with the reason; a remark may stand alone for a time."""

    points: Decimal | None
    is_applicable: bool = True
    remark: str = ""


class StaleMarks(Exception):
    """Something else was saved since the page was read: `criteria` of which the marks differ, `comment` when the comment does."""

    def __init__(self, criteria: list[Criterion], *, comment: bool):
        self.criteria, self.comment = criteria, comment
        super().__init__(", ".join(criterion.label for criterion in criteria))


@dataclass(frozen=True)
class SeenMarks:
    """The versions that a page showed: by criterion (id), and of the comment. What is not named is not compared."""

    scores: Mapping[int, int] = field(default_factory=dict)
    comment: int | None = None


NOTHING_SEEN = SeenMarks()


@transaction.atomic
def save_marks(
    *,
    assessment: Assessment,
    actor: User,
    marks: Mapping[Criterion, GivenMark],
    comment: str | None = None,
    is_flagged: bool | None = None,
    seen: SeenMarks = NOTHING_SEEN,
) -> Assessment:
    """Keep a juror's marks, whole or in part; what is not given here stays. Begins the reading at the first save.

    Values were checked by the form against each criterion. Raises TransitionRefused when the reading is handed in or the
    call is no longer (or not yet) scored, and StaleMarks, keeping nothing, when another page has saved other marks than those seen.
    """
    assessment = Assessment.objects.select_for_update(of=("self",)).select_related("application__call").get(pk=assessment.pk)
    refuse_late(assessment)
    scores = {score.criterion_id: score for score in assessment.scores.all()}
    changed = {c: mark for c, mark in marks.items() if c.pk not in scores or given_mark(scores[c.pk]) != mark}
    rewritten = comment is not None and comment != assessment.comment
    _refuse_stale(assessment, scores, changed, rewritten, seen)
    if assessment.state == AssessmentState.ASSIGNED:
        assessment = perform(assessment, "begin", actor=actor)
    for criterion, mark in changed.items():
        score = scores.get(criterion.pk) or Score(assessment=assessment, criterion=criterion)
        score.points, score.is_applicable, score.remark = mark.points, mark.is_applicable, mark.remark
        score.version += 1
        score.save()
    if rewritten:
        assessment.comment, assessment.comment_version = comment, assessment.comment_version + 1
    if is_flagged is not None:
        assessment.is_flagged = is_flagged
    assessment.saved_at = timezone.now()
    assessment.save(update_fields=["comment", "comment_version", "is_flagged", "saved_at"])
    return assessment


def given_mark(score: Score) -> GivenMark:
    """What a stored score says."""
    return GivenMark(score.points, is_applicable=score.is_applicable, remark=score.remark)


def _refuse_stale(
    assessment: Assessment, scores: Mapping[int, Score], changed: Iterable[Criterion], rewritten: bool, seen: SeenMarks
) -> None:
    """Raise StaleMarks when what would be overwritten is not what was seen."""
    versions = {key: score.version for key, score in scores.items()}
    stale = [c for c in changed if c.pk in seen.scores and seen.scores[c.pk] != versions.get(c.pk, 0)]
    stale_comment = rewritten and seen.comment not in (None, assessment.comment_version)
    if stale or stale_comment:
        raise StaleMarks(stale, comment=stale_comment)


def refuse_late(assessment: Assessment) -> None:
    """Raise TransitionRefused when marks can no longer, or not yet, be written."""
    if not assessment.is_open:
        raise TransitionRefused(
            [f"Cette évaluation est « {assessment.get_state_display().lower()} » : elle ne se modifie plus."], wrong_state=True
        )
    if missing := rules.call_is_scored.missing(assessment) + rules.file_is_before_jury.missing(assessment):
        raise TransitionRefused(missing, wrong_state=True)


@transaction.atomic
def hand_in(*, assessment: Assessment, actor: User) -> Assessment:
    """Hand in a complete reading; the journal keeps the marks as they are at that moment."""
    scores = assessment.scores.select_related("criterion").order_by("criterion__position")
    marks = {score.criterion.key: str(score.points) if score.points is not None else "sans objet" for score in scores}
    return perform(assessment, "submit", actor=actor, marks=marks)


@transaction.atomic
def declare_interest(*, application: Application, actor: User, reason: str) -> InterestDeclaration:
    """A juror declares a link with the lycée: the reading, if any, is recused, and the file no longer exists for that person.

    A mark already given leaves the average, until the sitting closes: afterwards the declaration hides the file, is told to the
    call managers and to the chair, and changes no number. Never undone by the juror. Raises TransitionRefused outside the panel.
    """
    list(
        SelectionSession.objects.select_for_update(of=("self",)).filter(call_id=application.call_id).order_by("pk")
    )  # none closes meanwhile
    if not PanelMember.objects.filter(call_id=application.call_id, user_id=actor.pk).exists():
        raise TransitionRefused(["Vous ne siégez pas dans le jury de cet appel."])
    reading = Assessment.objects.of(actor).filter(application=application).first()
    if reading and not reading.is_frozen:
        perform(reading, "recuse", actor=actor, reason=reason, motive=reason)
    return record_interest(application=application, user=actor, reason=reason)


def record_interest(*, application: Application, user: User, reason: str) -> InterestDeclaration:
    """Keep one declaration per person and file; the first reason stays."""
    declaration, created = InterestDeclaration.objects.get_or_create(user=user, application=application, defaults={"reason": reason[:300]})
    if created:
        late = jury.is_decided_by_a_sitting(application.call)
        recorder.record(application, "declare_interest", actor=user, reason=reason, data={"after_the_sitting": True} if late else None)
        if late:
            outbox.post("late_interest", about=declaration, actor=user)
    return declaration


def recompute_marks(*, call: Call, actor: User) -> int:
    """Compute the marks again while the scoring is open. Raises TransitionRefused before and after it."""
    if call.state != CallState.ASSESSMENT:
        sentence = "Les points calculés le sont à l’ouverture de la notation, et ne changent plus après elle."
        raise TransitionRefused([sentence], wrong_state=True)
    return compute_marks(call=call, actor=actor)


@transaction.atomic
def compute_marks(*, call: Call, actor: User | SystemActor) -> int:
    """Compute every computed criterion for every file before the jury, and keep points and sentences. Returns how many.

    Safe to run again: the same facts give the same marks. Seven queries and one write per thousand marks.
    """
    rules_by_criterion = {c: criteria.rule_of(c.function) for c in Criterion.objects.filter(grid__call=call, kind=CriterionKind.COMPUTED)}
    files = list(jury.files_before_jury(call).select_related("establishment__department"))
    region = criteria_queries.call_facts(call, files)
    reads_files = any(rule.reads_file for rule in rules_by_criterion.values())
    sent = criteria_queries.contents_of(call) if reads_files else {}
    marks = []
    for application in files:
        facts = criteria_queries.file_facts(application.establishment, sent.get(application.pk))
        for criterion, rule in rules_by_criterion.items():
            mark = rule.mark(facts, region, criterion.max_points, criterion.parameters)
            marks.append(ComputedMark(application=application, criterion=criterion, points=mark.points, reason=mark.reason[:300]))
    ComputedMark.objects.bulk_create(
        marks, batch_size=1000, update_conflicts=True, unique_fields=["application", "criterion"], update_fields=["points", "reason"]
    )
    Grid.objects.filter(call=call).update(computed_at=timezone.now())
    recorder.record(call, "compute_marks", actor=actor, data={"files": len(files), "marks": len(marks)})
    return len(marks)
