"""Pages opened before a colleague changed what they show: the terms of an order, a quote, a service order; a quote corrected."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from orders.actions.order import edit_order
from orders.actions.seen import version_of
from orders.actions.work import correct_quote, issue_service_order
from orders.models import CablingWork, OrderLine, PurchaseOrder
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, DecisionLineFactory, OrderLineFactory
from tests.reading import the, values_of

pytestmark = pytest.mark.django_db


def in_days(shift: int):
    return timezone.localdate() + timedelta(days=shift)


@pytest.fixture
def line():
    """A draft of thirty laptops."""
    return OrderLineFactory(decision_line=DecisionLineFactory(quantity=30), quantity=30)


@pytest.fixture
def work():
    return CablingWorkFactory(quoted=True)


def address(order) -> str:
    return f"/commandes/{order.number}/modifier/"


def terms_of(client, line, **changes) -> dict:
    """The page as it is, with what this person types."""
    page = client.get(address(line.order))
    names = ("due_on", "delivery_contact", "budget_code", "commitment_number", "service_code", f"quantity_{line.pk}", "seen")
    return {name: values_of(page, name)[0] for name in names} | changes


# -- An order ----------------------------------------------------------------------------------------------------------------------


def test_a_stale_page_is_refused_with_what_was_typed_and_what_stands_then_written(client, officer, line):
    typed = terms_of(client, line, **{f"quantity_{line.pk}": "20", "service_code": "LYC-2"})
    colleague = person(Role.ORDERS)
    edit_order(order=line.order, terms={}, quantities={line.pk: 10}, actor=colleague)

    stale = client.post(address(line.order), typed)
    again = client.post(address(line.order), typed | {"seen": values_of(stale, "seen")[0]})

    said = stale.context["form"].non_field_errors()
    assert (stale.status_code, stale.context["form"]["service_code"].value()) == (422, "LYC-2")
    assert said[0].startswith(f"{colleague} a agi sur {line.order.number} le ")
    assert "Ordinateur portable 11,6 pouces : 10 à présent." in said
    assert again.status_code == 302
    assert (OrderLine.objects.get().quantity, PurchaseOrder.objects.get().service_code) == (20, "LYC-2")


def test_a_double_press_is_no_conflict(client, officer, line):
    typed = terms_of(client, line, service_code="LYC-2")

    answers = [client.post(address(line.order), typed).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert JournalEntry.objects.filter(action="edit_order").count() == 1


def test_under_the_lock_a_stale_version_writes_nothing(line):
    seen = version_of(line.order)
    edit_order(order=line.order, terms={"service_code": "A"}, quantities={}, actor=person(Role.ORDERS))

    with pytest.raises(TransitionRefused) as refusal:
        edit_order(order=line.order, terms={"service_code": "B"}, quantities={line.pk: 5}, seen=seen, actor=person(Role.ORDERS))

    assert refusal.value.wrong_state
    assert (PurchaseOrder.objects.get().service_code, OrderLine.objects.get().quantity) == ("A", 30)


# -- A quote -----------------------------------------------------------------------------------------------------------------------


def correcting(work) -> str:
    return f"/travaux/{work.number}/devis/corriger/"


QUOTE = {"amount": "19 000", "vat_rate": "10.0", "reference": "D-2026-32", "reason": "Devis refait après visite."}


def test_a_quote_is_corrected_with_a_reason_until_the_service_order(client, sign_in, work):
    sign_in(Role.TECHNICIAN)
    shown = client.get(correcting(work))

    answer = client.post(correcting(work), QUOTE | {"seen": values_of(shown, "seen")[0]})

    fresh = CablingWork.objects.get()
    assert (values_of(shown, "amount"), values_of(shown, "reference")) == (["18480,00"], ["D-2026-31"])
    assert answer.url == work.get_absolute_url()
    assert (fresh.state, fresh.quote_amount, fresh.quote_vat_rate, fresh.quote_reference) == (
        "quoted", Decimal("19000.00"), Decimal("10.0"), "D-2026-32",
    )  # fmt: skip
    entry = JournalEntry.objects.get(action="correct_quote")
    assert (entry.reason, entry.data["before"]) == (QUOTE["reason"], "D-2026-31, 18\u00a0480,00\u00a0€ HT, TVA 20\u00a0%")
    assert the(client.get(work.get_absolute_url()), f'a[href="{correcting(work)}"]')


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.HEAD])
def test_who_does_not_run_the_works_corrects_no_quote(client, sign_in, work, role):
    user = sign_in(role, at=work.establishment if role == Role.HEAD else None)

    assert (client.get(correcting(work)).status_code, client.post(correcting(work), QUOTE).status_code) == (403, 403)
    with pytest.raises(PermissionDenied):
        correct_quote(work=work, amount=Decimal(1), reference="D", vat_rate=Decimal(20), reason="Non.", actor=user)
    assert CablingWork.objects.get().quote_reference == "D-2026-31"


def test_a_quote_needs_a_reason_and_changes_no_more_once_ordered(client, officer, work):
    empty = client.post(correcting(work), QUOTE | {"reason": ""})
    issue_service_order(work=work, terms={}, actor=officer)

    assert (empty.status_code, set(empty.context["form"].errors)) == (422, {"reason"})
    assert client.post(correcting(work), QUOTE).status_code == 409
    assert CablingWork.objects.get().quote_amount == Decimal("18480.00")


def test_two_corrections_do_not_overwrite_each_other_and_the_same_twice_is_one(client, officer, work):
    seen = values_of(client.get(correcting(work)), "seen")[0]
    first = client.post(correcting(work), QUOTE | {"seen": seen})
    twice = client.post(correcting(work), QUOTE | {"seen": seen})

    other = client.post(correcting(work), QUOTE | {"amount": "21 000", "seen": seen})

    assert (first.status_code, twice.status_code, other.status_code) == (302, 302, 422)
    assert "Devis à présent : D-2026-32, 19\u00a0000,00\u00a0€ HT, TVA 10\u00a0%." in other.context["form"].non_field_errors()
    assert JournalEntry.objects.filter(action="correct_quote").count() == 1


def test_nobody_orders_a_price_that_the_page_did_not_show(client, officer, work):
    page = client.get(f"/travaux/{work.number}/ordre-de-service/")
    typed = {"starts_on": str(in_days(5)), "due_on": str(in_days(60)), "seen": values_of(page, "seen")[0]}
    correct_quote(
        work=work, amount=Decimal("24000.00"), reference="D-33", vat_rate=Decimal("20.0"), reason="Refait.", actor=person(Role.TECHNICIAN)
    )

    stale = client.post(f"/travaux/{work.number}/ordre-de-service/", typed)
    with pytest.raises(TransitionRefused):
        issue_service_order(work=work, terms={}, seen=int(typed["seen"] or 0), actor=officer)

    assert stale.status_code == 422
    assert "Devis à présent : D-33, 24\u00a0000,00\u00a0€ HT, TVA 20\u00a0%." in stale.context["form"].non_field_errors()
    assert CablingWork.objects.get().state == "quoted"
    assert client.post(f"/travaux/{work.number}/ordre-de-service/", typed | {"seen": values_of(stale, "seen")[0]}).status_code == 302
