from decimal import Decimal

import pytest

from orders.hooks.todo import todo_for
from orders.models import PurchaseOrder
from orders.queries.listing import totals_of
from orders.queries.money import account_of_lot, gross_sums, net_sums
from portal.roles import Role
from scoring.enums import DecisionState
from scoring.models import FundingDecision
from tests.factories.orders import CablingWorkFactory, InvoiceFactory, OrderLineFactory, PurchaseOrderFactory
from tests.factories.scoring import FundingDecisionFactory
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision():
    """An aid of 57 792 €: an order of 49 440 € sent of which 4 944 € came, a draft of 12 360 €."""
    decision = FundingDecisionFactory(state=DecisionState.RELEASED, envelope__committed_amount=Decimal("57792.00"))
    OrderLineFactory(
        order=PurchaseOrderFactory(decision=decision, sent=True, state="partly_delivered"), quantity=100, delivered_quantity=10
    )
    OrderLineFactory(order=PurchaseOrderFactory(decision=decision), quantity=25)
    return decision


def at(decision, tail=""):
    return f"/comptes/dossiers/{decision.application.reference}/{tail}"


def figures(page) -> dict[str, str]:
    return {label: amount.replace("\u00a0", " ") for label, amount in page.context["figures"]}


def test_the_account_of_a_decision(client, sign_in, decision):
    sign_in(Role.ORDERS)

    page = client.get(at(decision))

    said = figures(page)
    assert (said["Voté"], said["Engagé"], said["Livré"], said["En préparation"]) == (
        "57 792,00 €",
        "49 440,00 €",
        "4 944,00 €",
        "12 360,00 €",
    )
    assert said["Reste à engager"] == "8 352,00 €"
    assert "la dépasse de 4\u00a0008,00\u00a0€ TTC" in page.content.decode()


def test_a_decision_that_schools_do_not_know_is_no_account_for_who_follows_orders(client, sign_in):
    proposed = FundingDecisionFactory()
    sign_in(Role.TECHNICIAN)
    hidden = client.get(at(proposed)).status_code
    sign_in(Role.FINANCE)

    assert (hidden, client.get(at(proposed)).status_code) == (404, 200)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.HEAD])
def test_a_school_reads_no_account(client, sign_in, decision, role):
    sign_in(role, at=decision.application.establishment)

    assert client.get(at(decision)).status_code == 404
    assert client.get(f"/comptes/enveloppes/{decision.envelope_id}/").status_code == 404


def test_the_pages_of_an_order_and_of_works_say_what_is_left(client, sign_in, decision):
    work = CablingWorkFactory(decision=decision, quoted=True, quote_amount=Decimal("1000.00"))
    sign_in(Role.ORDERS)

    order_page = client.get(decision.orders.first().get_absolute_url()).content.decode()
    work_page = client.get(f"/travaux/{work.number}/ordre-de-service/").content.decode()

    assert "Aide votée" in order_page and "8\u00a0352,00\u00a0€ TTC" in order_page
    assert "Reste sur l’aide" in work_page and "8\u00a0352,00\u00a0€ TTC" in work_page and "1\u00a0200,00\u00a0€ TTC" in work_page


def test_a_school_does_not_read_the_account_on_its_order(client, sign_in, decision):
    sign_in(Role.MEMBER, at=decision.application.establishment)

    page = client.get(decision.orders.get(state="partly_delivered").get_absolute_url())

    assert (page.status_code, page.context["account"]) == (200, None)
    assert "Compte du dossier" not in page.content.decode()


def test_finance_finds_what_exceeds_the_vote_and_authorises_it(client, sign_in, decision):
    told = [item.title.replace("\u00a0", " ") for item in todo_for(sign_in(Role.FINANCE))]
    proposed = client.get(at(decision, "depassement/")).context["form"].initial["amount"]

    empty = client.post(at(decision, "depassement/"), {"amount": "4008", "reason": ""})
    done = client.post(at(decision, "depassement/"), {"amount": "4008", "reason": "Modèle retiré."}, follow=True)
    again = client.post(at(decision, "depassement/"), {"amount": "4008", "reason": "Modèle retiré."}, follow=True)

    assert told == [f"Dossier {decision.application.reference} : 4 008,00 € au-dessus de l’aide votée"]
    assert (proposed, empty.status_code) == (Decimal("4008.00"), 422)
    assert "4 008,00 € TTC est autorisé" in words_of(tree_of(done)).replace("\u00a0", " ")
    assert "Rien n’a changé : le dépassement autorisé était déjà de 4 008,00 € TTC." in words_of(tree_of(again)).replace("\u00a0", " ")
    assert FundingDecision.objects.get().excess_amount == Decimal("4008.00")


def test_the_account_of_an_envelope_and_of_a_lot(client, sign_in, decision):
    order = decision.orders.get(state="partly_delivered")
    sign_in(Role.AUDITOR)

    envelope = figures(client.get(f"/comptes/enveloppes/{decision.envelope_id}/"))
    lot = figures(client.get(f"/comptes/lots/{order.lot_id}/"))

    assert (envelope["Pris"], envelope["Engagé"], envelope["Reste à attribuer"]) == ("57 792,00 €", "49 440,00 €", "942 208,00 €")
    assert (lot["Engagé"], lot["Livré"], lot["Reste"]) == ("41 200,00 €", "4 120,00 €", "1 958 800,00 €")


@pytest.mark.parametrize("count", [1, 4])
def test_an_account_costs_the_same_whatever_it_holds(client, sign_in, decision, count, django_assert_num_queries):
    for _ in range(count):
        other = FundingDecisionFactory(
            application__call=decision.application.call, envelope=decision.envelope, state=DecisionState.RELEASED
        )
        OrderLineFactory(order=PurchaseOrderFactory(decision=other, sent=True))
    sign_in(Role.FINANCE)
    address = f"/comptes/enveloppes/{decision.envelope_id}/"
    client.get(address)

    with django_assert_num_queries(9):
        client.get(address)


def test_an_order_closed_early_is_no_longer_awaited_anywhere(client, sign_in):
    line = OrderLineFactory(order__sent=True, order__state="delivered", quantity=30, delivered_quantity=12, given_up_quantity=18)
    order = PurchaseOrder.objects.get(pk=line.order_id)
    sign_in(Role.ORDERS)

    page = client.get(order.get_absolute_url()).content.decode()
    row = client.get("/commandes/").context["page_obj"][0]

    assert "18 abandonnés" in page.replace("\u00a0", " ")
    assert (row.ordered, row.received, row.net) == (12, 12, Decimal("4944.00"))
    assert net_sums(order).given_back == Decimal("7416.00")


def test_lists_and_accounts_read_the_same_sums():
    """Lines at every rate of VAT, in every state: the list of orders, the lot and the documents agree to the cent."""
    lot = None
    for state, price, rate in [
        ("approved", "412.03", "20.0"),
        ("sent", "0.05", "5.5"),
        ("accepted", "389.08", "2.1"),
        ("closed", "1045.55", "10.0"),
    ]:
        fields = {} if lot is None else {"lot": lot}
        order = PurchaseOrderFactory(accepted=True, state=state, **fields)
        line = OrderLineFactory(order=order, quantity=7, delivered_quantity=7, unit_price_amount=Decimal(price), vat_rate=Decimal(rate))
        lot, order = order.lot, PurchaseOrder.objects.get(pk=line.order_id)
        if state == "closed":
            invoice = InvoiceFactory(order=order, amount=order.gross_amount, net_amount=order.net_amount)
            InvoiceFactory(credit_note=True, corrects=invoice, amount=Decimal("0.11"), net_amount=Decimal("0.10"))
            InvoiceFactory(order=order, cancelled=True)
        order.committed_amount = order.net_held_amount
        order.save()

    orders = PurchaseOrder.objects.all()
    sums, listed = account_of_lot(lot).sums, totals_of(orders)
    assert (sums.engaged, sums.invoiced) == (listed.engaged, listed.invoiced)
    assert listed.net == sum(order.net_amount for order in orders)
    assert listed.invoiced == Decimal("7318.75")
    assert sum(gross_sums(order).engaged for order in orders) == sum(order.gross_amount for order in orders) - Decimal("0.11")
