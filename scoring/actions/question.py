"""Questions of the jury to a lycée: asked on a criterion, sent in one batch, answered in the thread of the criterion."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls.models import Application
from portal.accounts.models import User
from portal.journal import recorder
from portal.text.dates import day
from portal.threads import actions as threads
from portal.threads.enums import Audience, ThreadSide
from portal.threads.models import Thread
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, perform
from portal.workflow.reactions import Move
from scoring import rules
from scoring.enums import JuryQuestionState
from scoring.models import Assessment, Criterion, JuryQuestion

PLACE = "critere-"  # how the place of a thread about a criterion begins


@transaction.atomic
def ask_question(*, assessment: Assessment, criterion: Criterion, text: str, actor: User) -> JuryQuestion:
    """Keep the question of a juror on a criterion of a file of their pile: whoever manages the jury sends it.

    Raises PermissionDenied for anybody but its juror, and for a juror who has declared a link with the file since; TransitionRefused once the scoring is over or the file no longer before the jury.
    """
    if not rules.owns_assessment(assessment, actor):
        raise PermissionDenied("ask_question")
    question = JuryQuestion(application=assessment.application, criterion=criterion, text=text, asked_by=actor)
    if question.is_hidden_from(actor):
        raise PermissionDenied("ask_question")
    if gaps := rules.sitting_is_to_come.missing(question) or rules.question_is_before_jury.missing(question):
        raise TransitionRefused(gaps, wrong_state=True)
    question.save()
    recorder.record(question, "ask_question", actor=actor, data={"question": text})
    return question


@transaction.atomic
def send_questions(*, questions: Iterable[JuryQuestion], due_on: date, actor: User) -> int:
    """Send these questions to their lycées together, each in the thread of its criterion; returns how many.

    All or none: raises PermissionDenied and TransitionRefused, as the gate does.
    """
    sent = 0
    for question in sorted(questions, key=lambda each: each.pk):
        fresh = perform(question, "send", actor=actor, due_on=due_on)
        thread = threads.thread_at(fresh.application, f"{PLACE}{fresh.criterion_id}", Audience.SHARED)
        post = threads.write(thread=thread, text=message(fresh), actor=actor, side=ThreadSide.REGION)
        JuryQuestion.objects.filter(pk=fresh.pk).update(post=post)
        sent += 1
    return sent


def message(question: JuryQuestion) -> str:
    """What the lycée reads: the criterion, until when it may answer, the question; never who asked it."""
    return (
        f"Le jury pose une question sur le critère « {question.criterion.label} ». Répondez ici jusqu’au {day(question.due_on)} inclus, "
        f"avec des pièces jointes s’il le faut ; le dossier déposé, lui, ne change pas.\n\n{question.text}"
    )


def place_label(application: Application, place: str) -> str:
    """« Question du jury, Pédagogie ». Raises LookupError for a criterion that the call does not have."""
    key = place.removeprefix(PLACE)
    criterion = Criterion.objects.filter(grid__call=application.call_id, pk=int(key)).first() if key.isdigit() else None
    if criterion is None:
        raise LookupError(place)
    return f"Question du jury, {criterion.label}"


def note_answer(thread: Thread, move: Move) -> None:
    """What the lycée writes answers the questions of this criterion, late or not: nobody at the Région is to write again."""
    waiting = JuryQuestion.objects.filter(
        post__thread=thread, state__in=(JuryQuestionState.SENT, JuryQuestionState.ENDED, JuryQuestionState.UNANSWERED)
    )
    answered = [perform(question, "answer", actor=SYSTEM) for question in waiting.order_by("pk")]
    if answered:
        perform(thread, "settle_by_itself", actor=SYSTEM)


def note_no_answer(thread: Thread, move: Move) -> None:
    for question in JuryQuestion.objects.filter(post__thread=thread, state=JuryQuestionState.SENT).order_by("pk"):
        perform(question, "leave_unanswered", actor=SYSTEM)


def note_withdrawn(thread: Thread, move: Move) -> None:
    """A message was withdrawn: the question is to be sent again, or its answer is awaited again, and the turn is then the lycée's, whatever was
    before: an answer that came after « Rien à répondre » leaves nobody's turn."""
    about, awaited = JuryQuestion.objects.filter(post__thread=thread).select_related("post").order_by("pk"), False
    for question in about.filter(state=JuryQuestionState.SENT, post__withdrawn_at__isnull=False):
        perform(question, "take_back", actor=SYSTEM)
    for question in about.filter(state=JuryQuestionState.ANSWERED):
        left = thread.posts.standing().filter(side=ThreadSide.LYCEE, pk__gt=question.post_id)
        if not left.exists():
            perform(question, "await_again", actor=SYSTEM)
            awaited = True
    if awaited and not Thread.objects.get(pk=thread.pk).is_awaited:
        perform(thread, "take_back_to_lycee", actor=SYSTEM)
