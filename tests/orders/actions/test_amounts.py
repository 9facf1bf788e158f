"""What is granted as an amount is paid to the lycée: no order is opened from it, and no order engages it."""

from decimal import Decimal

import pytest

from calls.enums import CallState
from orders.actions.excess import authorise_excess
from orders.actions.opening import open_orders
from orders.models import CablingWork, PendingNeed, PurchaseOrder
from orders.queries.money import account_of, account_of_envelope
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.decline import decline_decision
from scoring.enums import DecisionState
from scoring.models import Envelope, FundingDecision
from tests.factories.accounts import person
from tests.factories.orders import AmountLineFactory, CatalogueItemFactory, DecisionLineFactory, OrderLineFactory, PurchaseOrderFactory
from tests.factories.scoring import FundingDecisionFactory
from tests.reading import rows_of, text_of

pytestmark = pytest.mark.django_db


def award(*, needs="5932.80", to_pay="1000.00") -> FundingDecision:
    """A released aid: twelve laptops at 412 € excl. VAT, and 1 000 € to pay. Its envelope holds it, and has 500 € left."""
    amount = Decimal(needs) + Decimal(to_pay)
    made = FundingDecisionFactory(
        state=DecisionState.RELEASED,
        granted_amount=amount,
        to_pay_amount=Decimal(to_pay),
        envelope__amount=amount + 500,
        envelope__committed_amount=amount,
        application__call__state=CallState.RELEASED,
    )
    AmountLineFactory(decision=made, granted_amount=Decimal(to_pay))
    if Decimal(needs):
        DecisionLineFactory(decision=made, quantity=12, granted_amount=Decimal(needs))
    return FundingDecision.objects.get(pk=made.pk)


def again(decision) -> FundingDecision:
    return FundingDecision.objects.select_related("application__establishment").get(pk=decision.pk)


def order_of(decision, quantity, **fields) -> PurchaseOrder:
    return OrderLineFactory(order=PurchaseOrderFactory(decision=decision, **fields), quantity=quantity).order


def test_orders_are_opened_from_the_needs_alone():
    CatalogueItemFactory()
    decision = award()

    opened = open_orders(decision=decision, actor=SYSTEM)

    assert [[line.quantity for line in order.lines.all()] for order in opened.orders] == [[12]]
    assert PendingNeed.objects.count() == 0


def test_an_aid_in_money_opens_nothing():
    decision = award(needs="0")

    open_orders(decision=decision, actor=SYSTEM)

    assert (PurchaseOrder.objects.count(), CablingWork.objects.count(), PendingNeed.objects.count()) == (0, 0, 0)


def test_orders_do_not_engage_what_is_to_be_paid():
    """Twelve laptops take all that may be ordered: the thirteenth would take the money of the lycée, though the aid is larger."""
    decision, officer = award(), person(Role.ORDERS)
    perform(order_of(decision, 12), "approve", actor=officer)
    one_more = order_of(decision, 1)

    with pytest.raises(TransitionRefused) as refusal:
        perform(one_more, "approve", actor=officer)

    assert refusal.value.reasons == [
        "La part à commander de l’aide votée (5\u00a0932,80\u00a0€ TTC) serait dépassée de 494,40\u00a0€ TTC : "
        "réduisez, ou demandez aux finances d’autoriser ce dépassement."
    ]
    account = account_of(again(decision))
    assert (account.voted, account.to_pay, account.left) == (Decimal("6932.80"), Decimal("1000.00"), 0)


def test_what_finance_authorises_above_is_above_the_needs():
    decision, officer, finance = award(), person(Role.ORDERS), person(Role.FINANCE)
    perform(order_of(decision, 12), "approve", actor=officer)

    authorise_excess(decision=decision, amount=Decimal("494.40"), reason="Un élève de plus.", actor=finance)
    perform(order_of(decision, 1), "approve", actor=officer)

    assert account_of(again(decision)).left == 0
    assert Envelope.objects.get().committed_amount == Decimal("7427.20")
    with pytest.raises(TransitionRefused, match="engagent déjà davantage"):
        authorise_excess(decision=again(decision), amount=Decimal("494.39"), reason="x", actor=finance)


def test_nothing_is_authorised_above_an_aid_in_money():
    decision = award(needs="0")

    with pytest.raises(TransitionRefused, match="il n’y a rien à commander"):
        authorise_excess(decision=decision, amount=Decimal("10.00"), reason="x", actor=person(Role.FINANCE))

    assert Envelope.objects.get().committed_amount == Decimal("1000.00")


def test_a_declined_aid_gives_back_its_amounts_and_its_needs():
    decision = award()

    decline_decision(decision=decision, kept=Decimal("494.40"), reason="Projet abandonné.")

    account = account_of(again(decision))
    assert (account.to_pay, account.given_back) == (0, Decimal("6438.40"))
    assert Envelope.objects.get().committed_amount == Decimal("494.40")


def test_the_envelope_holds_what_is_paid_and_what_is_ordered():
    decision = award()

    account = account_of_envelope(Envelope.objects.get())

    assert (account.voted, account.to_pay, account.taken) == (Decimal("6932.80"), Decimal("1000.00"), decision.granted_amount)
    assert account.left == Decimal("500.00")


# -- Pages ------------------------------------------------------------------------------------------------------------------------


def test_the_accounts_tell_what_is_to_be_paid(client, sign_in):
    decision = award()
    sign_in(Role.FINANCE)

    of_file = client.get(f"/comptes/dossiers/{decision.application.reference}/")
    of_envelope = client.get(f"/comptes/enveloppes/{decision.envelope_id}/")

    figures = {label: amount.replace("\u00a0", " ") for label, amount in of_file.context["figures"]}
    assert (figures["Voté"], figures["dont à verser au lycée"], figures["Reste à engager"]) == ("6 932,80 €", "1 000,00 €", "5 932,80 €")
    heads, row = rows_of(of_envelope)[:2]
    assert row[heads.index("Accordé")].replace("\u00a0", " ") == "6 932,80 €dont 1 000 € à verser"


def test_the_accounts_of_a_call_without_amounts_do_not_speak_of_them(client, sign_in):
    decision = FundingDecisionFactory(state=DecisionState.RELEASED, envelope__committed_amount=Decimal("57792.00"))
    sign_in(Role.FINANCE)

    for address in (f"/comptes/dossiers/{decision.application.reference}/", f"/comptes/enveloppes/{decision.envelope_id}/"):
        assert "verser" not in text_of(client.get(address)).lower()


def test_the_deployment_of_an_aid_in_money_says_that_nothing_is_to_be_ordered(client, sign_in):
    decision = award(needs="0")
    sign_in(Role.ORDERS)

    page = text_of(client.get(f"/deploiements/{decision.application.reference}/"))
    listed = text_of(client.get("/deploiements/")).replace("\u00a0", " ")

    assert "Toute l’aide est versée au lycée." in page
    assert "Rien n’est encore commandé" not in page
    assert "dont 1 000 € à verser" in listed


def test_an_aid_in_money_offers_no_authorisation_above_it(client, sign_in):
    money_alone, mixed = award(needs="0"), award()
    sign_in(Role.FINANCE)

    pages = [text_of(client.get(f"/comptes/dossiers/{decision.application.reference}/")) for decision in (money_alone, mixed)]

    assert ["Autoriser un dépassement" in page for page in pages] == [False, True]
