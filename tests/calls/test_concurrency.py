"""Several people at the same instant, on real row locks."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from calls.actions.answers import StaleAnswer, save_answer
from calls.actions.instruction import open_completion_request
from calls.actions.needs import LineValues, add_line
from calls.actions.start import start_application
from calls.actions.ticking import tick_points
from calls.actions.versions import freeze_version
from calls.actions.writing import WritingRefused
from calls.enums import VersionReason
from calls.forms.applicant import token_of
from calls.models import AdmissibilityTick, Answer, Application, ApplicationVersion, RequestLine
from calls.queries.content import build_content, requested_amount
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.text.canonical import fingerprint
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CROWD = 8


def at_once(acts) -> list:
    """Run every act at the same instant, each on its own connection; what each one returned, or the name of its refusal."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=20)
            return act()
        except (TransitionRefused, StaleAnswer, WritingRefused) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_lycees_that_start_together_have_each_their_reference():
    call = CallFactory(reference="AAP")
    schools = EstablishmentFactory.create_batch(CROWD)
    people = [person(Role.MEMBER, at=school) for school in schools]

    at_once(
        [lambda s=school, p=people[rank]: start_application(call=call, establishment=s, actor=p) for rank, school in enumerate(schools)]
    )

    references = sorted(Application.objects.values_list("reference", flat=True))
    assert references == [f"AAP-{number:04d}" for number in range(1, CROWD + 1)]


def test_colleagues_that_start_together_make_one_file():
    call, school = CallFactory(), EstablishmentFactory()
    people = [person(Role.MEMBER, at=school) for _ in range(CROWD)]

    found = at_once([lambda p=actor: start_application(call=call, establishment=school, actor=p) for actor in people])

    assert found.count("TransitionRefused") == CROWD - 1
    assert Application.objects.count() == 1


@pytest.mark.parametrize("seen", [0, 1], ids=["first answer", "next answer"])
def test_editors_of_one_answer_never_write_over_each_other(seen):
    application = ApplicationFactory()
    question = application.questionnaire.schema.question("resume")
    people = [person(Role.MEMBER, at=application.establishment) for _ in range(CROWD)]
    if seen:
        save_answer(application=application, question=question, value="Lu par tous", seen_version=0, actor=people[0])

    found = at_once(
        [
            lambda n=number, p=actor: (
                save_answer(application=application, question=question, value=f"Texte {n}", seen_version=seen, actor=p).value
            )
            for number, actor in enumerate(people)
        ]
    )

    kept = Answer.objects.get()
    assert Counter(found) == {kept.value: 1, "StaleAnswer": CROWD - 1}
    assert kept.version == seen + 1


@pytest.mark.parametrize("seen", [0, 1], ids=["first answer", "next answer"])
def test_two_pages_that_save_the_same_answer_write_one_and_show_it_to_the_other(seen):
    application = ApplicationFactory()
    pages = [Client() for _ in range(2)]
    for page in pages:
        page.force_login(person(Role.MEMBER, at=application.establishment))
    if seen:
        Answer.objects.create(application=application, question_key="resume", value="Lu par tous", version=1)
    address, token = f"{application.get_absolute_url()}reponses/resume/", token_of(seen, "Lu par tous" if seen else None)

    found = at_once(
        [
            lambda n=number, page=page: (
                page.post(address, {"q-resume": f"Texte {n}", "v-resume": token}, headers={"HX-Request": "true"}).status_code
            )
            for number, page in enumerate(pages)
        ]
    )

    assert sorted(found) == [200, 409]
    assert Answer.objects.get().version == seen + 1


def test_needs_added_together_all_count_in_the_amount():
    application = ApplicationFactory()
    question = application.questionnaire.schema.question("besoins")
    people = [person(Role.MEMBER, at=application.establishment) for _ in range(CROWD)]

    at_once(
        [
            lambda p=actor: add_line(
                application=application, question=question, item_code="portable-11", values=LineValues(1, 1, False), actor=p
            )
            for actor in people
        ]
    )

    assert sorted(RequestLine.objects.values_list("position", flat=True)) == list(range(1, CROWD + 1))
    assert str(Application.objects.get().requested_amount) == "3955.20"  # 8 × 412 € + 20 %


def test_pressing_submit_together_submits_once():
    application = ApplicationFactory(complete=True)
    people = [person(Role.MEMBER, at=application.establishment) for _ in range(CROWD)]
    perform(application, "request_approval", actor=people[0])
    perform(application, "approve", actor=person(Role.HEAD, at=application.establishment))

    found = at_once([lambda p=actor: perform(application, "submit", actor=p).state for actor in people])

    assert Counter(found) == {"submitted": 1, "TransitionRefused": CROWD - 1}
    assert JournalEntry.objects.filter(action="submit").count() == 1
    assert ApplicationVersion.objects.filter(reason="submission").count() == 1
    received = Counter(Message.objects.filter(code="application_received").values_list("to_email", flat=True))
    assert len(received) == CROWD + 2  # the team, the head, the mailbox
    assert set(received.values()) == {1}


def test_an_answer_never_slips_in_after_the_version_that_a_visa_freezes():
    application = ApplicationFactory(complete=True)
    member, head = person(Role.MEMBER, at=application.establishment), person(Role.HEAD, at=application.establishment)
    question = application.questionnaire.schema.question("resume")

    def ask_and_approve():
        perform(application, "request_approval", actor=member)
        return perform(application, "approve", actor=head).state

    def write():
        return save_answer(application=application, question=question, value="À la dernière seconde", seen_version=1, actor=member).value

    found = at_once([ask_and_approve, write])

    frozen = ApplicationVersion.objects.get().content["sections"][0]["entries"][1]["value"]
    assert found[0] == "awaiting_approval"
    assert frozen == Answer.objects.get(question_key="resume").value


@pytest.mark.parametrize("rival", ["write", "send"])
def test_a_request_taken_back_while_the_lycee_writes_or_sends_loses_nothing_and_counts_one_of_the_two(rival):
    application = ApplicationFactory(submitted=True, complete=True)
    member, officer = person(Role.MEMBER, at=application.establishment), person(Role.OFFICER)
    received = freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=member)
    open_completion_request(application=application, fields=["besoins"], message="x", due_on=timezone.localdate(), actor=officer)
    question, more = application.questionnaire.schema.question("besoins"), LineValues(quantity=1, priority=1, is_essential=False)
    if rival == "send":
        add_line(application=application, question=question, item_code="serveur", values=more, actor=member)

    def take_back():
        return perform(application, "cancel_completion", actor=officer, reason="x").state

    def act():
        if rival == "send":
            return perform(application, "answer_completion", actor=member).state
        return add_line(application=application, question=question, item_code="serveur", values=more, actor=member).quantity

    cancelled, other = at_once([take_back, act])

    now, sent = Application.objects.get(), other == "submitted"
    kept = ApplicationVersion.objects.filter(reason__in=("unsent", "completion"))
    assert (cancelled == "submitted") == (not sent)
    assert now.requested_amount == requested_amount(now)
    assert (fingerprint(build_content(now)) == received.sha256) == (not sent)
    assert kept.count() == (0 if other == "WritingRefused" else 1)
    assert now.open_completion_request is None


def test_of_two_officers_one_ticks_no_and_the_other_declares_admissible_the_second_knows_of_the_first():
    line = {"key": "projet", "label": "Porte sur ce projet", "ticked": True, "help": "", "blocking": True, "reason": ""}
    application = ApplicationFactory(call=CallFactory(admissibility_lines=[line]), submitted=True, complete=True)
    one, other = person(Role.OFFICER), person(Role.OFFICER)
    tick_points(application=application, answers={"projet": ("yes", "")}, actor=one)

    ticked, declared = at_once(
        [
            lambda: tick_points(application=application, answers={"projet": ("no", "")}, actor=one),
            lambda: perform(application, "declare_admissible", actor=other).state,
        ]
    )

    current = AdmissibilityTick.objects.get(is_current=True).answer
    assert (ticked, declared, current) in [(1, "TransitionRefused", "no"), ("TransitionRefused", "admissible", "yes")]


def test_two_officers_who_tick_the_same_point_at_once_leave_one_current_answer():
    line = {"key": "projet", "label": "Porte sur ce projet", "ticked": True, "help": "", "blocking": True, "reason": ""}
    application = ApplicationFactory(call=CallFactory(admissibility_lines=[line]), submitted=True, complete=True)

    at_once(
        [lambda a=answer: tick_points(application=application, answers={"projet": (a, "")}, actor=person(Role.OFFICER)) for answer in ("yes", "no")]
    )  # fmt: skip

    assert Counter(AdmissibilityTick.objects.values_list("is_current", flat=True)) == {True: 1, False: 1}
