"""A paper whose act was signed by delegation says so: who, in whose place, since when."""

import pytest

from calls.models import Application
from exports.issue import issued
from exports.papers.receipt import receipt_row, render_receipt
from orders.actions.acceptance import accept_document
from portal.accounts.models import User
from portal.roles import Role
from portal.text.dates import day
from portal.workflow.gate import perform
from tests.exports.reading import pdf_text
from tests.factories.accounts import DelegationFactory, person
from tests.factories.calls import ApplicationFactory
from tests.factories.orders import OrderLineFactory, PurchaseOrderFactory

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("by_delegation", [True, False])
def test_the_receipt_says_who_gave_the_visa(by_delegation):
    application = ApplicationFactory(complete=True, state="awaiting_approval")
    held = DelegationFactory(establishment=application.establishment)
    member = person(Role.MEMBER, at=application.establishment)
    perform(application, "approve", actor=fresh(held.delegate if by_delegation else held.head))
    perform(application, "submit", actor=fresh(member))

    text = pdf_text(render_receipt(receipt_row(Application.objects.get())))

    said = f"Mehdi Lakhal, par délégation de Delphine Roussel du {day(held.signed_on)}".replace("\u202f", " ").replace("\u00a0", " ")
    assert "Visa du chef d’établissement" in text
    assert (said in text.replace("\u202f", " ").replace("\u00a0", " ")) is by_delegation


def test_the_report_of_acceptance_says_by_what_it_is_signed():
    order = OrderLineFactory(order=PurchaseOrderFactory(delivered=True), quantity=4, delivered_quantity=4).order
    held = DelegationFactory(establishment=order.establishment, acts=["acceptance"])

    accept_document(document=order, reserves=[], actor=fresh(held.delegate))

    with issued("order_acceptance", order).file.content.open("rb") as file:
        text = pdf_text(file.read())
    assert "signé par Mehdi Lakhal, par délégation de Delphine Roussel du" in text
