"""The engagement number and what the paper of an order bears besides, typed or corrected once it has left."""

import pytest
from django.core.exceptions import PermissionDenied

from exports.issue import documents_about
from orders.actions.order import edit_order
from orders.actions.references import correct_references
from orders.models import PurchaseOrder
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, OrderLineFactory, PurchaseOrderFactory, WorkLineFactory
from tests.outcomes import refusal_of, told
from tests.reading import elements_of, text_of

pytestmark = pytest.mark.django_db
HOLDER = "commandes@ateliers-du-cedre.example"
kinds = pytest.mark.parametrize("kind", ["order", "works"])


def sent(kind, **codes):
    """What has left, ten days ago."""
    if kind == "works":
        return WorkLineFactory(work=CablingWorkFactory(ordered=True, **codes)).work
    return OrderLineFactory(order__sent=True, **{f"order__{name}": code for name, code in codes.items()}).order


def correct(document, actor, number="2026-44718", **more):
    given = {"service_code": document.service_code, "budget_code": document.budget_code, **more}
    return correct_references(document=document, commitment_number=number, actor=actor, **given)


def page_of(document) -> str:
    return f"{document.get_absolute_url()}references/"


@kinds
def test_typed_after_the_sending_it_goes_to_the_holder_and_the_lycee_on_a_new_edition(kind):
    document = sent(kind)
    head = person(Role.HEAD, at=document.establishment)

    fresh = correct(document, person(Role.FINANCE))

    code = "order_references_corrected" if kind == "order" else "work_references_corrected"
    body = Message.objects.get(code=code, to_email=HOLDER).body
    entry = JournalEntry.objects.get(action="correct_references")
    assert (fresh.state, fresh.commitment_number) == (document.state, "2026-44718")
    assert told(code) == {HOLDER, head.email}
    assert "À présent : engagement 2026-44718, code service –, imputation –" in body
    assert (entry.data["before"], entry.reason) == ("engagement –, code service –, imputation –", "")
    assert [paper.edition for paper in documents_about(fresh)] == [1]


@kinds
def test_what_was_sent_wrongly_changes_with_a_reason_and_keeps_the_edition_before(kind):
    officer, document = person(Role.ORDERS), sent(kind, commitment_number="2026-1")

    silent = refusal_of(correct, document, officer)
    correct(document, officer, reason="Numéro d’une autre opération.")
    correct(document, officer, number="2026-9", reason="Encore.")

    assert silent == ["Ces références étaient écrites sur le document envoyé : dites pourquoi elles changent."]
    assert [paper.edition for paper in documents_about(document)] == [1, 2]
    assert "Motif : Encore." in Message.objects.filter(to_email=HOLDER).latest("pk").body


@kinds
def test_the_same_again_writes_nothing(kind):
    document = sent(kind, commitment_number="2026-44718")

    correct(document, person(Role.ORDERS))

    assert (JournalEntry.objects.count(), Message.objects.count(), documents_about(document)) == (0, 0, [])


def test_a_draft_is_edited_and_what_is_over_is_not_corrected():
    officer = person(Role.ORDERS)
    draft = OrderLineFactory().order
    over = PurchaseOrderFactory(invoiced=True, state="closed")

    for document in (draft, over):
        assert "n’est pas possible" in refusal_of(correct, document, officer)[0]
    assert edit_order(order=draft, terms={"commitment_number": "2026-3"}, quantities={}, actor=officer).commitment_number == "2026-3"
    assert PurchaseOrder.objects.get(pk=over.pk).commitment_number == ""


@kinds
def test_a_lycee_corrects_nothing(kind):
    document = sent(kind)

    with pytest.raises(PermissionDenied):
        correct(document, person(Role.HEAD, at=document.establishment))
    assert type(document).objects.get(pk=document.pk).commitment_number == ""


@kinds
@pytest.mark.parametrize(
    ("role", "may"), [(Role.ORDERS, True), (Role.FINANCE, True), (Role.HEAD, False), (Role.MEMBER, False), (Role.AUDITOR, False)]
)
def test_who_reaches_the_page_and_is_shown_the_way(client, sign_in, kind, role, may):
    document = sent(kind)
    sign_in(role, at=document.establishment if role in (Role.HEAD, Role.MEMBER) else None)

    shown = page_of(document) in {link["href"] for link in elements_of(client.get(document.get_absolute_url()), "a[href]")}
    page = client.get(page_of(document))
    done = client.post(page_of(document), {"commitment_number": "2026-44718"})

    assert (shown, page.status_code, done.status_code) == ((True, 200, 302) if may else (False, 403, 403))
    assert type(document).objects.get(pk=document.pk).commitment_number == ("2026-44718" if may else "")


@kinds
def test_another_school_finds_no_references(client, sign_in, kind):
    document = sent(kind)
    sign_in(Role.HEAD, at=PurchaseOrderFactory(sent=True).establishment)

    assert (client.get(page_of(document)).status_code, client.post(page_of(document), {"commitment_number": "X"}).status_code) == (404, 404)
    assert type(document).objects.get(pk=document.pk).commitment_number == ""


@kinds
def test_the_page_says_what_follows_asks_why_and_keeps_what_was_typed(client, sign_in, kind):
    document = sent(kind, commitment_number="2026-1", service_code="LYC")
    sign_in(Role.ORDERS)
    typed = {"commitment_number": "2026-2", "service_code": "LYC", "budget_code": ""}

    page = client.get(page_of(document))
    same = client.post(page_of(document), typed | {"commitment_number": "2026-1"})
    silent = client.post(page_of(document), typed)
    done = client.post(page_of(document), typed | {"reason": "Autre opération."}, follow=True)
    again = client.post(page_of(document), typed | {"reason": "Autre opération."}, follow=True)

    assert "Le titulaire et le lycée reçoivent un courriel avec ce document" in text_of(page)
    assert "Rien n’a changé" in text_of(same)
    assert silent.status_code == 422
    assert list(silent.context["form"].errors) == ["reason"]
    assert silent.context["form"]["commitment_number"].value() == "2026-2"
    assert "Les références sont corrigées" in text_of(done)
    assert "C’est déjà fait" in text_of(again)
    assert JournalEntry.objects.filter(action="correct_references").count() == 1
