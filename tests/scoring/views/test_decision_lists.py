"""The list of decisions, and what each role has to do about them."""

from decimal import Decimal

import pytest
from django.utils import timezone

from portal.roles import Role
from portal.workflow.gate import perform
from scoring.hooks.todo import of_sittings
from tests.factories.accounts import person
from tests.factories.deliberation import deliberation, propose, sit, vote

pytestmark = pytest.mark.django_db


def test_list_says_so_when_no_call_has_come_to_decisions(client):
    client.force_login(person(Role.FINANCE))

    assert "Aucune décision à préparer" in client.get("/decisions/").content.decode()


def test_list_filters_sorts_and_totals(client):
    made = propose(deliberation())
    client.force_login(made.finance)

    def rows(**query):
        return [d.application for d in client.get("/decisions/", {"appel": made.call.reference} | query).context["page_obj"]]

    assert rows() == made.files
    assert rows(tri="-rang") == made.files[::-1]
    assert rows(issue="rejected") == made.files[2:]
    assert rows(q=made.files[1].reference) == [made.files[1]]
    assert rows(enveloppe=made.envelope.pk) == made.files[:2]
    assert rows(etat="voted") == []
    assert rows(issue="'; drop", tri="state") == made.files
    assert client.get("/decisions/", {"appel": "X"}).status_code == 404
    assert client.get("/decisions/", {"issue": "awarded"}).context["shown_total"] == Decimal("200.00")


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(client, count, django_assert_num_queries):
    made = propose(deliberation(marks=range(90, 90 - count, -1), amounts=[100] * count))
    client.force_login(made.finance)
    client.get("/decisions/")

    with django_assert_num_queries(LIST_QUERIES):
        response = client.get("/decisions/")

    assert response.context["page_obj"].paginator.count == count


@pytest.mark.parametrize("count", [1, 3])
def test_release_page_query_count(client, count, django_assert_num_queries):
    made = vote(deliberation(marks=range(90, 90 - count, -1), amounts=[100] * count))
    client.force_login(made.manager)
    client.get(f"/decisions/notification/{made.call.reference}/")

    with django_assert_num_queries(RELEASE_QUERIES):
        client.get(f"/decisions/notification/{made.call.reference}/")


LIST_QUERIES = 15
RELEASE_QUERIES = 26


def titles(user) -> list[str]:
    return [item.title for item in of_sittings(user)]


def test_each_step_awaits_its_role():
    made = deliberation()
    people = (made.manager, made.chair, made.finance, made.juror)

    def awaited():
        return [titles(type(user).objects.get(pk=user.pk)) for user in people]

    assert awaited() == [["Préparer la séance du jury"], [], [], []]
    sit(made)
    opened = "La séance du jury est ouverte"
    assert awaited() == [[opened], [opened], [], [opened]]
    from scoring.actions.decision import propose_decisions, record_vote

    perform(made.session, "close", actor=made.chair)
    sign = "Signer le procès-verbal de la séance du jury"
    assert awaited() == [[], [sign], ["Proposer les décisions"], []]
    propose_decisions(session=made.session, actor=made.finance)
    assert awaited() == [[], [sign], ["Enregistrer le vote de la Commission permanente"], []]
    record_vote(call=made.call, number="26CP-1542", held_on=timezone.localdate(), actor=made.finance)
    assert awaited() == [["Notifier les décisions et publier les résultats"], [sign], [], []]


def test_once_a_sitting_is_cancelled_another_is_to_prepare():
    made = sit(deliberation())

    perform(made.session, "cancel", actor=made.manager, reason="Quorum non atteint.")

    assert titles(made.manager) == ["Préparer la séance du jury"]


def test_todo_costs_two_queries_at_most(django_assert_max_num_queries):
    made = sit(deliberation())
    user = type(made.manager).objects.get(pk=made.manager.pk)
    assert user.roles

    with django_assert_max_num_queries(2):
        of_sittings(user)
