from decimal import Decimal

import pytest
from django.utils import timezone

from orders.actions.acceptance import NewReserve, accept_document, lift_reserve
from orders.actions.cancelling import undo_document
from orders.actions.delivery import record_delivery
from orders.hooks.notifications import spoken
from orders.models import CablingWork, PurchaseOrder, Reserve
from portal.notifications import registry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import perform
from portal.workflow.machine import transitions_of
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, OrderLineFactory, PurchaseOrderFactory, WorkLineFactory
from tests.outcomes import written_to

pytestmark = pytest.mark.django_db
HOLDER = "commandes@ateliers-du-cedre.example"


@pytest.fixture
def order():
    return OrderLineFactory(
        order__approved=True, order__committed_amount=Decimal("41200.00"), order__lot__ordered_amount=Decimal("41200.00")
    ).order


@pytest.mark.parametrize("model", [PurchaseOrder, CablingWork])
def test_every_announcement_named_by_a_workflow_is_registered(model):
    codes = {code for t in transitions_of(model()) for code in t.custom.get("notify", ())}

    assert [code for code in sorted(codes) if not registry.get(code).template] == []


def test_sending_tells_the_holder_and_the_school_apart(order):
    head, member = (person(role, at=order.establishment) for role in (Role.HEAD, Role.MEMBER))
    person(Role.HEAD, at=PurchaseOrderFactory().establishment)

    perform(order, "send", actor=person(Role.ORDERS))

    assert (written_to("order_sent"), written_to("order_announced")) == ([HOLDER], sorted([head.email, member.email]))
    message = Message.objects.get(code="order_sent")
    assert message.subject.startswith(f"Bon de commande {order.number}")
    assert "100 × Ordinateur portable 11,6 pouces" in message.body
    assert "41\u00a0200,00\u00a0€ HT, 49\u00a0440,00\u00a0€ TTC" in message.body


def test_a_school_without_account_is_told_at_its_mailbox(order):
    perform(order, "send", actor=person(Role.ORDERS))

    assert written_to("order_announced") == [order.establishment.email]


def test_each_delivery_is_told_once(order):
    head = person(Role.HEAD, at=order.establishment)
    sent = perform(order, "send", actor=person(Role.ORDERS))
    line = sent.lines.get()
    for note, quantity in (("BL-1", 60), ("BL-2", 40)):
        record_delivery(order=sent, delivered_on=timezone.localdate(), note_number=note, quantities={line.pk: quantity}, actor=head)

    subjects = list(Message.objects.filter(code="delivery_recorded").order_by("pk").values_list("subject", flat=True))
    assert [subject.split("livraison ")[1].split()[0] for subject in subjects] == ["partielle", "complète"]
    assert written_to("delivery_recorded") == [head.email, head.email]


def test_acceptance_with_reserves_tells_the_holder_what_is_wrong():
    order = PurchaseOrderFactory(delivered=True)
    head = person(Role.HEAD, at=order.establishment)
    text = "Écran rayé, voir https://evil.example/x\nSubject: faux"

    accept_document(document=order, reserves=[NewReserve(text)], actor=head)
    lift_reserve(reserve=Reserve.objects.get(), note="Remplacé.", actor=head)

    body = Message.objects.get(code="order_accepted_with_reserves", to_email=HOLDER).body
    assert (written_to("order_accepted_with_reserves"), written_to("reserves_lifted")) == (
        sorted([HOLDER, head.email]),
        sorted([HOLDER, head.email]),
    )
    assert "https://evil" not in body
    assert "evil. example" in body
    assert [line for line in body.splitlines() if line.startswith("Subject")] == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [("https://a.example/b", "https : a. example/b"), ("11.6 pouces", "11.6 pouces"), ("une\r\nBcc: x@y.fr", "une Bcc: x@y. fr")],
)
def test_typed_text_makes_no_link_nor_line(typed, said):
    assert spoken(typed) == said


def test_acceptance_without_reserve_is_told():
    order = PurchaseOrderFactory(delivered=True)
    head = person(Role.HEAD, at=order.establishment)

    accept_document(document=order, reserves=[], actor=head)

    assert written_to("order_accepted") == sorted([HOLDER, head.email])


def test_cancelling_is_told_to_those_who_had_the_order(order):
    officer = person(Role.ORDERS)
    perform(PurchaseOrderFactory(), "cancel", actor=officer, reason="Doublon")
    before = Message.objects.filter(code="order_cancelled").count()
    sent = perform(order, "send", actor=officer)

    perform(sent, "cancel", actor=officer, reason="Rupture de stock")

    assert before == 0
    assert written_to("order_cancelled") == sorted([HOLDER, order.establishment.email])


def test_works_are_told_from_order_to_reserves_lifted():
    work = WorkLineFactory(work__quoted=True).work
    technician, head = person(Role.TECHNICIAN), person(Role.HEAD, at=work.establishment)
    perform(work, "order", actor=person(Role.ORDERS))
    accepted = CablingWorkFactory(pre_acceptance=True, decision__application__establishment=work.establishment)
    accept_document(document=accepted, reserves=[NewReserve("Étiquetage.")], actor=technician)
    lift_reserve(reserve=Reserve.objects.get(), note="Fait.", actor=technician)

    assert (written_to("work_ordered"), written_to("work_announced")) == ([HOLDER], [head.email])
    assert written_to("work_accepted") == written_to("work_reserves_lifted") == sorted([HOLDER, head.email])
    assert "avec réserves" in Message.objects.filter(code="work_accepted").first().subject


def test_undoing_what_was_never_committed_changes_nothing():
    order = PurchaseOrderFactory()

    undo_document(document=order, actor=person(Role.ORDERS))

    order.lot.refresh_from_db()
    assert order.lot.ordered_amount == 0
