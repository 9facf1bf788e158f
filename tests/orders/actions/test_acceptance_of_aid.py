"""What is granted is ordered once the lycée has accepted it, as the page of its decision says."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from calls.enums import ApplicationState, Outcome
from calls.models import Application
from orders.models import CablingWork, PurchaseOrder
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.enums import DecisionState
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, OrderLineFactory, WorkLineFactory
from tests.factories.scoring import FundingDecisionFactory
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db
WAITS = "Le lycée n’a pas encore accepté cette aide"


@pytest.fixture
def decision():
    made = FundingDecisionFactory(state=DecisionState.RELEASED, envelope__committed_amount=Decimal("57792.00"))
    Application.objects.filter(pk=made.application_id).update(
        state=ApplicationState.DECIDED, outcome=Outcome.AWARDED, granted_amount=made.granted_amount
    )
    return made


def answered(decision, name):
    file = Application.objects.get(pk=decision.application_id)
    perform(file, name, actor=person(Role.HEAD, at=file.establishment), reason="Réponse")


def read(answer):
    return words_of(tree_of(answer)).replace("\u00a0", " ")


def order_of(decision, state):
    line = OrderLineFactory(order__decision=decision, **{f"order__{state}": True} if state else {}, quantity=10)
    return line.order


def test_an_order_is_approved_and_waits_for_the_lycee_to_leave(client, sign_in, decision):
    order = order_of(decision, "")
    sign_in(Role.ORDERS)
    page = order.get_absolute_url()

    says = read(client.get(f"{page}action/approve/"))
    client.post(f"{page}action/approve/")
    shown, sent = client.get(f"{page}action/send/"), client.post(f"{page}action/send/")
    waiting = PurchaseOrder.objects.get().state, Message.objects.count()
    answered(decision, "accept_award")
    Message.objects.all().delete()
    client.post(f"{page}action/send/")

    assert f"{WAITS} : la commande validée ne partira qu’après son acceptation" in says
    assert WAITS in read(shown) and WAITS in read(sent)
    assert waiting == ("approved", 0)
    assert PurchaseOrder.objects.get().state == "sent"
    assert set(Message.objects.values_list("code", flat=True)) >= {"order_sent", "order_announced"}


def test_orders_sent_together_leave_out_those_whose_aid_is_not_accepted(client, sign_in, decision):
    waiting, ready = order_of(decision, "approved"), order_of(FundingDecisionFactory(state=DecisionState.RELEASED), "approved")
    sign_in(Role.ORDERS)

    shown = read(client.get("/commandes/ensemble/send/", {"commande": [waiting.number, ready.number]}))

    assert f"{WAITS} : rien ne part avant sa réponse." in shown


def test_a_service_order_waits_for_the_lycee_and_says_so_before_the_press(client, sign_in, decision):
    work = CablingWorkFactory(quoted=True, decision=decision)
    WorkLineFactory(work=work)
    sign_in(Role.ORDERS)
    page = f"{work.get_absolute_url()}ordre-de-service/"

    shown = client.get(page)
    days = {name: str(timezone.localdate() + timedelta(days=ahead)) for name, ahead in (("starts_on", 10), ("due_on", 40))}
    data = {"seen": shown.context["form"]["seen"].value(), **days}
    refused = client.post(page, data)
    before = CablingWork.objects.get().state
    answered(decision, "accept_award")
    done = client.post(page, data)

    assert WAITS in read(shown)
    assert (refused.status_code, before) == (422, "quoted") and f"{WAITS} : rien ne part avant sa réponse." in read(refused)
    assert (done.status_code, CablingWork.objects.get().state) == (302, "ordered")


def test_the_aid_declined_meanwhile_cancels_what_was_waiting(decision):
    order = order_of(decision, "approved")

    answered(decision, "decline_award")

    with pytest.raises(TransitionRefused):
        perform(order, "send", actor=person(Role.ORDERS))
    assert PurchaseOrder.objects.get().state == "cancelled"
