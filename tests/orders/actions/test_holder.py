"""The holder of an order: that of the lot until it leaves, and the one who received it from then on, whatever becomes of the lot."""

from decimal import Decimal

import pytest
from django.core import mail
from django.forms.models import model_to_dict
from django.utils import timezone

from exports.papers.acceptance import acceptance_row
from exports.papers.order import order_row
from exports.papers.parties import parties_of
from orders.actions.acceptance import NewReserve, accept_document
from orders.actions.catalogue import save_entry
from orders.actions.invoice import record_invoice
from orders.actions.work import correct_quote, issue_service_order
from orders.forms.catalogue import AgreementForm, ItemForm, LotForm
from orders.models import CablingWork, Invoice, Lot, PurchaseOrder
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.orders import (
    CablingWorkFactory,
    CatalogueItemFactory,
    LotFactory,
    OrderLineFactory,
    PurchaseOrderFactory,
    SupplierFactory,
    WorkLineFactory,
)
from tests.reading import text_of

pytestmark = pytest.mark.django_db
FORMER, HEIR = "commandes@ateliers-du-cedre.example", "ventes@heritier.example"


@pytest.fixture
def heir():
    return SupplierFactory(siret="44306184100047", name="L’Héritier", address="1 place Neuve, 54000 Nancy", email=HEIR)


@pytest.fixture
def clerk():
    return person(Role.ORDERS)


def hand_over(lot: Lot, to, actor) -> None:
    """The lot changes hands, as the page of the lot writes it."""
    lot = Lot.objects.get(pk=lot.pk)
    before, lot.supplier = lot.supplier, to
    save_entry(entry=lot, changes={"supplier": (before, to)}, actor=actor)


def addressed(code: str) -> set[str]:
    return set(Message.objects.filter(code=code).values_list("to_email", flat=True))


# -- What has left ---------------------------------------------------------------------------------------------------------


def test_messages_and_papers_of_an_order_that_left_stay_those_of_its_holder(heir, clerk):
    order = OrderLineFactory(order__delivered=True, quantity=10, delivered_quantity=10).order
    head = person(Role.HEAD, at=order.establishment)
    hand_over(order.lot, heir, clerk)

    accepted = accept_document(document=PurchaseOrder.objects.get(), reserves=[NewReserve("Écran rayé")], actor=head)
    paper = acceptance_row(accepted)
    perform(accepted, "reopen_acceptance", actor=clerk, reason="Vu trop vite.")

    for code in ("order_accepted_with_reserves", "acceptance_reopened"):
        assert FORMER in addressed(code)
        assert HEIR not in addressed(code)
        assert "L’Héritier" not in Message.objects.filter(code=code).last().body
    assert (paper.supplier.name, paper.supplier_siret) == ("Ateliers du Cèdre", "73282932000074")


@pytest.mark.parametrize(("state", "code"), [("sent", "order_cancelled"), ("partly_delivered", "order_closed_out")])
def test_who_received_an_order_hears_of_its_end(heir, clerk, state, code):
    line = OrderLineFactory(**{f"order__{state}": True}, quantity=10, delivered_quantity=0 if state == "sent" else 4)
    PurchaseOrder.objects.update(committed_amount=line.net_amount)
    Lot.objects.update(ordered_amount=line.net_amount)
    hand_over(line.order.lot, heir, clerk)

    perform(line.order, "cancel" if state == "sent" else "close_out", actor=clerk, reason="Lot cédé.")

    assert (FORMER in addressed(code), HEIR in addressed(code)) == (True, False)


def test_invoices_of_an_order_that_left_are_compared_with_those_of_its_holder(heir, clerk):
    finance, today = person(Role.FINANCE), timezone.localdate()
    order = OrderLineFactory(order__accepted=True, quantity=10, delivered_quantity=10).order
    hand_over(order.lot, heir, clerk)
    later = OrderLineFactory(order__accepted=True, order__lot=Lot.objects.get(pk=order.lot_id), quantity=10, delivered_quantity=10).order

    for document in (PurchaseOrder.objects.get(pk=order.pk), later):
        record_invoice(document=document, number="F-1", received_on=today, amount=Decimal("4944.00"), actor=finance)
    with pytest.raises(TransitionRefused) as refusal:
        third = OrderLineFactory(order__accepted=True, order__lot__number="9", quantity=10, delivered_quantity=10).order
        record_invoice(document=third, number="F-1", received_on=today, amount=Decimal("4944.00"), actor=finance)

    assert set(Invoice.objects.values_list("supplier__name", flat=True)) == {"Ateliers du Cèdre", "L’Héritier"}
    assert str(refusal.value).startswith("La facture F-1 de Ateliers du Cèdre est déjà notée")


def test_lists_pages_and_searches_find_an_order_under_the_holder_who_received_it(client, officer, heir):
    order = OrderLineFactory(order__sent=True).order
    former = order.holder_id
    hand_over(order.lot, heir, officer)

    page = text_of(client.get(order.get_absolute_url()))
    found = [
        [row.number for row in client.get(f"/commandes/?{query}").context["page_obj"]]
        for query in (f"titulaire={former}", f"titulaire={heir.pk}", "q=cedre", "q=heritier")
    ]

    assert ("Ateliers du Cèdre" in page, "L’Héritier" in page) == (True, False)
    assert found == [[order.number], [], [order.number], []]


def test_a_holder_that_takes_another_name_keeps_that_of_its_orders_and_is_written_to_where_it_is(clerk):
    sent, draft = OrderLineFactory(order__delivered=True).order, PurchaseOrderFactory()
    supplier = SupplierFactory()
    supplier.name, supplier.email, supplier.address = "Cèdre SAS", "nouvelle@cedre.example", "9 rue Neuve, 57000 Metz"
    changes = dict.fromkeys(("name", "email", "address"), (None, ""))

    save_entry(entry=supplier, changes=changes, actor=clerk)
    sent, draft = PurchaseOrder.objects.get(pk=sent.pk), PurchaseOrder.objects.get(pk=draft.pk)
    accept_document(document=sent, reserves=[], actor=person(Role.HEAD, at=sent.establishment))

    assert (parties_of(sent)["supplier"].name, parties_of(sent)["supplier"].lines) == ("Ateliers du Cèdre", ("4 rue du Cèdre, 57000 Metz",))
    assert (draft.holder_name, draft.holder_address) == ("Cèdre SAS", "9 rue Neuve, 57000 Metz")
    assert "cedre sas" in draft.search_text
    assert "nouvelle@cedre.example" in addressed("order_accepted")


# -- What has not ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "approved"])
def test_an_order_not_sent_follows_the_lot_and_goes_to_the_new_holder(heir, clerk, state):
    order = OrderLineFactory(order__approved=state == "approved").order
    hand_over(order.lot, heir, clerk)
    order = PurchaseOrder.objects.get()
    shown = order.holder_name
    if state == "draft":
        order = perform(order, "approve", actor=clerk)

    order = perform(order, "send", actor=clerk)

    assert (shown, order.holder, order_row(order).supplier.name) == ("L’Héritier", heir, "L’Héritier")
    assert (HEIR in addressed("order_sent"), FORMER in addressed("order_sent")) == (True, False)
    assert mail.outbox == []  # nothing leaves but from the outbox


def test_an_order_leaves_with_the_holder_of_that_moment(heir, clerk):
    order = OrderLineFactory(order__approved=True).order
    Lot.objects.update(supplier=heir)  # whatever has not told the order

    assert perform(order, "send", actor=clerk).holder_name == "L’Héritier"


def test_works_are_not_ordered_at_the_price_of_a_holder_who_has_left_the_lot(heir, clerk):
    work = WorkLineFactory(work__quoted=True).work
    hand_over(work.lot, heir, clerk)
    quoted = CablingWork.objects.get()
    with pytest.raises(TransitionRefused) as refusal:
        issue_service_order(work=quoted, terms={}, actor=clerk)

    again = correct_quote(
        work=quoted,
        amount=quoted.quote_amount,
        vat_rate=quoted.quote_vat_rate,
        reference=quoted.quote_reference,
        reason="Repris.",
        actor=clerk,
    )
    ordered = issue_service_order(work=again, terms={}, actor=clerk)

    assert str(refusal.value) == (
        "Le devis est celui d’un autre titulaire (Ateliers du Cèdre) : le lot est désormais à L’Héritier. Corrigez le devis."
    )
    assert (quoted.holder_name, again.holder_name, ordered.holder_name) == ("Ateliers du Cèdre", "L’Héritier", "L’Héritier")
    assert HEIR in addressed("work_ordered")


def test_works_that_nobody_has_quoted_follow_the_lot_and_those_ordered_do_not(heir, clerk):
    lot = LotFactory(cabling=True)
    asked, ordered = CablingWorkFactory(lot=lot), CablingWorkFactory(lot=lot, ordered=True)

    hand_over(lot, heir, clerk)

    names = dict(CablingWork.objects.values_list("pk", "holder_name"))
    assert names == {asked.pk: "L’Héritier", ordered.pk: "Ateliers du Cèdre"}


def test_the_page_of_a_lot_hands_it_over_and_says_what_follows(client, officer, heir):
    sent = OrderLineFactory(order__sent=True).order
    draft = PurchaseOrderFactory(lot=sent.lot)
    lot = sent.lot
    address = f"/commandes/catalogue/lots/{lot.pk}/modifier/"
    said = text_of(client.get(address))
    values = {k: v for k, v in model_to_dict(lot).items() if k not in ("ordered_amount", "departments")}

    answer = client.post(address, {**values, "supplier": heir.pk, "maximum_amount": "2000000"})

    assert "Ce qui est déjà envoyé reste à son titulaire" in said
    assert answer.status_code == 302
    assert dict(PurchaseOrder.objects.values_list("pk", "holder_name")) == {sent.pk: "Ateliers du Cèdre", draft.pk: "L’Héritier"}
    assert JournalEntry.objects.filter(action="edit_entry").exists()


# -- What papers copy of the catalogue ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "changes"),
    [(AgreementForm, {"reference": "AC-X"}), (LotForm, {"number": "99"}), (ItemForm, {"reference": "BPU-X"}), (ItemForm, {"unit": "lot"})],
)
@pytest.mark.parametrize("left", [True, False])
def test_what_papers_say_of_the_catalogue_stays_once_an_order_left(form, changes, left):
    line = OrderLineFactory(order__sent=left)
    entry = {AgreementForm: line.order.lot.agreement, LotForm: line.order.lot, ItemForm: line.item}[form]
    typed = {**model_to_dict(entry), "departments": [], **changes}

    found = form(typed, instance=entry)

    assert found.is_valid() is not left
    assert set(found.errors) == (set(changes) if left else set())


def test_prices_and_labels_change_for_the_orders_to_come():
    line = OrderLineFactory(order__sent=True)
    typed = {**model_to_dict(line.item), "label": "Portable 12 pouces", "unit_price_amount": "500", "vat_rate": "10"}

    changed = ItemForm(typed, instance=line.item)
    assert changed.is_valid(), changed.errors
    changed.save()
    line.refresh_from_db()

    assert (line.label, line.unit_price_amount, line.vat_rate) == ("Ordinateur portable 11,6 pouces", Decimal("412.00"), Decimal("20.0"))
    assert CatalogueItemFactory(lot=line.order.lot, reference="BPU-NEW").pk  # a reference of one's own stays free
