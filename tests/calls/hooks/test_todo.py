from datetime import timedelta

import pytest
from django.utils import timezone

from calls.hooks.todo import todo_for
from calls.models import CompletionRequest
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return EstablishmentFactory(name="Lycée Paul-Éluard")


@pytest.fixture
def member(school):
    return person(Role.MEMBER, at=school)


@pytest.fixture
def head(school):
    return person(Role.HEAD, at=school)


def titles(user) -> list[str]:
    return [item.title for item in todo_for(user)]


def test_a_draft_awaits_the_team_until_the_closing(school, member, head):
    application = ApplicationFactory(establishment=school, reference="AAP-0001")

    assert titles(member) == titles(head) == ["Compléter le dossier AAP-0001"]
    assert todo_for(member)[0].due == application.call.closes_at


def test_a_draft_of_a_closed_call_awaits_nobody(school, member):
    ApplicationFactory(establishment=school, call=CallFactory(closed=True))

    assert titles(member) == []


def test_a_visa_awaits_the_head_alone_then_the_submission_everybody(school, member, head):
    application = ApplicationFactory(establishment=school, reference="AAP-0001", state="awaiting_approval")

    assert (titles(member), titles(head)) == ([], ["Donner votre visa au dossier AAP-0001"])

    application.approved_at = timezone.now()
    application.save()
    assert titles(member) == titles(head) == ["Déposer le dossier AAP-0001"]


def test_complements_await_the_team_with_their_date(school, member):
    application = ApplicationFactory(establishment=school, reference="AAP-0001", submitted=True)
    assert titles(member) == []

    due = timezone.localdate() - timedelta(days=2)
    CompletionRequest.objects.create(application=application, fields=["resume"], message="x", due_on=due)

    assert [(item.title, item.due, item.days) for item in todo_for(member)] == [("Envoyer les compléments du dossier AAP-0001", due, -2)]


@pytest.mark.parametrize(("outcome", "expected"), [("awarded", 1), ("partly_awarded", 1), ("reserve", 0), ("rejected", 0)])
def test_an_award_awaits_the_head(school, member, head, outcome, expected):
    ApplicationFactory(establishment=school, state="decided", submitted_at=timezone.now(), outcome=outcome, granted_amount="100.00")

    assert (len(titles(member)), len(titles(head))) == (0, expected)


def test_an_open_call_awaits_the_lycees_that_may_apply_and_have_no_file(school, member):
    CallFactory(title="Lycée 4.0")
    CallFactory(title="Privés", eligible_categories=["private_contract"])
    CallFactory(title="Clos", closed=True)
    CallFactory(title="À venir", upcoming=True)
    taken = CallFactory(title="Déjà commencé")
    ApplicationFactory(call=taken, establishment=school, reference="AAP-0001")

    assert sorted(titles(member)) == ["Compléter le dossier AAP-0001", "L’appel « Lycée 4.0 » est ouvert"]


def test_another_lycee_s_files_await_me_never(member):
    call = CallFactory(closed=True)
    ApplicationFactory(call=call, state="awaiting_approval")
    ApplicationFactory(call=call, state="decided", submitted_at=timezone.now(), outcome="awarded")

    assert titles(member) == []


@pytest.mark.parametrize("role", [None, Role.JUROR, Role.OFFICER, Role.ADMIN])
def test_nothing_of_a_lycee_awaits_people_who_are_not_of_it(role, django_assert_num_queries):
    ApplicationFactory(state="awaiting_approval")
    user = person(role)
    assert user.grants is not None

    with django_assert_num_queries(0):
        assert todo_for(user) == []


@pytest.mark.parametrize("count", (1, 3))
def test_the_number_of_queries_does_not_grow(school, member, count, django_assert_num_queries):
    for _ in range(count):
        application = ApplicationFactory(establishment=school, submitted=True)
        CompletionRequest.objects.create(application=application, fields=["resume"], message="x", due_on=timezone.localdate())
        CallFactory()
    assert member.grants

    with django_assert_num_queries(5):
        todo_for(member)
