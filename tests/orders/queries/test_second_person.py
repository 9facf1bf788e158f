"""An act that one named person did, and that this person does not undo: the page says so, and who may; so does an act that nobody may do."""

import pytest
from django.utils import timezone

from orders.actions.acceptance import accept_document
from portal.roles import Role
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.orders import InvoiceFactory, OrderLineFactory, PurchaseOrderFactory, WorkLineFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db
ALONE = "Personne d’autre n’a ce rôle aujourd’hui"


def page_of(client, document, user) -> str:
    client.force_login(user)
    return text_of(client.get(document.get_absolute_url()))


def test_who_pronounced_an_acceptance_of_works_reads_that_another_takes_it_back(client):
    technician = person(Role.TECHNICIAN)
    work = accept_document(document=WorkLineFactory(work__pre_acceptance=True).work, reserves=[], actor=technician)
    sentence = "Vous avez prononcé cette réception"

    alone = page_of(client, work, technician)
    other = person(Role.ORDERS)
    accompanied, of_other = page_of(client, work, technician), page_of(client, work, other)

    assert (sentence in alone, ALONE in alone) == (True, True)
    assert (sentence in accompanied, ALONE in accompanied) == (True, False)
    assert (sentence in of_other, "Reprendre la réception" in of_other) == (False, True)


def test_who_closed_reads_that_another_opens_again(client):
    closer = person(Role.FINANCE)
    order = OrderLineFactory(order__invoiced=True).order
    InvoiceFactory(order=order)
    closed = perform(order, "close", actor=closer)

    alone = page_of(client, closed, closer)
    other = page_of(client, closed, person(Role.ORDERS))

    assert ("Vous avez prononcé la clôture" in alone, ALONE in alone, "Rouvrir la facturation" in alone) == (True, True, False)
    assert ("Vous avez prononcé la clôture" in other, "Rouvrir la facturation" in other) == (False, True)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE, Role.HEAD])
def test_nobody_else_is_told_who_undoes_what(client, role):
    technician = person(Role.TECHNICIAN)
    work = accept_document(document=WorkLineFactory(work__pre_acceptance=True).work, reserves=[], actor=technician)

    assert "Vous avez prononcé" not in page_of(client, work, person(role, at=work.establishment if role == Role.HEAD else None))


def test_an_order_that_no_head_can_accept_says_so_until_there_is_one(client):
    clerk = person(Role.ORDERS)
    order = PurchaseOrderFactory(delivered=True)
    gone = person(Role.HEAD, at=order.establishment)
    sentence = "Personne n’a ce rôle sur le portail pour ce lycée"

    before = page_of(client, order, clerk)
    gone.role_grants.update(ended_at=timezone.now())
    without = page_of(client, order, clerk)
    heir = person(Role.HEAD, at=order.establishment)

    assert (sentence in before, sentence in without, sentence in page_of(client, order, clerk)) == (False, True, False)
    assert accept_document(document=order, reserves=[], actor=heir).state == "accepted"
