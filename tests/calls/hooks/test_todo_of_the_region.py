"""What awaits case officers and call managers, in a constant number of queries."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.actions.extensions import grant_extension
from calls.enums import CallState
from calls.hooks.todo import todo_for_staff
from calls.models import CompletionRequest
from portal.roles import Role
from portal.text.dates import day
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory

pytestmark = pytest.mark.django_db


def ask(application, *, days, answered=False):
    CompletionRequest.objects.create(
        application=application,
        fields=["titre"],
        message="Précisez.",
        due_on=timezone.localdate() + timedelta(days=days),
        answered_at=timezone.now() if answered else None,
    )


def test_officer_reads_late_received_and_unchecked_files():
    call = CallFactory(reference="L40-V2", title="Lycée 4.0, vague 2")
    late, received, _plain, waiting = (ApplicationFactory(call=call, submitted=True) for _ in range(4))
    ask(late, days=-2)
    ask(received, days=2, answered=True)
    ask(waiting, days=3)

    items = todo_for_staff(person(Role.OFFICER))

    assert [(item.title, item.url) for item in items] == [
        (f"{late.establishment.name}, Toul : réponse aux compléments en retard", late.get_absolute_url()),
        ("Statuer sur 1\u00a0dossier dont les compléments sont arrivés", "/dossiers/?vue=complements-recus"),
        ("Vérifier la recevabilité de 2\u00a0dossiers", "/dossiers/?vue=a-statuer&appel=L40-V2"),
    ]


def test_officer_reads_nothing_of_another_perimeter():
    ask(ApplicationFactory(submitted=True), days=-2)
    ApplicationFactory(submitted=True)

    assert todo_for_staff(person(Role.OFFICER, authority=AuthorityFactory(reims=True))) == []


def test_manager_reads_the_next_step_of_each_call():
    CallFactory(title="Bientôt", state=CallState.DRAFT, upcoming=True)
    CallFactory(
        title="Plus tard",
        state=CallState.DRAFT,
        opens_at=timezone.now() + timedelta(days=60),
        closes_at=timezone.now() + timedelta(days=90),
    )
    CallFactory(title="Ouvert")
    CallFactory(title="Clos", closed=True)
    checked = CallFactory(title="Tout est vu", closed=True, state=CallState.INSTRUCTION)
    ApplicationFactory(call=checked, admissible=True)
    ApplicationFactory(call=CallFactory(title="Reste à voir", closed=True, state=CallState.INSTRUCTION), submitted=True)

    titles = [item.title for item in todo_for_staff(person(Role.CALL_MANAGER))]

    assert titles == ["Ouvrir l’instruction de « Clos »", "Ouvrir la notation de « Tout est vu »", "Publier l’appel « Bientôt »"]


def test_the_instruction_awaits_the_last_closing_of_a_prolonged_lycee():
    call, manager = CallFactory(title="Prolongé", closed=True), person(Role.CALL_MANAGER)
    closes_at = timezone.now() + timedelta(days=2)
    grant_extension(call=call, establishment=EstablishmentFactory(), closes_at=closes_at, reason="Panne du réseau.", actor=manager)

    assert todo_for_staff(manager) == []

    begun, closed, last = (timezone.now() - timedelta(days=days) for days in (40, 9, 3))
    type(call).objects.filter(pk=call.pk).update(opens_at=begun, closes_at=closed, latest_closing=last)
    [item] = todo_for_staff(manager)
    assert f"Clos depuis le {day(last)}" in item.detail


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.JUROR, Role.TECHNICIAN])
def test_others_read_nothing(role):
    ApplicationFactory(submitted=True)
    CallFactory(closed=True)

    assert todo_for_staff(person(role)) == []


@pytest.mark.parametrize("count", [1, 3])
def test_officer_todo_query_count(count, django_assert_num_queries):
    for _ in range(count):
        ask(ApplicationFactory(call=CallFactory(), submitted=True), days=-1)
    user = person(Role.OFFICER)

    with django_assert_num_queries(6):
        items = todo_for_staff(user)

    assert len(items) == count
