"""What the jury asked and what was answered, as its members read it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from calls.models import Application, Call
from portal.accounts.models import User
from portal.files.models import StoredFile
from portal.threads.enums import ThreadSide
from portal.threads.models import WITHDRAWABLE, Post
from portal.threads.queries import files_of
from scoring.enums import JuryQuestionState
from scoring.models import JuryQuestion

HELD = WITHDRAWABLE + timedelta(seconds=1)  # a juror reads what its author can withdraw no more


@dataclass(frozen=True)
class AskedOfLycee:
    """A question with its answers; `is_late`: this answer came after its day."""

    question: JuryQuestion
    answers: list[tuple[Post, list[StoredFile], bool]]


def asked_about(application: Application, user: User) -> dict[int, list[AskedOfLycee]]:
    """The questions of a file that this person reads, by criterion. Three queries where there are any, one otherwise."""
    questions = JuryQuestion.objects.visible_to(user).filter(application=application).select_related("post", "asked_by", "criterion")
    questions = list(questions.exclude(state=JuryQuestionState.WITHDRAWN).order_by("pk"))
    found: dict[int, list[AskedOfLycee]] = defaultdict(list)
    if not questions:
        return found
    threads = [question.post.thread_id for question in questions if question.post]
    until = timezone.now() - HELD
    posts = list(Post.objects.standing().filter(thread__in=threads, side=ThreadSide.LYCEE, sent_at__lte=until).order_by("pk"))
    files = files_of([post.pk for post in posts]) if posts else {}
    for question in questions:
        after = _answers(question, questions, posts) if question.post and question.is_known else []
        answers = [(post, files.get(post.pk, []), timezone.localdate(post.sent_at) > question.due_on) for post in after]
        found[question.criterion_id].append(AskedOfLycee(question, answers))
    return found


def _answers(question: JuryQuestion, questions: list[JuryQuestion], posts: list[Post]) -> list[Post]:
    """What the lycée wrote after this question, up to another one asked on the same criterion once it had answered.

    A question sent before any answer goes with the one before it: what comes then answers both.
    """
    after = [post for post in posts if post.thread_id == question.post.thread_id and post.pk > question.post_id]
    others = (each.post_id for each in questions if each.is_known and each.post and each.post.thread_id == question.post.thread_id)
    ends = min((other for other in others if after and other > after[0].pk), default=None)
    return after if ends is None else [post for post in after if post.pk < ends]


def questions_of(call: Call, user: User) -> list[JuryQuestion]:
    """All those of a call, for who follows its jury: what is to be sent first. One query."""
    found = JuryQuestion.objects.visible_to(user).filter(application__call=call)
    around = ("application__establishment", "application__call", "criterion", "asked_by", "post__thread")
    return sorted(found.select_related(*around).order_by("application__reference", "pk"), key=lambda question: not question.is_proposed)
