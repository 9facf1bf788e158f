from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from orders.hooks.todo import todo_for
from orders.models import CablingWork, Invoice, PurchaseOrder
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, InvoiceFactory, OrderLineFactory, PurchaseOrderFactory
from tests.reading import links_of, tree_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return OrderLineFactory(order__accepted=True, quantity=10, delivered_quantity=10).order


def typed(number="F-1", amount="1000", **more) -> dict:
    return {"number": number, "received_on": str(timezone.localdate()), "amount": amount, **more}


def addresses(answer) -> list[str]:
    return [address for _, address in links_of(tree_of(answer))]


def read(answer) -> str:
    return words_of(tree_of(answer)).replace("\u00a0", " ")


def test_the_page_says_what_is_invoiced_and_what_is_left(client, sign_in, order):
    sign_in(Role.FINANCE)
    InvoiceFactory(order=order, amount=Decimal("1000.00"), net_amount=Decimal("833.33"))

    page = client.get(f"{order.get_absolute_url()}facture/")

    assert "Déjà facturé : 1 000,00 € TTC sur 4 944,00 € TTC. Reste 3 944,00 € TTC." in read(page)
    assert (page.context["form"]["amount"].initial, bool(page.context["form"]["is_last"].value())) == (Decimal("3944.00"), False)


def test_several_invoices_a_credit_note_and_a_cancellation_are_read_on_the_order(client, sign_in, order):
    sign_in(Role.FINANCE)
    page = order.get_absolute_url()
    client.post(f"{page}facture/", typed())
    client.post(f"{page}facture/", typed("F-2", "3000"))
    client.post(f"{page}factures/{Invoice.objects.get(number='F-1').pk}/avoir/", typed("A-1", "200"))
    client.post(f"{page}factures/{Invoice.objects.get(number='F-2').pk}/annuler/", {"reason": "Saisie sur la mauvaise commande."})

    shown = read(client.get(page))

    assert "Facturé : 800,00 € TTC sur 4 944,00 € TTC." in shown
    assert "Facture F-1, 1 000,00 € TTC" in shown and "pour 800,00 €" in shown
    assert "Avoir A-1, −200,00 € TTC" in shown or "Avoir A-1, -200,00 € TTC" in shown
    assert "Facture F-2, 3 000,00 € TTC Ne compte plus" in shown and "Saisie sur la mauvaise commande." in shown
    assert list(JournalEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "record_invoice",
        "record_invoice",
        "record_credit_note",
        "cancel_invoice",
    ]


def test_a_school_reads_the_invoices_and_changes_none(client, sign_in, order):
    cancelled = InvoiceFactory(order=order, cancelled=True, number="F-9", recorded_by=person(Role.FINANCE))
    invoice = InvoiceFactory(order=order, recorded_by=person(Role.FINANCE))
    sign_in(Role.HEAD, at=order.establishment)
    page = order.get_absolute_url()

    shown = client.get(page)
    answers = [
        client.get(f"{page}{tail}").status_code for tail in ("facture/", f"factures/{invoice.pk}/avoir/", f"factures/{invoice.pk}/annuler/")
    ]
    posted = client.post(f"{page}factures/{invoice.pk}/annuler/", {"reason": "Erreur."})

    assert invoice.number in read(shown) and cancelled.cancel_reason not in read(shown) and str(invoice.recorded_by) not in read(shown)
    assert not [address for address in addresses(shown) if "/facture" in address]
    assert (answers, posted.status_code) == ([403, 403, 403], 403)
    assert Invoice.objects.live().count() == 1


def test_the_invoice_of_another_order_or_of_another_school_is_not_found(client, sign_in, order):
    foreign = InvoiceFactory(order=PurchaseOrderFactory(accepted=True))
    on_works = InvoiceFactory(of_work=True)
    sign_in(Role.FINANCE)
    page = order.get_absolute_url()

    found = [client.post(f"{page}factures/{pk}/annuler/", {"reason": "Erreur."}).status_code for pk in (foreign.pk, on_works.pk, 0)]
    sign_in(Role.HEAD, at=foreign.order.establishment)
    hidden = client.get(f"{page}factures/{foreign.pk}/annuler/").status_code

    assert (found, hidden) == ([404, 404, 404], 404)
    assert Invoice.objects.live().count() == 2


def test_an_invoice_with_a_credit_note_is_not_offered_for_cancelling(client, sign_in, order):
    invoice = InvoiceFactory(order=order)
    note = InvoiceFactory(credit_note=True, corrects=invoice, number="A-7", amount=Decimal("1.00"), net_amount=Decimal("0.83"))
    sign_in(Role.FINANCE)
    page = order.get_absolute_url()

    offered = [address for address in addresses(client.get(page)) if address.endswith("/annuler/")]
    asked = client.get(f"{page}factures/{invoice.pk}/annuler/")

    assert offered == [f"{page}factures/{note.pk}/annuler/"]
    assert (asked.status_code, "L’avoir A-7 corrige cette facture" in read(asked)) == (409, True)


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR, Role.CALL_MANAGER, Role.ADMIN])
def test_who_follows_orders_reads_the_invoices_and_changes_none(client, sign_in, order, role):
    invoice = InvoiceFactory(order=order)
    sign_in(role)

    page = client.get(order.get_absolute_url())
    posted = client.post(f"{order.get_absolute_url()}factures/{invoice.pk}/avoir/", typed("A-1", "1"))

    assert invoice.number in read(page)
    assert not [address for address in addresses(page) if "/facture" in address]
    assert (posted.status_code, Invoice.objects.count()) == (403, 1)


@pytest.mark.parametrize(
    ("tail", "data", "errors"),
    [
        ("facture/", typed("f-118", "10"), {"number"}),
        ("facture/", typed("F-2", "3945"), {"amount"}),
        ("facture/", typed("F-2", ""), {"amount"}),
        ("factures/{}/avoir/", typed("A-1", "1000.01"), {"amount"}),
        ("factures/{}/avoir/", typed("F\u2011118", "10"), {"number"}),
        ("factures/{}/annuler/", {"reason": " "}, {"reason"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(client, sign_in, order, tail, data, errors):
    invoice = InvoiceFactory(order=order, number="F-118", amount=Decimal("1000.00"), net_amount=Decimal("833.33"))
    sign_in(Role.ORDERS)

    answer = client.post(order.get_absolute_url() + tail.format(invoice.pk), data)

    assert (answer.status_code, set(answer.context["form"].errors)) == (422, errors)
    assert all(answer.context["form"].data[name] == value for name, value in data.items())
    assert (Invoice.objects.live().count(), JournalEntry.objects.count()) == (1, 0)


def test_pressed_twice_an_invoice_is_written_once_and_shown_as_done(client, sign_in, order):
    sign_in(Role.FINANCE)
    page = f"{order.get_absolute_url()}facture/"
    client.post(page, typed("F-1", "4944"))

    again = client.post(page, typed("F-1", "4944"), follow=True)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        later = client.post(page, typed("F-1", "4944"))

    assert "C’est déjà fait" in read(again)
    assert (later.status_code, Invoice.objects.count()) == (409, 1)


def test_a_credit_note_under_the_number_of_an_invoice_just_noted_is_refused_and_not_said_done(client, sign_in, order):
    sign_in(Role.FINANCE)
    page = order.get_absolute_url()
    client.post(f"{page}facture/", typed())

    answer = client.post(f"{page}factures/{Invoice.objects.get().pk}/avoir/", typed(amount="200"))

    assert answer.status_code == 422
    assert "La facture F-1 de Ateliers du Cèdre est déjà notée" in read(answer)


def test_a_cancellation_pressed_twice_is_shown_as_done_and_by_another_is_refused(client, sign_in, order):
    invoice = InvoiceFactory(order=order)
    page = f"{order.get_absolute_url()}factures/{invoice.pk}/annuler/"
    sign_in(Role.FINANCE)
    client.post(page, {"reason": "Erreur."})

    again = client.post(page, {"reason": "Erreur."}, follow=True)
    sign_in(Role.ORDERS)
    other = client.post(page, {"reason": "Erreur."})

    assert "C’est déjà fait" in read(again)
    assert (other.status_code, "déjà annulée" in read(other)) == (409, True)
    assert JournalEntry.objects.filter(action="cancel_invoice").count() == 1


def test_what_is_closed_offers_its_correction_to_another_person_alone(client, sign_in):
    order = OrderLineFactory(order__invoiced=True, quantity=10).order
    writer = sign_in(Role.FINANCE)
    invoice = InvoiceFactory(order=order, recorded_by=writer)
    client.post(f"{order.get_absolute_url()}action/close/")
    address = f"{order.get_absolute_url()}factures/{invoice.pk}/annuler/"

    own = client.get(order.get_absolute_url())
    refused = client.get(address)
    sign_in(Role.FINANCE)
    offered = client.get(order.get_absolute_url())
    done = client.post(address, {"reason": "Doublon."})

    assert address not in addresses(own) and address in addresses(offered)
    assert (refused.status_code, "une autre personne" in read(refused)) == (409, True)
    assert (done.status_code, PurchaseOrder.objects.get().state) == (302, "accepted")


def test_an_order_is_opened_again_with_a_reason(client, sign_in):
    order = PurchaseOrderFactory(invoiced=True)
    sign_in(Role.FINANCE)
    page = f"{order.get_absolute_url()}action/resume_invoicing/"

    shown = read(client.get(page))
    without = client.post(page, {"reason": ""})
    client.post(page, {"reason": "Une facture de transport suit."})

    assert "Une autre facture est attendue" in shown and "reçoivent un message" in shown
    assert (without.status_code, PurchaseOrder.objects.get().state) == (422, "accepted")


def test_works_are_invoiced_on_their_page(client, sign_in):
    work = CablingWorkFactory(accepted=True)
    user = sign_in(Role.FINANCE)
    awaited = [item.title for item in todo_for(user)]

    form = client.get(f"{work.get_absolute_url()}facture/")
    client.post(f"{work.get_absolute_url()}facture/", typed("F-1", "22 176"))
    shown = read(client.get(work.get_absolute_url()))
    listed = client.get("/travaux/?etat=a_facturer").context["page_obj"]
    client.post(f"{work.get_absolute_url()}action/close/")

    assert awaited == ["1 chantier réceptionné à facturer et à clore"]
    assert "is_last" not in form.context["form"].fields
    assert "Facturé : 22 176,00 € TTC sur 22 176,00 € TTC." in shown
    assert [each.number for each in listed] == [work.number]
    assert (CablingWork.objects.get().state, todo_for(user)) == ("closed", [])


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_of_an_order_costs_the_same_whatever_its_invoices(client, sign_in, count, django_assert_num_queries):
    order = OrderLineFactory(order__invoiced=True, order__state="closed").order
    for _ in range(count):
        invoice = InvoiceFactory(order=order, recorded_by=person(Role.FINANCE))
        InvoiceFactory(credit_note=True, corrects=invoice, amount=Decimal("1.00"), net_amount=Decimal("0.83"))
    sign_in(Role.FINANCE)
    client.get(order.get_absolute_url())

    with django_assert_num_queries(20):
        client.get(order.get_absolute_url())


def test_the_last_invoice_that_leaves_something_is_confirmed_with_the_difference(client, sign_in, order):
    """One euro typed instead of the total: nothing is written before the rest is confirmed, for the amount typed and no other."""
    sign_in(Role.FINANCE)
    page = f"{order.get_absolute_url()}facture/"

    first = client.post(page, typed(amount="1", is_last="on"))
    box = first.context["form"]["sure"]
    other = client.post(page, typed(amount="2", is_last="on", sure=box.label))
    written = Invoice.objects.count()
    sure = client.post(page, typed(amount="2", is_last="on", sure=other.context["form"]["sure"].label))

    order.refresh_from_db()
    assert "Il resterait 4 943,00 € TTC jamais facturés" in read(first) and "Il resterait 4 942,00 €" in read(other)
    assert [(answer.status_code, set(answer.context["form"].errors)) for answer in (first, other)] == [(422, {"sure"})] * 2
    assert first.context["form"].data["amount"] == "1"
    assert (written, sure.status_code, order.state, Invoice.objects.get().amount) == (0, 302, "invoiced", 2)


def test_an_invoice_that_leaves_something_and_is_not_the_last_asks_nothing(client, sign_in, order):
    sign_in(Role.FINANCE)

    answer = client.post(f"{order.get_absolute_url()}facture/", typed(amount="1"))

    order.refresh_from_db()
    assert (answer.status_code, order.state, order.invoiced_amount) == (302, "accepted", 1)


@pytest.mark.parametrize("ticked", ["on", ""])
def test_the_invoice_of_all_that_is_left_ends_the_order_without_a_question(client, sign_in, order, ticked):
    """To within what each invoice may round."""
    OrderLineFactory(order=order, quantity=1, delivered_quantity=1, unit_price_amount=Decimal("1.00"), decision_line=None)
    sign_in(Role.FINANCE)

    answer = client.post(f"{order.get_absolute_url()}facture/", typed(amount="4945,19", **({"is_last": ticked} if ticked else {})))

    order.refresh_from_db()
    assert (answer.status_code, order.state, order.gross_amount - order.invoiced_amount) == (302, "invoiced", Decimal("0.01"))


@pytest.mark.parametrize(("kind", "act", "reached"), [("order", "invoice", "invoiced"), ("works", "close", "closed")])
def test_ending_an_invoicing_that_leaves_something_is_confirmed_with_the_difference(client, sign_in, kind, act, reached):
    if kind == "works":
        document = CablingWorkFactory(accepted=True, lot__ordered_amount=Decimal("18480.00"))
        InvoiceFactory(order=None, work=document, amount=Decimal("22000.00"), net_amount=Decimal("18333.33"))
    else:
        document = OrderLineFactory(order__accepted=True, quantity=10, delivered_quantity=10).order
        InvoiceFactory(order=document, amount=Decimal("4768.00"), net_amount=Decimal("3973.33"))
    sign_in(Role.FINANCE)
    page = f"{document.get_absolute_url()}action/{act}/"

    shown = client.get(page)
    refused = [client.post(page, data) for data in ({}, {"sure": "on"})]
    before = type(document).objects.get(pk=document.pk).state
    done = client.post(page, {"sure": shown.context["form"]["sure"].label})

    assert "Il resterait 176,00 € TTC jamais facturés" in read(shown)
    assert [(answer.status_code, set(answer.context["form"].errors)) for answer in refused] == [(422, {"sure"})] * 2
    assert (before, done.status_code, type(document).objects.get(pk=document.pk).state) == ("accepted", 302, reached)


def test_ending_an_invoicing_that_is_whole_asks_nothing(client, sign_in):
    work = CablingWorkFactory(accepted=True, lot__ordered_amount=Decimal("18480.00"))
    InvoiceFactory(order=None, work=work, amount=Decimal("22176.00"), net_amount=Decimal("18480.00"))
    sign_in(Role.FINANCE)
    page = f"{work.get_absolute_url()}action/close/"

    shown, done = client.get(page), client.post(page)

    assert "sure" not in shown.context["form"].fields
    assert (done.status_code, CablingWork.objects.get().state) == (302, "closed")


def test_ending_it_twice_is_shown_as_done_and_before_any_invoice_asks_nothing(client, sign_in, order):
    """The box is for who may act now: too early and too late are said as such."""
    sign_in(Role.FINANCE)
    page = f"{order.get_absolute_url()}action/invoice/"

    early = client.post(page)
    InvoiceFactory(order=order, amount=Decimal("4768.00"), net_amount=Decimal("3973.33"))
    sure = {"sure": client.get(page).context["form"]["sure"].label}
    first, again = client.post(page, sure), client.post(page, sure, follow=True)

    assert (early.status_code, first.status_code) == (409, 302)
    assert again.status_code == 200 and "C’est déjà fait." in read(again)
