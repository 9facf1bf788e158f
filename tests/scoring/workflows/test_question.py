"""A question of the jury: asked on a criterion, sent in one batch, answered by the lycée, read by every juror of the file."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from calls.models import Answer
from portal.files.access import may_read
from portal.files.models import StoredFile
from portal.notifications.models import Message
from portal.roles import Role
from portal.threads import actions
from portal.threads.enums import ThreadSide, ThreadState
from portal.threads.models import Post, Thread
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.question import ask_question, send_questions
from scoring.enums import AssessmentState, JuryQuestionState
from scoring.hooks.todo import of_jury
from scoring.models import InterestDeclaration, JuryQuestion
from scoring.queries.question import asked_about
from tests.factories.accounts import person
from tests.factories.cast import MANAGERS, assert_matrix, cast_around
from tests.factories.jury import admissible_file, juror, jury_call, reading, staff
from tests.portal.files.samples import pdf

pytestmark = pytest.mark.django_db

ARROWS = {
    ("proposed", "send", "sent"): MANAGERS,
    ("proposed", "withdraw", "withdrawn"): MANAGERS | {"asker"},
    ("sent", "end", "ended"): MANAGERS,
    **{(state, "answer", "answered"): set() for state in ("sent", "ended", "unanswered")},
    ("sent", "leave_unanswered", "unanswered"): set(),
    ("answered", "await_again", "sent"): set(),
    ("sent", "take_back", "proposed"): set(),
}


def a_question(state: str, name: str) -> JuryQuestion:
    call = jury_call()
    file = admissible_file(call)
    fields = {"sent_at": timezone.now(), "due_on": timezone.localdate()} if state not in ("proposed", "withdrawn") else {}
    return JuryQuestion.objects.create(
        application=file, criterion=call.grid.criteria.first(), text="Pourquoi ?", asked_by=juror(call), state=state, **fields
    )


@pytest.mark.parametrize("state", JuryQuestionState.values)
def test_who_moves_a_question_and_nobody_else(state):
    def cast(question):
        people = cast_around(question.application.call, question.application.establishment)
        return people | {"asker": question.asked_by}

    table = ARROWS if any(source == state for source, _, _ in ARROWS) else {}
    assert_matrix(state, table or ARROWS, make=lambda source, name: without_date(a_question(source, name), name), cast=cast)


def without_date(question: JuryQuestion, name: str) -> JuryQuestion:
    """`send` gives the date, which a CHECK wants: the test of the table gives none."""
    if name == "send":
        JuryQuestion.objects.filter(pk=question.pk).update(due_on=timezone.localdate())
        question.refresh_from_db()
    return question


@pytest.fixture
def made():
    """A file read by two jurors, its team, the manager."""
    call = jury_call()
    file = admissible_file(call)
    first, second = juror(call), juror(call)
    made = type("Made", (), {})()
    made.call, made.file, made.first, made.second = call, file, first, second
    made.member, made.manager = person(Role.MEMBER, at=file.establishment), staff(Role.CALL_MANAGER)
    made.reading = reading(file, first, state=AssessmentState.IN_PROGRESS)
    made.other = reading(file, second, state=AssessmentState.IN_PROGRESS)
    made.criterion = call.grid.criteria.first()
    return made


def sent(made) -> JuryQuestion:
    question = ask_question(assessment=made.reading, criterion=made.criterion, text="Combien de classes ?", actor=made.first)
    send_questions(questions=[question], due_on=timezone.localdate() + timedelta(days=7), actor=made.manager)
    return JuryQuestion.objects.get()


def answered(made, text: str = "Six classes.", **more) -> JuryQuestion:
    actions.write(thread=Thread.objects.get(), text=text, actor=made.member, side=ThreadSide.LYCEE, **more)
    return JuryQuestion.objects.get()


def long_ago() -> None:
    """Past the ten minutes in which its author withdraws a message."""
    Post.objects.filter(side=ThreadSide.LYCEE).update(sent_at=timezone.now() - timedelta(minutes=11))


def test_asked_sent_answered_read_by_every_juror_of_the_file_which_stays_frozen(client, made):
    before = list(Answer.objects.values())
    question = sent(made)
    thread = Thread.objects.get()
    assert (question.state, thread.state) == (JuryQuestionState.SENT, ThreadState.LYCEE)
    mail = Message.objects.get(code="thread_for_lycee")
    assert mail.recipient == made.member and "Combien de classes" in mail.body
    assert str(made.first) not in mail.body + thread.posts.get().text + thread.posts.get().author_label

    assert answered(made).state == JuryQuestionState.ANSWERED
    thread.refresh_from_db()
    assert thread.state == ThreadState.CLOSED
    assert not Message.objects.filter(code="thread_for_region").exists()
    assert list(Answer.objects.values()) == before

    client.force_login(made.second)
    page = client.get(made.other.get_absolute_url()).text
    assert "Combien de classes" in page and "Six classes" not in page  # its author may still withdraw it
    long_ago()
    assert "Six classes" in client.get(made.other.get_absolute_url()).text


def test_questions_go_in_one_batch_or_not_at_all(made):
    questions = [
        ask_question(assessment=made.reading, criterion=made.criterion, text=text, actor=made.first) for text in ("Un ?", "Deux ?")
    ]
    perform(questions[1], "withdraw", actor=made.first)

    with pytest.raises(TransitionRefused):
        send_questions(questions=questions, due_on=timezone.localdate(), actor=made.manager)

    assert not Thread.objects.exists() and not Message.objects.exists()


def test_a_juror_in_conflict_reads_and_asks_nothing(client, made):
    question = sent(made)
    InterestDeclaration.objects.create(user=made.second, application=made.file, reason="Parent.")

    assert not JuryQuestion.objects.visible_to(made.second) and not asked_about(made.file, made.second)
    client.force_login(made.second)
    for address in (question.get_absolute_url(), f"/jury/evaluations/{made.other.pk}/questions/{made.criterion.pk}/"):
        assert client.get(address).status_code == 404
    InterestDeclaration.objects.create(user=made.manager, application=made.file, reason="Voisin.")
    with pytest.raises(PermissionDenied):
        perform(question, "end", actor=made.manager)


def test_a_link_declared_since_the_page_was_opened_asks_nothing_either(made):
    InterestDeclaration.objects.create(user=made.first, application=made.file, reason="Parent.")

    with pytest.raises(PermissionDenied):
        ask_question(assessment=made.reading, criterion=made.criterion, text="Combien ?", actor=made.first)
    assert not JuryQuestion.objects.exists()


def test_questions_to_send_await_the_call_manager_but_for_a_file_hidden_from_them(made):
    def awaited(user) -> list[str]:
        return [item.title for item in of_jury(user) if "question" in item.title]

    for text in ("Un ?", "Deux ?"):
        ask_question(assessment=made.reading, criterion=made.criterion, text=text, actor=made.first)
    linked = staff(Role.CALL_MANAGER)
    InterestDeclaration.objects.create(user=linked, application=made.file, reason="Voisin.")

    assert awaited(made.manager) == ["Envoyer 2\N{NO-BREAK SPACE}questions du jury à des lycées"]
    assert [awaited(user) for user in (linked, made.first, made.member, person(Role.OFFICER))] == [[], [], [], []]
    send_questions(questions=JuryQuestion.objects.all(), due_on=timezone.localdate(), actor=made.manager)
    assert awaited(made.manager) == []


def test_who_reads_no_such_file_learns_of_no_question(made):
    sent(made)
    others = [juror(made.call), made.member, person(Role.HEAD, at=made.file.establishment), person(Role.OFFICER), person(Role.FINANCE)]

    assert [JuryQuestion.objects.visible_to(user).count() for user in others] == [0] * 5
    assert not Thread.objects.visible_to(made.first)  # a juror reads the answer beside the criterion, never the thread


def test_a_late_answer_is_marked_and_an_ended_question_still_takes_it(made):
    question = sent(made)
    perform(question, "end", actor=made.manager)
    JuryQuestion.objects.update(due_on=timezone.localdate() - timedelta(days=2))

    question = answered(made)
    long_ago()

    assert question.state == JuryQuestionState.ANSWERED and question.is_late
    [[asked]] = asked_about(made.file, made.second).values()
    assert [late for _, _, late in asked.answers] == [True]


def test_nothing_to_answer_then_an_answer_after_all(made):
    question = sent(made)
    perform(Thread.objects.get(), "settle_by_lycee", actor=made.member)
    question.refresh_from_db()
    assert question.state == JuryQuestionState.UNANSWERED

    assert answered(made).state == JuryQuestionState.ANSWERED


def test_an_answer_withdrawn_is_awaited_again_and_a_question_withdrawn_is_to_be_sent(made):
    sent(made)
    answered(made)
    thread = actions.withdraw(post=Post.objects.latest("pk"), actor=made.member)
    assert (thread.state, JuryQuestion.objects.get().state) == (ThreadState.LYCEE, JuryQuestionState.SENT)

    actions.withdraw(post=Post.objects.earliest("pk"), actor=made.manager)

    question = JuryQuestion.objects.get()
    assert (question.state, question.due_on, question.sent_at) == (JuryQuestionState.PROPOSED, None, None)
    assert not Message.objects.exists()
    send_questions(questions=[question], due_on=timezone.localdate() + timedelta(days=7), actor=made.manager)
    assert Thread.objects.get().state == ThreadState.LYCEE


def test_an_answer_to_a_later_question_is_not_said_late_under_the_first(made):
    for text, days, answer in (("Combien ?", -5, "Six."), ("Et les salles ?", 5, "Quatre.")):
        question = ask_question(assessment=made.reading, criterion=made.criterion, text=text, actor=made.first)
        send_questions(questions=[question], due_on=timezone.localdate() + timedelta(days=days), actor=made.manager)
        answered_after(made, answer, days=7 if days < 0 else 0)

    [asked] = asked_about(made.file, made.second).values()

    assert [[(post.text, late) for post, _, late in each.answers] for each in asked] == [[("Six.", False)], [("Quatre.", False)]]


def answered_after(made, text: str, *, days: int) -> None:
    """An answer of so many days ago, past the ten minutes of its author."""
    actions.write(thread=Thread.objects.get(), text=text, actor=made.member, side=ThreadSide.LYCEE)
    Post.objects.filter(text=text).update(sent_at=timezone.now() - timedelta(days=days, minutes=11))


def test_a_question_taken_back_beside_one_that_is_answered(made):
    """Both on one criterion, in one batch: the first is withdrawn in the thread, the lycée answers the second."""
    questions = [
        ask_question(assessment=made.reading, criterion=made.criterion, text=text, actor=made.first) for text in ("Un ?", "Deux ?")
    ]
    send_questions(questions=questions, due_on=timezone.localdate() + timedelta(days=5), actor=made.manager)
    actions.withdraw(post=Post.objects.earliest("pk"), actor=made.manager)
    answered_after(made, "Deux fois.", days=0)

    [asked] = asked_about(made.file, made.first).values()

    assert [(each.question.state, [post.text for post, _, _ in each.answers]) for each in asked] == [
        (JuryQuestionState.PROPOSED, []),
        (JuryQuestionState.ANSWERED, ["Deux fois."]),
    ]


def test_attachments_of_an_answer_are_read_by_the_jurors_of_the_file_alone(made):
    sent(made)
    answered(made, files=[SimpleUploadedFile("plan.pdf", pdf())])
    stored = StoredFile.objects.get(purpose="thread")
    assert not may_read(made.second, stored)

    long_ago()

    assert [may_read(user, stored) for user in (made.first, made.second, juror(made.call), person(Role.FINANCE))] == [
        True,
        True,
        False,
        False,
    ]


def test_once_the_scoring_is_over_nothing_is_asked_nor_sent(made):
    question = ask_question(assessment=made.reading, criterion=made.criterion, text="Et ?", actor=made.first)
    type(made.call).objects.filter(pk=made.call.pk).update(**{"state": "deliberation"})
    fresh = type(made.reading).objects.get(pk=made.reading.pk)

    with pytest.raises(TransitionRefused):
        ask_question(assessment=fresh, criterion=made.criterion, text="Encore ?", actor=made.first)
    with pytest.raises(TransitionRefused):
        send_questions(questions=[question], due_on=timezone.localdate(), actor=made.manager)


def test_the_manager_sends_from_the_page_of_the_jury(client, made):
    question = ask_question(assessment=made.reading, criterion=made.criterion, text="Combien ?", actor=made.first)
    client.force_login(made.manager)
    address = f"/jury/appels/{made.call.reference}/questions/"
    assert "Combien ?" in client.get(address).text

    refused = client.post(address, {"questions": [question.pk], "due_on": timezone.localdate().isoformat()})
    assert refused.status_code == 422 and "au moins jusqu’à demain" in refused.text
    client.post(address, {"questions": [question.pk], "due_on": (timezone.localdate() + timedelta(days=5)).isoformat()})

    question.refresh_from_db()
    assert question.state == JuryQuestionState.SENT


def test_a_late_answer_withdrawn_gives_the_turn_back_to_the_lycee(made):
    """It had said that there was nothing to answer: the thread was closed."""
    sent(made)
    perform(Thread.objects.get(), "settle_by_lycee", actor=made.member)
    answered(made)

    thread = actions.withdraw(post=Post.objects.latest("pk"), actor=made.member)

    assert (thread.state, Thread.objects.get().state, JuryQuestion.objects.get().state) == (
        ThreadState.LYCEE,
        ThreadState.LYCEE,
        JuryQuestionState.SENT,
    )
    assert list(Thread.objects.awaiting(made.member)) == [thread]
    assert Message.objects.filter(code="thread_for_lycee").count() == 1  # of one turn, one mail
