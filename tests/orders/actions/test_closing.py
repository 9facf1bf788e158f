"""A closing gives back what was never invoiced; reopening the invoicing engages it again, where it is still there."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from orders.actions.closing import give_back_uninvoiced
from orders.actions.invoice import cancel_invoice, record_credit_note, record_invoice
from orders.models import CablingWork, Lot, PurchaseOrder
from orders.queries.money import account_of, account_of_envelope, account_of_lot, gross_sums
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.decline import decline_decision
from scoring.enums import DecisionState
from scoring.models import Envelope, FundingDecision
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, OrderLineFactory, WorkLineFactory
from tests.factories.scoring import FundingDecisionFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db
VOTED, NET, GROSS, BILLED = Decimal("6000.00"), Decimal("4944.00"), Decimal("5932.80"), Decimal("4900.00")
REST, REST_NET = Decimal("1032.80"), Decimal("860.67")


@pytest.fixture
def finance():
    return person(Role.FINANCE)


@pytest.fixture
def decision():
    return FundingDecisionFactory(
        state=DecisionState.RELEASED, granted_amount=VOTED, envelope__amount=VOTED, envelope__committed_amount=VOTED
    )


def document_of(kind, decision, **traits):
    """Ten articles at 494.40 €, or works at that price, accepted, their money taken on the lot."""
    lot = {"lot__maximum_amount": NET + 1000, "lot__ordered_amount": NET}
    if kind == "works":
        work = CablingWorkFactory(accepted=True, decision=decision, quote_amount=NET, committed_amount=NET, **lot, **traits)
        return WorkLineFactory(work=work).work
    order = {f"order__{name}": value for name, value in {"accepted": True, "committed_amount": NET, **lot, **traits}.items()}
    line = OrderLineFactory(
        **order,
        order__decision=decision,
        order__approved_at=timezone.now(),
        quantity=10,
        delivered_quantity=10,
        unit_price_amount=Decimal("494.40"),
    )
    return line.order


def billed(document, finance, amount=BILLED, number="F-1", **more):
    return record_invoice(document=document, number=number, received_on=timezone.localdate(), amount=Decimal(amount), actor=finance, **more)


def closed(kind, decision, finance, **traits):
    document = billed(document_of(kind, decision, **traits), finance)
    if kind == "order":
        document = perform(document, "invoice", actor=finance)
    return perform(document, "close", actor=finance)


def read(document):
    """Fresh: engaged of the aid, of the envelope, of the lot, on the lot's row; what was given back."""
    document = type(document).objects.get(pk=document.pk)
    decision = FundingDecision.objects.get(pk=document.decision_id)
    lot = Lot.objects.get(pk=document.lot_id)
    assert account_of_lot(lot).sums.engaged == lot.ordered_amount == document.committed_amount
    envelope = account_of_envelope(Envelope.objects.get())
    assert envelope.taken == Envelope.objects.get().committed_amount
    assert envelope.sums.engaged == account_of(decision).sums.engaged == gross_sums(document).engaged
    return account_of(decision).sums.engaged, lot.ordered_amount, account_of(decision).sums.given_back


kinds = pytest.mark.parametrize("kind", ["order", "works"])


@kinds
def test_what_was_never_invoiced_is_given_back_by_the_closing_and_engaged_by_reopening(kind, decision, finance):
    document = closed(kind, decision, finance)
    after = read(document)
    left = account_of(FundingDecision.objects.get()).left

    opened = perform(document, "resume_invoicing", actor=person(Role.FINANCE), reason="Le solde arrive.")
    again = read(opened)

    assert after == (BILLED, NET - REST_NET, REST)
    assert left == VOTED - BILLED
    assert (opened.state, again) == ("accepted", (GROSS, NET, 0))


@kinds
def test_closed_for_all_that_was_ordered_gives_nothing_back(kind, decision, finance):
    document = billed(document_of(kind, decision), finance, GROSS)

    assert read(perform(document, "close", actor=finance)) == (GROSS, NET, 0)


@kinds
def test_what_was_ordered_otherwise_meanwhile_is_not_engaged_twice(kind, decision, finance):
    document = closed(kind, decision, finance)
    other = OrderLineFactory(order__approved=True, order__decision=decision, quantity=1, unit_price_amount=Decimal("100.00")).order
    before = type(document).objects.get(pk=document.pk).state, Lot.objects.get(pk=document.lot_id).ordered_amount

    with pytest.raises(TransitionRefused, match="commandé autrement depuis : l’aide serait dépassée de 52,80") as refusal:
        perform(document, "resume_invoicing", actor=person(Role.FINANCE), reason="Le solde arrive.")

    assert "demandez aux finances" in refusal.value.reasons[0].replace("\u00a0", " ")
    assert (type(document).objects.get(pk=document.pk).state, Lot.objects.get(pk=document.lot_id).ordered_amount) == before
    perform(other, "cancel", actor=person(Role.ORDERS), reason="Rendu.")
    assert perform(document, "resume_invoicing", actor=person(Role.FINANCE), reason="Le solde arrive.").state == "accepted"


def credited(document, other, **more):
    (invoice,) = document.invoices.all()
    return record_credit_note(invoice=invoice, number="A-1", received_on=timezone.localdate(), amount=BILLED, actor=other, **more)


@kinds
@pytest.mark.parametrize("act", ["resume", "credit and another one"])
def test_a_lot_that_is_full_meanwhile_keeps_what_is_closed_closed(kind, act, decision, finance):
    """Whatever awaits another invoice is refused whole: no credit note is written."""
    document, other = closed(kind, decision, finance), person(Role.FINANCE)
    Lot.objects.filter(pk=document.lot_id).update(maximum_amount=NET - REST_NET + 1)

    with pytest.raises(TransitionRefused, match="n’est plus sur le lot"):
        if act == "resume":
            perform(document, "resume_invoicing", actor=other, reason="Le solde arrive.")
        else:
            credited(document, other, awaits_another=True)

    fresh = type(document).objects.get(pk=document.pk)
    assert (fresh.state, fresh.invoiced_amount, fresh.invoices.count()) == ("closed", BILLED, 1)
    assert read(fresh) == (BILLED, NET - REST_NET, REST)


@kinds
@pytest.mark.parametrize("act", ["cancel", "credit"])
def test_a_paper_of_the_holder_is_recorded_whatever_became_of_the_money(kind, act, decision, finance):
    """The lot is full: what is closed stays so, and gives this back too. With room, it opens again."""
    document, other = closed(kind, decision, finance), person(Role.FINANCE)
    maximum = Lot.objects.get(pk=document.lot_id).maximum_amount

    def done():
        if act == "cancel":
            return cancel_invoice(invoice=document.invoices.get(), reason="Erreur.", actor=other)
        return credited(document, other)

    with transaction.atomic():
        opened = done().state
        transaction.set_rollback(True)
    Lot.objects.filter(pk=document.lot_id).update(maximum_amount=NET - REST_NET + 1)
    kept = done().state
    after = read(document)
    Lot.objects.filter(pk=document.lot_id).update(maximum_amount=maximum)
    again = perform(document, "resume_invoicing", actor=other, reason="Le solde arrive.")

    assert (opened, kept, after) == ("accepted", "closed", (0, 0, GROSS))
    assert (again.state, read(again)) == ("accepted", (GROSS, NET, 0))


@kinds
def test_what_is_never_invoiced_ends_with_a_reason_and_gives_everything_back(kind, decision, finance):
    document = document_of(kind, decision)

    ended = perform(document, "close_without_invoice", actor=finance, reason="Le titulaire est en liquidation.")
    after = read(ended)
    with pytest.raises(PermissionDenied):
        perform(ended, "resume_invoicing", actor=finance, reason="Une facture arrive.")
    opened = perform(ended, "resume_invoicing", actor=person(Role.ORDERS), reason="Une facture arrive.")

    assert (ended.state, after) == ("closed", (0, 0, GROSS))
    assert (opened.state, read(opened)) == ("accepted", (GROSS, NET, 0))


@kinds
def test_what_an_invoice_counts_on_does_not_end_without_it_but_wholly_credited_it_does(kind, decision, finance):
    document = billed(document_of(kind, decision), finance)

    with pytest.raises(TransitionRefused, match="Une facture est notée"):
        perform(document, "close_without_invoice", actor=finance, reason="Rien.")
    credited(document, finance)
    ended = perform(document, "close_without_invoice", actor=finance, reason="L’avoir efface tout.")

    assert (ended.state, read(ended)) == ("closed", (0, 0, GROSS))


@kinds
def test_the_page_of_an_end_without_invoice_asks_why_and_to_confirm_the_amount(kind, client, sign_in, decision, finance):
    document = document_of(kind, decision)
    sign_in(Role.FINANCE)
    page = f"{document.get_absolute_url()}action/close_without_invoice/"

    shown = text_of(client.get(page)).replace("\u00a0", " ")
    unsure = client.post(page, {"reason": "Liquidation."})
    done = client.post(page, {"reason": "Liquidation.", "sure": unsure.context["form"].fields["sure"].label})

    assert "Il resterait 5 932,80 € TTC jamais facturés" in shown
    assert (unsure.status_code, done.status_code) == (422, 302)
    assert type(document).objects.get(pk=document.pk).state == "closed"


@kinds
def test_a_credit_note_on_what_is_closed_engages_less_and_its_cancellation_more(kind, decision, finance):
    document, other = closed(kind, decision, finance), person(Role.FINANCE)

    record_credit_note(
        invoice=document.invoices.get(), number="A-1", received_on=timezone.localdate(), amount=Decimal("900.00"), actor=other
    )
    credited = read(document)
    note = document.invoices.get(number="A-1")
    maximum = Lot.objects.get(pk=document.lot_id).maximum_amount
    Lot.objects.filter(pk=document.lot_id).update(maximum_amount=credited[1])
    with pytest.raises(TransitionRefused, match="sur le lot"):
        cancel_invoice(invoice=note, reason="Erreur.", actor=finance_of(note))
    Lot.objects.filter(pk=document.lot_id).update(maximum_amount=maximum)
    cancel_invoice(invoice=note, reason="Erreur.", actor=finance_of(note))

    assert (credited[0], credited[2]) == (BILLED - 900, REST + 900)
    assert read(document) == (BILLED, NET - REST_NET, REST)


def finance_of(invoice):
    """Somebody else than who recorded it."""
    return person(Role.FINANCE)


@kinds
def test_once_declined_the_envelope_gets_the_rest_and_gives_it_again_while_it_has_it(kind, decision, finance):
    document = document_of(kind, decision)
    decline_decision(decision=decision, kept=GROSS, reason="Le lycée a décliné l’aide.")
    document = billed(document, finance)
    if kind == "order":
        document = perform(document, "invoice", actor=finance)
    document = perform(document, "close", actor=finance)
    kept = Envelope.objects.get().committed_amount
    reasons = {"actor": person(Role.FINANCE), "reason": "Le solde arrive."}

    Envelope.objects.update(amount=kept + 1000)
    with pytest.raises(TransitionRefused, match="n’est plus dans l’enveloppe"):
        perform(document, "resume_invoicing", **reasons)
    Envelope.objects.update(amount=GROSS)
    perform(document, "resume_invoicing", **reasons)

    assert kept == BILLED
    assert read(document) == (GROSS, NET, 0)
    assert Envelope.objects.get().committed_amount == FundingDecision.objects.get().kept_amount == GROSS


def test_an_invoice_a_cent_above_engages_no_more_than_the_total(decision, finance):
    order = document_of("order", decision)
    OrderLineFactory(order=order, quantity=1, delivered_quantity=1, unit_price_amount=Decimal("0.01"), decision_line=None)
    PurchaseOrder.objects.filter(pk=order.pk).update(committed_amount=NET + Decimal("0.01"))
    Lot.objects.filter(pk=order.lot_id).update(ordered_amount=NET + Decimal("0.01"))
    total = PurchaseOrder.objects.get(pk=order.pk).gross_amount

    document = perform(billed(order, finance, total + Decimal("0.01")), "close", actor=finance)

    assert (document.invoiced_amount - total, read(document)[0]) == (Decimal("0.01"), total)


@kinds
def test_the_page_of_the_closing_names_what_was_never_invoiced_and_that_of_the_reopening_too(kind, client, sign_in, decision, finance):
    document = billed(document_of(kind, decision), finance)
    if kind == "order":
        document = perform(document, "invoice", actor=finance)
    sign_in(Role.FINANCE)

    def words(address):
        return " ".join(client.get(address).content.decode().replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ").split())

    closing = words(f"{document.get_absolute_url()}action/close/")
    document = perform(document, "close", actor=finance)
    shown, reopening = words(document.get_absolute_url()), words(f"{document.get_absolute_url()}action/resume_invoicing/")

    assert "1 032,80 € TTC n’ont jamais été facturés : ils ne sont plus engagés." in closing
    assert f"le lot {document.lot.number} retrouve 860,67 € HT" in closing
    assert "L’aide les retrouve" in closing and "son enveloppe" in closing
    assert "1 032,80 € TTC n’ont jamais été facturés : la clôture les a rendus à l’aide et au lot." in shown
    assert f"sont de nouveau engagés sur l’aide, et 860,67 € HT sur le lot {document.lot.number}" in reopening


def test_giving_back_twice_gives_back_once(decision, finance):
    document = closed("works", decision, finance)

    give_back_uninvoiced(document=CablingWork.objects.get(pk=document.pk))

    assert read(document) == (BILLED, NET - REST_NET, REST)
