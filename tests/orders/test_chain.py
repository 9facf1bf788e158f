"""From a released decision to an order closed, each step by the person it is for, through the pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orders.models import PurchaseOrder, Reserve
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.enums import DecisionState
from scoring.models import Vote
from tests.factories.accounts import person
from tests.factories.orders import CatalogueItemFactory, DecisionLineFactory
from tests.factories.scoring import FundingDecisionFactory

pytestmark = pytest.mark.django_db


def test_from_the_release_to_the_closing(client, sign_in):
    CatalogueItemFactory()
    decision = FundingDecisionFactory(state=DecisionState.VOTED, voted_at=timezone.now(), application__call__state="voted")
    line = DecisionLineFactory(decision=decision)
    Vote.objects.create(call=decision.application.call, number="27CP-418", held_on=timezone.localdate())
    school, today = decision.application.establishment, timezone.localdate()

    perform(decision, "release", actor=person(Role.CALL_MANAGER), at=timezone.now())
    order = PurchaseOrder.objects.get(decision=decision)
    key, page = order.lines.get(decision_line=line).pk, order.get_absolute_url()

    sign_in(Role.ORDERS)
    client.post(f"{page}modifier/", {"due_on": str(today + timedelta(days=20)), "commitment_number": "2026-44718", f"quantity_{key}": "90"})
    sign_in(Role.FINANCE)
    client.post(f"{page}action/approve/")
    sign_in(Role.HEAD, at=school)
    client.post(f"{decision.application.get_absolute_url()}action/accept_award/")
    sign_in(Role.ORDERS)
    client.post(f"{page}action/send/")
    client.post(f"{page}action/acknowledge/")
    sign_in(Role.MEMBER, at=school)
    client.post(f"{page}livraison/", {"delivered_on": str(today), "note_number": "BL-1", f"quantity_{key}": "60"})
    client.post(f"{page}livraison/", {"delivered_on": str(today), "note_number": "BL-2", f"quantity_{key}": "30"})
    sign_in(Role.HEAD, at=school)
    client.post(f"{page}reception/", {"verdict": "avec", "lignes": "1", "reserve_1": "Deux écrans rayés."})
    client.post(f"{page}reserves/{Reserve.objects.get().pk}/", {"note": "Écrans remplacés."})
    sign_in(Role.FINANCE)
    client.post(f"{page}facture/", {"number": "F-1", "received_on": str(today), "amount": "44 496,00"})
    client.post(f"{page}action/close/")

    order.refresh_from_db()
    told = set(Message.objects.filter(about_id=str(order.pk), about_type__app_label="orders").values_list("code", flat=True))
    assert (order.state, order.committed_amount, order.lot.ordered_amount) == ("closed", 37080, 37080)
    assert told == {"order_sent", "order_announced", "delivery_recorded", "order_accepted_with_reserves", "reserves_lifted"}
