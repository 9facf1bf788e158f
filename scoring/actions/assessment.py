"""Marks given by jurors, points computed by the portal, interests declared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls.enums import CallState
from calls.models import Application, Call, Opinion
from calls.rules import gives_opinion
from portal.accounts.models import User
from portal.journal import recorder
from portal.notifications import outbox
from portal.workflow.actors import SystemActor
from portal.workflow.gate import TransitionRefused, perform
from scoring import criteria, rules
from scoring.actions.applying import keep_applicability
from scoring.criteria.facts import Mark
from scoring.enums import AssessmentState, CriterionKind
from scoring.models import (
    Applicability,
    Assessment,
    ComputedMark,
    Criterion,
    Grid,
    InterestDeclaration,
    PanelMember,
    Score,
    SelectionSession,
)
from scoring.queries import criteria as criteria_queries
from scoring.queries import jury
from scoring.wording.applying import out_because


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
    out = assessment.left_out
    marks = {
        score.criterion.key: "ne s’applique pas"
        if score.criterion_id in out
        else "sans objet"
        if score.points is None
        else str(score.points)
        for score in scores
    }
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


@transaction.atomic
def declare_as_adviser(*, opinion: Opinion, actor: User, reason: str) -> InterestDeclaration:
    """Who gives the opinion of an authority declares a link with the lycée: the file no longer exists for that person, who gives none on it.

    Whoever also sits in the jury of the call declares it as a juror. Raises PermissionDenied.
    """
    if not gives_opinion(opinion, actor):
        raise PermissionDenied("declare_as_adviser")
    application = opinion.application
    if PanelMember.objects.filter(call_id=application.call_id, user_id=actor.pk).exists():
        return declare_interest(application=application, actor=actor, reason=reason)
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

    Which criteria apply to which files is decided with them. Safe to run again: the same facts give the same marks. Seven queries and one
    write per thousand marks; seven queries more, and as many writes, where the grid has conditions.
    """
    grid = list(Criterion.objects.filter(grid__call=call))
    rules_by_criterion = {c: criteria.rule_of(c.function) for c in grid if c.kind == CriterionKind.COMPUTED}
    conditional = [criterion for criterion in grid if criterion.is_conditional]
    files = list(jury.files_before_jury(call).select_related("establishment__department"))
    region = criteria_queries.call_facts(call, files)
    reads_files = bool(conditional) or any(rule.reads_file for rule in rules_by_criterion.values())
    sent = criteria_queries.contents_of(call) if reads_files else {}
    kept, changed = keep_applicability(call=call, criteria=conditional, files=files, contents=sent) if conditional else ({}, [])
    marks = []
    for application in files:
        facts = criteria_queries.file_facts(application.establishment, sent.get(application.pk))
        for criterion, rule in rules_by_criterion.items():
            said = kept.get((application.pk, criterion.pk))
            mark = _out(said) if said and said.is_out else rule.mark(facts, region, criterion.max_points, criterion.parameters)
            marks.append(ComputedMark(application=application, criterion=criterion, points=mark.points, reason=mark.reason[:300]))
    ComputedMark.objects.bulk_create(
        marks, batch_size=1000, update_conflicts=True, unique_fields=["application", "criterion"], update_fields=["points", "reason"]
    )
    Grid.objects.filter(call=call).update(computed_at=timezone.now())
    told = {"not_applicable": sum(row.is_out for row in kept.values()), "doubtful": sum(row.is_doubtful for row in kept.values())}
    data = {"files": len(files), "marks": len(marks)} | ({**told, "changed": changed} if conditional else {})
    recorder.record(call, "compute_marks", actor=actor, data=data)
    return len(marks)


def _out(said: Applicability) -> Mark:
    """No points, and why: the criterion does not apply to the file."""
    return Mark(None, out_because(said.facts))
