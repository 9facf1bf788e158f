"""What is taken back after the next party has acted: a start, an acceptance of works, a reserve lifted too early, a closing."""

import pytest
from django.core.exceptions import PermissionDenied

from exports.models import IssuedDocument
from orders.actions.acceptance import NewReserve, accept_document, lift_reserve, reopen_reserve
from orders.actions.invoice import cancel_invoice
from orders.models import CablingWork, PurchaseOrder, Reserve
from orders.queries.money import gross_sums
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, available_transitions, perform
from tests.factories.accounts import person
from tests.factories.orders import (
    CablingWorkFactory,
    InvoiceFactory,
    OrderLineFactory,
    PurchaseOrderFactory,
    ReserveFactory,
    WorkLineFactory,
)
from tests.outcomes import written_to
from tests.reading import text_of

pytestmark = pytest.mark.django_db
HOLDER = "commandes@ateliers-du-cedre.example"


@pytest.fixture
def technician():
    return person(Role.TECHNICIAN)


def offered(document, user) -> set[str]:
    return {option.name for option in available_transitions(document, user)}


# -- Works -------------------------------------------------------------------------------------------------------------------------


def test_a_start_noted_by_mistake_is_undone_and_the_works_may_be_cancelled(technician):
    work = WorkLineFactory(work__in_progress=True, work__committed_amount=0).work

    undone = perform(work, "undo_start", actor=technician, reason="L’entreprise n’est pas venue.")
    ended = perform(undone, "cancel", actor=person(Role.ORDERS), reason="Titulaire défaillant.")

    assert (undone.state, undone.started_on, ended.state) == ("ordered", None, "cancelled")
    assert JournalEntry.objects.get(action="undo_start").reason == "L’entreprise n’est pas venue."


def test_an_acceptance_of_works_is_taken_back_by_another_person_and_pronounced_anew(technician):
    work = WorkLineFactory(work__pre_acceptance=True).work
    reserved = accept_document(document=work, reserves=[NewReserve("Baie B sans étiquette.")], actor=technician)
    with pytest.raises(PermissionDenied):
        perform(reserved, "reopen_acceptance", actor=technician, reason="Je me suis trompé.")

    reopened = perform(reserved, "reopen_acceptance", actor=person(Role.TECHNICIAN), reason="Recette du lien optique non faite.")
    again = accept_document(document=reopened, reserves=[], actor=technician)

    assert (reopened.state, reopened.accepted_at, reopened.guarantee_ends_on) == ("pre_acceptance", None, None)
    assert (gross_sums(reopened).accepted, gross_sums(again).accepted > 0) == (0, True)
    assert (again.state, Reserve.objects.get().is_void, again.open_reserves) == ("accepted", True, [])
    assert list(IssuedDocument.objects.filter(kind="work_acceptance").order_by("edition").values_list("edition", flat=True)) == [1, 2]
    assert (written_to("work_acceptance_reopened").count(HOLDER), written_to("work_accepted").count(HOLDER)) == (1, 2)


# -- Reserves ----------------------------------------------------------------------------------------------------------------------


def accepted_with(kind, *texts):
    """An order or works accepted with these reserves."""
    document = OrderLineFactory(order__delivered=True).order if kind == "order" else WorkLineFactory(work__pre_acceptance=True).work
    actor = person(Role.HEAD, at=document.establishment) if kind == "order" else person(Role.ORDERS)
    return accept_document(document=document, reserves=[NewReserve(text) for text in texts], actor=actor)


@pytest.mark.parametrize(("kind", "lifted"), [("order", "accepted"), ("work", "reserves_lifted")])
def test_a_reserve_lifted_too_early_is_to_lift_again(technician, kind, lifted):
    accepted_with(kind, "Écran 07 rayé.")
    reserve = Reserve.objects.get()
    before = lift_reserve(reserve=reserve, note="Remplacé.", actor=technician)

    after = reopen_reserve(reserve=reserve, reason="L’écran posé est le même.", actor=technician)
    mended = lift_reserve(reserve=reserve, note="Remplacé, numéro relevé.", actor=technician)

    assert (before.state, after.state, mended.state) == (lifted, "accepted_with_reserves", lifted)
    entry = JournalEntry.objects.get(action="reopen_reserve")
    assert (entry.reason, entry.data) == ("L’écran posé est le même.", {"reserve": "Écran 07 rayé.", "before": "Remplacé."})
    prefix = "" if kind == "order" else "work_"
    assert (written_to(f"{prefix}reserve_reopened").count(HOLDER), written_to(f"{prefix}reserves_lifted").count(HOLDER)) == (1, 2)
    assert IssuedDocument.objects.filter(kind=f"{kind}_lifting").count() == 2
    assert "- Écran 07 rayé." in Message.objects.filter(code=f"{prefix}reserve_reopened").first().body


def test_one_of_two_reserves_is_opened_again_without_moving_the_order(technician):
    accepted_with("order", "Écran 07 rayé.", "Un chargeur manque.")
    first = Reserve.objects.order_by("pk").first()
    lift_reserve(reserve=first, note="Remplacé.", actor=technician)

    fresh = reopen_reserve(reserve=first, reason="Erreur.", actor=technician)

    assert (fresh.state, Reserve.objects.filter(lifted_at=None).count()) == ("accepted_with_reserves", 2)


def test_a_reserve_opens_again_neither_twice_nor_after_the_invoice_nor_once_void(technician):
    order = accepted_with("order", "Écran 07 rayé.")
    reserve = Reserve.objects.get()
    invoiced = ReserveFactory(order=PurchaseOrderFactory(invoiced=True), lifted=True)

    def said(which) -> str:
        with pytest.raises(TransitionRefused) as refusal:
            reopen_reserve(reserve=which, reason="Erreur.", actor=technician)
        return str(refusal.value)

    already, late = said(reserve), said(invoiced)
    perform(order, "reopen_acceptance", actor=person(Role.ORDERS), reason="Erreur.")

    assert already == "Cette réserve est déjà à lever."
    assert late == "Cette réserve ne se rouvre plus : état actuel « Facturée »."
    assert said(reserve) == "Cette réserve est sans objet : la réception a été reprise."


@pytest.mark.parametrize(
    ("role", "code"),
    [(Role.HEAD, 302), (Role.ORDERS, 302), (Role.TECHNICIAN, 302), (Role.MEMBER, 403), (Role.FINANCE, 403), (Role.AUDITOR, 403)],
)
@pytest.mark.parametrize("kind", ["order", "work"])
def test_who_opens_a_reserve_again(client, sign_in, technician, kind, role, code):
    document = accepted_with(kind, "Écran 07 rayé.")
    reserve = Reserve.objects.get()
    lift_reserve(reserve=reserve, note="Remplacé.", actor=technician)
    sign_in(role, at=document.establishment if role in (Role.HEAD, Role.MEMBER) else None)
    page = text_of(client.get(document.get_absolute_url()))

    answer = client.post(f"{document.get_absolute_url()}reserves/{reserve.pk}/rouvrir/", {"reason": "Erreur."})

    assert ("Rouvrir cette réserve" in page) is (code == 302)
    assert answer.status_code == code
    assert (Reserve.objects.get().lifted_at is None) is (code == 302)


def test_another_school_opens_nothing_again(client, sign_in, technician):
    document = accepted_with("order", "Écran 07 rayé.")
    reserve = Reserve.objects.get()
    lift_reserve(reserve=reserve, note="Remplacé.", actor=technician)
    sign_in(Role.HEAD, at=PurchaseOrderFactory(sent=True).establishment)

    for address in (
        f"{document.get_absolute_url()}reserves/{reserve.pk}/rouvrir/",
        f"/travaux/TX-2020-0001/reserves/{reserve.pk}/rouvrir/",
    ):
        assert client.post(address, {"reason": "Erreur."}).status_code == 404
    assert Reserve.objects.get().lifted_at is not None


def test_a_school_neither_undoes_nor_reopens(client, sign_in):
    work, order = CablingWorkFactory(in_progress=True), PurchaseOrderFactory(invoiced=True, state="closed")
    sign_in(Role.HEAD, at=work.establishment)

    assert client.post(f"{work.get_absolute_url()}action/undo_start/", {"reason": "Non."}).status_code == 403
    assert client.post(f"{order.get_absolute_url()}action/reopen/", {"reason": "Non."}).status_code == 404
    assert (CablingWork.objects.get().state, PurchaseOrder.objects.get().state) == ("in_progress", "closed")


def test_a_start_that_an_instalment_pays_for_is_not_undone(technician):
    """Works would be cancelled with an invoice that counts."""
    work = WorkLineFactory(work__in_progress=True).work
    bill = InvoiceFactory(of_work=True, work=work)

    with pytest.raises(TransitionRefused, match="Une facture est notée"):
        perform(work, "undo_start", actor=technician, reason="L’entreprise n’est pas venue.")
    cancel_invoice(invoice=bill, reason="Saisie sur le mauvais chantier.", actor=person(Role.FINANCE))

    assert perform(work, "undo_start", actor=technician, reason="L’entreprise n’est pas venue.").state == "ordered"
