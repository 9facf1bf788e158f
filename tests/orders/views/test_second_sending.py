"""A form sent again once its act is done: the same content is said to be done, another one stays on the page with what was typed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orders.actions.delivery import record_delivery
from orders.models import CablingWork, Delivery, GoodsReturn, OrderLine, PurchaseOrder, Reserve
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, OrderLineFactory, ReserveFactory, WorkLineFactory
from tests.reading import text_of, the, words_of

pytestmark = pytest.mark.django_db
KEPT = "Votre premier envoi est enregistré ; rien de celui-ci ne l’est."
TODAY = str(timezone.localdate())


def ordered(**line) -> OrderLine:
    return OrderLineFactory(order__sent=True, quantity=10, **line)


def arrived(quantity: int = 10) -> OrderLine:
    line = ordered()
    today, whole = timezone.localdate(), {line.pk: quantity}
    record_delivery(order=line.order, delivered_on=today, note_number="BL-7", quantities=whole, actor=person(Role.ORDERS))
    return OrderLine.objects.get()


def page_of(document, page: str) -> str:
    return f"{document.get_absolute_url()}{page}"


def a_delivery():
    line = ordered()
    typed = {"delivered_on": TODAY, "note_number": "BL-1", f"quantity_{line.pk}": "10", f"serials_{line.pk}": "SN-1"}
    return page_of(line.order, "livraison/"), typed, {f"quantity_{line.pk}": "4", f"serials_{line.pk}": "SN-8 SN-9", "note_number": "bl-1"}


def a_return():
    line = arrived()
    typed = {"returned_on": TODAY, "reference": "RT-1", "reason": "Dalles rayées.", f"quantity_{line.pk}": "10"}
    return page_of(line.order, "retour/"), typed, {"reason": "Claviers cassés.", f"quantity_{line.pk}": "3"}


def a_cancelled_delivery():
    line = arrived()
    return page_of(line.order, f"livraisons/{Delivery.objects.get().pk}/annuler/"), {"reason": "Erreur."}, {"reason": "Autre lycée."}


def an_acceptance():
    line = arrived()
    return page_of(line.order, "reception/"), {"verdict": "avec", "reserve_1": "Écran rayé."}, {"reserve_1": "Écran 07 rayé, dalle 2."}


def an_early_end():
    line = arrived(4)
    return page_of(line.order, "solder/"), {"reason": "Épuisé."}, {"reason": "Titulaire en faillite."}


def of_works(page, typed, other, **state):
    work = WorkLineFactory(work=CablingWorkFactory(**state)).work
    return page_of(work, page), typed, other


def a_visit():
    return of_works("visite/", {"on": TODAY, "remarks": "Vu."}, {"remarks": "Vu avec le proviseur adjoint."})


def a_quote():
    typed = {"amount": "18480", "vat_rate": "20.0", "reference": "D-1"}
    return of_works("devis/", typed, {"amount": "21000,50", "reference": "D-1 bis"}, surveyed=True)


def a_service_order():
    days = {"starts_on": str(timezone.localdate() + timedelta(days=5)), "due_on": str(timezone.localdate() + timedelta(days=60))}
    return of_works("ordre-de-service/", days, {"site_contact": "Mme Rey, intendante"}, quoted=True)


SENT = [a_delivery, a_return, a_cancelled_delivery, an_acceptance, an_early_end, a_visit, a_quote, a_service_order]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def shown_in(page, name: str) -> str:
    control = the(page, f"form.pr-panel [name='{name}'], form[data-unsaved] [name='{name}']")
    return control.get("value") or control.get_text().strip()


def come_in(client, case) -> None:
    """Who does it: the orders officer, but for the head who signs."""
    client.force_login(person(Role.HEAD, at=PurchaseOrder.objects.get().establishment) if case is an_acceptance else person(Role.ORDERS))


def everything() -> list:
    rows = (PurchaseOrder, CablingWork, OrderLine, Delivery, GoodsReturn, Reserve, JournalEntry)
    return [list(model.objects.order_by("pk").values()) for model in rows]


@pytest.mark.parametrize("case", SENT)
def test_the_same_sent_twice_is_done_once_and_said(client, case):
    address, typed, _ = case()
    come_in(client, case)
    first = client.post(address, typed)
    before = everything()

    again = client.post(address, typed | {"csrfmiddlewaretoken": "another"}, follow=True)

    assert first.status_code == 302
    assert again.redirect_chain == [(first.url, 302)]
    assert "C’est déjà fait." in text_of(again)
    assert everything() == before


@pytest.mark.parametrize("case", SENT)
def test_another_content_sent_after_the_first_stays_on_its_page_and_writes_nothing(client, case):
    address, typed, changes = case()
    come_in(client, case)
    first = client.post(address, typed)
    before = everything()

    again = client.post(address, typed | changes)

    assert (first.status_code, again.status_code) == (302, 422)
    said = words_of(the(again, "[data-errors]"))
    assert KEPT in plain(said)
    assert (PurchaseOrder.objects.first() or CablingWork.objects.first()).get_state_display() in said
    assert {name: shown_in(again, name) for name in changes} == changes
    assert everything() == before


def test_what_was_typed_stays_when_somebody_else_acted_first(client, officer):
    address, typed, changes = a_delivery()
    client.force_login(person(Role.ORDERS))
    client.post(address, typed)
    client.force_login(officer)

    late = client.post(address, typed | changes)

    assert late.status_code == 409
    said = plain(words_of(the(late, "[data-errors]")))
    assert "Quelqu’un a agi avant vous." in said
    assert "Rien de cet envoi n’est enregistré." in said
    assert {name: shown_in(late, name) for name in changes} == changes
    assert Delivery.objects.count() == 1


def test_a_line_that_a_first_note_has_filled_keeps_what_a_second_one_says_of_it(client, officer):
    """One article is all there, another still awaited: the second note is not written without the part that went."""
    full = ordered()
    other = OrderLineFactory(order=full.order, quantity=5)
    both = {f"quantity_{full.pk}": "10", f"quantity_{other.pk}": "2"}
    address = page_of(full.order, "livraison/")
    client.post(address, {"delivered_on": TODAY, "note_number": "BL-1"} | both)

    second = client.post(address, {"delivered_on": TODAY, "note_number": "BL-2", f"serials_{full.pk}": "SN-4"} | both)

    assert second.status_code == 422
    assert (shown_in(second, f"quantity_{full.pk}"), shown_in(second, f"serials_{full.pk}")) == ("10", "SN-4")
    assert [delivery.note_number for delivery in Delivery.objects.all()] == ["BL-1"]


def test_one_more_reserve_asked_for_too_late_keeps_the_first_ones(client):
    address, typed, _ = an_acceptance()
    come_in(client, an_acceptance)
    client.post(address, typed)

    more = client.post(address, {"verdict": "avec", "reserve_1": "Dalle 2 fendue.", "lignes": "1", "ajouter": "1"})

    assert more.status_code == 422
    assert shown_in(more, "reserve_1") == "Dalle 2 fendue."
    assert KEPT in text_of(more)


def test_the_page_of_a_refusal_gives_back_what_was_typed(client, officer):
    reserve = ReserveFactory(lifted=True, order__with_reserves=True)

    late = client.post(f"{reserve.order.get_absolute_url()}reserves/{reserve.pk}/", {"note": "Écran 07 remplacé."})

    assert late.status_code == 409
    assert "Écran 07 remplacé." in words_of(the(late, "dl"))
