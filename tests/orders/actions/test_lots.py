import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from orders.actions.delivery import record_delivery
from orders.actions.lots import give_back_to_lot, take_on_lot
from orders.actions.numbers import allocate_number
from orders.actions.returning import cancel_delivery, return_goods
from orders.models import CablingWork, Delivery, Lot, PurchaseOrder
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, LotFactory, OrderLineFactory, PurchaseOrderFactory


def ordered(lot) -> Decimal:
    return Lot.objects.get(pk=lot.pk).ordered_amount


@pytest.mark.django_db
def test_approving_takes_on_the_lot_and_cancelling_gives_back():
    order = OrderLineFactory(quantity=10).order
    officer = person(Role.ORDERS)

    approved = perform(order, "approve", actor=officer)
    taken = ordered(order.lot)
    cancelled = perform(approved, "cancel", actor=officer, reason="Doublon")

    assert (taken, approved.committed_amount) == (Decimal("4120.00"), Decimal("4120.00"))
    assert (ordered(order.lot), cancelled.state) == (Decimal("0.00"), "cancelled")
    assert PurchaseOrder.objects.get().committed_amount == 0


@pytest.mark.django_db
def test_cancelling_a_draft_gives_nothing_back():
    order = OrderLineFactory(order__lot__ordered_amount=Decimal("500.00")).order

    perform(order, "cancel", actor=person(Role.ORDERS), reason="Doublon")

    assert ordered(order.lot) == Decimal("500.00")


@pytest.mark.django_db
def test_a_service_order_takes_the_quote_and_cancelling_gives_it_back():
    work = CablingWorkFactory(quoted=True)
    officer = person(Role.ORDERS)

    issued = perform(work, "order", actor=officer)
    taken = ordered(work.lot)
    perform(issued, "cancel", actor=officer, reason="Bâtiment fermé")

    assert taken == Decimal("18480.00")
    assert ordered(work.lot) == Decimal("0.00")
    assert CablingWork.objects.get().committed_amount == 0


@pytest.mark.django_db
def test_taking_more_than_what_is_left_is_refused_in_words():
    lot = LotFactory(maximum_amount=Decimal("1000.00"), ordered_amount=Decimal("400.00"), number="2")

    with pytest.raises(TransitionRefused) as refusal:
        take_on_lot(lot_id=lot.pk, amount=Decimal("600.01"))
    take_on_lot(lot_id=lot.pk, amount=Decimal("600.00"))

    assert refusal.value.reasons == ["Il ne reste que 600,00\u00a0€ HT sur le lot 2, il en faut 600,01\u00a0€."]
    assert ordered(lot) == Decimal("1000.00")


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(60))
def test_a_lot_fills_to_its_last_cent_and_empties_again(seed):
    """Amounts with cents, in any order: what floating point makes of their sum refuses nobody and breaks no CHECK."""
    drawn = random.Random(seed)
    amounts = [Decimal(drawn.randrange(1, 9_000_000)) / 100 for _ in range(drawn.randrange(2, 7))]
    lot = LotFactory(maximum_amount=sum(amounts))

    for amount in amounts:
        take_on_lot(lot_id=lot.pk, amount=amount)
    filled = ordered(lot)
    for amount in drawn.sample(amounts, len(amounts)):
        give_back_to_lot(lot_id=lot.pk, amount=amount)

    assert (filled, ordered(lot)) == (lot.maximum_amount, Decimal("0.00"))


@pytest.mark.django_db
def test_giving_back_more_than_a_lot_holds_is_refused_in_words():
    lot = LotFactory(ordered_amount=Decimal("400.00"), number="2")

    with pytest.raises(TransitionRefused) as refusal:
        give_back_to_lot(lot_id=lot.pk, amount=Decimal("400.01"))

    assert refusal.value.reasons[0].startswith("Le lot 2 ne porte que 400,00\u00a0€ HT de commandes, il faudrait en rendre 400,01\u00a0€")
    assert ordered(lot) == Decimal("400.00")


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "amount"), [("lot_maximum_respected", "2000000.01"), ("lot_ordered_not_negative", "-0.01")])
def test_the_database_keeps_a_lot_within_its_bounds(name, amount):
    lot = LotFactory()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Lot.objects.filter(pk=lot.pk).update(ordered_amount=Decimal(amount))


def at_once(count, act) -> list:
    """Run `act(number)` in as many threads; each one's result, or the exception it met."""

    def one(number):
        try:
            return act(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_clerks_on_the_last_euros_of_a_lot():
    """Room for three orders of 4 120 €: three pass, seven are refused, and the journal holds three approvals."""
    lot = LotFactory(maximum_amount=Decimal("15000.00"))
    orders = [OrderLineFactory(order__lot=lot, quantity=10).order for _ in range(10)]
    officers = [person(Role.ORDERS) for _ in orders]

    outcomes = at_once(10, lambda n: perform(orders[n], "approve", actor=officers[n]))

    passed = [outcome for outcome in outcomes if isinstance(outcome, PurchaseOrder)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, TransitionRefused)]
    assert (len(passed), len(refused)) == (3, 7)
    assert ordered(lot) == Decimal("12360.00")
    assert PurchaseOrder.objects.aggregate(total=Sum("committed_amount"))["total"] == ordered(lot)
    assert JournalEntry.objects.filter(action="approve").count() == 3


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clerks_approve_the_same_order():
    order = OrderLineFactory(quantity=10).order
    officers = [person(Role.ORDERS) for _ in range(4)]

    outcomes = at_once(4, lambda n: perform(order, "approve", actor=officers[n]))

    assert sum(isinstance(outcome, PurchaseOrder) for outcome in outcomes) == 1
    assert ordered(order.lot) == Decimal("4120.00")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_approving_and_cancelling_at_once_leaves_the_lot_right():
    orders = [OrderLineFactory(order=PurchaseOrderFactory(), quantity=10).order for _ in range(3)]
    officers = [person(Role.ORDERS) for _ in range(6)]

    at_once(6, lambda n: perform(orders[n % 3], "approve" if n < 3 else "cancel", actor=officers[n], reason="Doublon"))

    for order in PurchaseOrder.objects.all():
        assert ordered(order.lot) == order.committed_amount == (0 if order.state == "cancelled" else Decimal("4120.00"))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_record_deliveries_at_once():
    """100 awaited, four notes of 40 at the same time: two are recorded, nothing is over-delivered."""
    line = OrderLineFactory(order__sent=True, quantity=100)
    people = [person(Role.ORDERS) for _ in range(4)]

    def receive(n):
        today = timezone.localdate()
        return record_delivery(order=line.order, delivered_on=today, note_number=f"BL-{n}", quantities={line.pk: 40}, actor=people[n])

    outcomes = at_once(4, receive)

    line.refresh_from_db()
    assert sum(isinstance(outcome, TransitionRefused) for outcome in outcomes) == 2
    assert (line.delivered_quantity, Delivery.objects.count()) == (80, 2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_delivery_is_cancelled_and_returned_at_once():
    """Sixty came on one note; four people cancel it or return forty: one of them is heard, and what is delivered says so."""
    line = OrderLineFactory(order__sent=True, quantity=100)
    people, today = [person(Role.ORDERS) for _ in range(4)], timezone.localdate()
    order = record_delivery(order=line.order, delivered_on=today, note_number="BL-1", quantities={line.pk: 60}, actor=people[0])
    delivery = Delivery.objects.get()

    def act(n):
        if n % 2:
            return cancel_delivery(order=order, delivery=delivery, reason="Erreur.", actor=people[n])
        return return_goods(order=order, returned_on=today, reference=f"RT-{n}", quantities={line.pk: 40}, reason="Rayés.", actor=people[n])

    outcomes = at_once(4, act)

    line.refresh_from_db()
    assert sum(isinstance(outcome, PurchaseOrder) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, TransitionRefused) for outcome in outcomes) == 3
    assert (line.delivered_quantity, PurchaseOrder.objects.get().state) in [(0, "sent"), (20, "partly_delivered")]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_once_are_all_different():
    numbers = at_once(8, lambda n: allocate_number(series="BC"))

    assert [number[-4:] for number in sorted(numbers)] == [f"{n:04d}" for n in range(1, 9)]
