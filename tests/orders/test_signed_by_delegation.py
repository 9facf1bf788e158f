"""What a head signs on a delivery, whoever holds a delegation for it signs too, for the calls that it names; nobody else."""

import pytest
from django.core.exceptions import PermissionDenied

from orders.actions.acceptance import NewReserve, accept_document, lift_reserve, reopen_reserve
from portal.accounts.models import User
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.ui.todo import items_for
from tests.factories.accounts import DelegationFactory, person
from tests.factories.calls import CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.orders import OrderLineFactory, PurchaseOrderFactory, ReserveFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def order():
    return OrderLineFactory(order=PurchaseOrderFactory(delivered=True), quantity=4, delivered_quantity=4).order


def call_of(order) -> dict[str, str]:
    return {str(order.decision.application.call_id): "L’appel"}


def test_a_delegate_accepts_lifts_and_reopens_and_the_journal_says_by_what(order):
    held = DelegationFactory(establishment=order.establishment, acts=["acceptance"], calls=call_of(order))
    accepted = accept_document(document=order, reserves=[NewReserve("Un chargeur manque.")], actor=fresh(held.delegate))
    reserve = accepted.reserves.get()
    lift_reserve(reserve=reserve, note="Chargeur reçu.", actor=fresh(held.delegate))
    reopen_reserve(reserve=reserve, reason="Pas le bon.", actor=fresh(held.delegate))

    acts = ("accept_with_reserves", "lift_reserve", "lift_reserves", "reopen_reserve", "reopen_reserves")
    said = dict(JournalEntry.objects.filter(action__in=acts).values_list("action", "data"))
    assert set(said) == set(acts)
    assert all(data["delegation"].startswith("par délégation de Delphine Roussel") for data in said.values())


@pytest.mark.parametrize(
    "terms",
    [{"acts": ["visa", "award"]}, {"past": True}, {"to_come": True}, {"ended": True}, {"calls": {"0": "Un autre appel"}}],
    ids=["other acts", "past", "to come", "ended", "other call"],
)
def test_nobody_accepts_or_lifts_without_a_delegation_for_it(order, terms):
    actor = DelegationFactory(establishment=order.establishment, **terms).delegate
    reserve = ReserveFactory(order=PurchaseOrderFactory(with_reserves=True, decision=order.decision, lot=order.lot))

    with pytest.raises(PermissionDenied):
        accept_document(document=order, reserves=[], actor=fresh(actor))
    with pytest.raises(PermissionDenied):
        lift_reserve(reserve=reserve, note="Réparé.", actor=fresh(actor))
    assert not [item for item in items_for(fresh(actor)) if "Réceptionner" in item.title or "Réserves à lever" in item.title]


def test_a_delegate_of_another_lycee_neither_reads_nor_accepts(client, order):
    stranger = DelegationFactory(establishment=EstablishmentFactory()).delegate
    client.force_login(stranger)

    assert client.get(f"/commandes/{order.number}/reception/").status_code == 404
    with pytest.raises(PermissionDenied):
        accept_document(document=order, reserves=[], actor=fresh(stranger))


def test_a_delegate_is_told_what_to_sign_call_by_call(order):
    other = OrderLineFactory(
        order=PurchaseOrderFactory(delivered=True, establishment=order.establishment, decision__application__call=CallFactory())
    ).order
    held = DelegationFactory(establishment=order.establishment, acts=["acceptance"], calls=call_of(order))

    told = [item.title for item in items_for(fresh(held.delegate))]

    assert f"Réceptionner la commande {order.number}" in told
    assert f"Réceptionner la commande {other.number}" not in told


def test_the_copy_of_an_acceptance_goes_to_whoever_signs(order):
    held = DelegationFactory(establishment=order.establishment, acts=["acceptance"])
    member = person(Role.MEMBER, at=order.establishment)

    accept_document(document=order, reserves=[], actor=fresh(held.head))

    told = set(Message.objects.filter(code="order_accepted").values_list("to_email", flat=True))
    assert {held.head.email, held.delegate.email} <= told
    assert member.email not in told


def test_the_order_says_who_may_sign_its_acceptance(client, order):
    held = DelegationFactory(establishment=order.establishment)
    client.force_login(held.delegate)

    page = text_of(client.get(f"/commandes/{order.number}/"))

    assert "Peut signer : Delphine Roussel ; Mehdi Lakhal, par délégation de Delphine Roussel du" in page
