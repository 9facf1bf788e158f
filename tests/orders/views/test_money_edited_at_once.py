"""Two people store the same amount at one instant, each from the page that showed the earlier one: one is stored, the other is shown it."""

import pytest
from django.urls import reverse

from orders.models import Lot
from portal.roles import Role
from scoring.models import Envelope
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.orders import LotFactory
from tests.factories.scoring import EnvelopeFactory
from tests.stale import at_once, form_of, sent_by, signed_in

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def pressed_together(page: str, role: Role, name: str, *amounts: str) -> list[int]:
    """The answers to one person per amount, whose pages were all open before any of them pressed."""
    people = [signed_in(person(role)) for _ in amounts]
    forms = [sent_by(form_of(client.get(page), page), **{name: amount}) for client, amount in zip(people, amounts, strict=True)]
    return at_once(*(lambda client=client, form=form: client.post(page, form) for client, form in zip(people, forms, strict=True)))


def test_an_envelope():
    envelope = EnvelopeFactory(call=CallFactory(state="deliberation"), amount=1000)

    answers = pressed_together(reverse("scoring:envelope", args=[envelope.pk]), Role.FINANCE, "amount", "2000", "3000", "4000")

    assert answers == [302, 409, 409]
    assert Envelope.objects.get().amount in (2000, 3000, 4000)


def test_the_maximum_of_a_lot():
    lot = LotFactory(maximum_amount=1000)

    answers = pressed_together(reverse("orders:lot_edit", args=[lot.pk]), Role.ORDERS, "maximum_amount", "2000", "3000", "4000")

    assert answers == [302, 409, 409]
    assert Lot.objects.get().maximum_amount in (2000, 3000, 4000)
