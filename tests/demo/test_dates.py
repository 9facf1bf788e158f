"""The demonstration tells a history: acts at their dates, over weeks, with what goes wrong and is mended."""

from collections import Counter

import pytest
from django.db.models import F
from django.db.models.functions import TruncDate
from django.utils import timezone

from calls.models import Application, ApplicationVersion
from orders.models import CablingWork, GoodsReturn, Invoice, PurchaseOrder
from portal.accounts.models import User
from portal.directory.models import Establishment, FactDeclaration, Territory
from portal.journal import acts
from portal.journal.models import JournalEntry
from portal.journal.queries import act_label
from portal.notifications.models import Message
from scoring.models import Assessment

pytestmark = [pytest.mark.demo, pytest.mark.django_db(transaction=True)]


def test_acts_are_spread_over_days_and_none_is_to_come(demo):
    scored = Assessment.objects.exclude(submitted_at=None).annotate(day=TruncDate("submitted_at"))
    checked = Application.objects.exclude(checked_at=None).annotate(day=TruncDate("checked_at"))

    assert scored.values("day").distinct().count() > 15
    assert checked.values("day").distinct().count() > 8
    assert not JournalEntry.objects.filter(at__gt=timezone.now()).exists()


def test_no_file_asks_more_than_its_call_gives(demo):
    above = Application.objects.exclude(call__ceiling_amount=None).filter(requested_amount__gt=F("call__ceiling_amount"))
    assert list(above.order_by("reference").values_list("reference", flat=True)) == []


def test_every_act_of_the_journal_has_a_name(demo):
    entries = JournalEntry.objects.select_related("subject_type").order_by("pk")
    named = {(entry.subject_type.model, entry.action): act_label(entry) for entry in entries}

    assert len(named) > 60
    assert {key for key, label in named.items() if label == acts.fallback(key[1])} == set()


def test_what_an_act_leaves_has_the_date_of_the_act(demo):
    frozen = ApplicationVersion.objects.filter(reason="submission").annotate(day=TruncDate("created_at"))
    assert not frozen.exclude(day=TruncDate(F("application__submitted_at"))).exists()
    today = timezone.localdate()
    assert Message.objects.annotate(day=TruncDate("created_at")).filter(day=today).count() < Message.objects.count() / 10


def test_an_invoice_in_parts_a_credit_note_a_return_and_proposals_taken_back_are_there_to_be_read(demo):
    parts = Counter(Invoice.objects.filter(kind="invoice").values_list("order", flat=True))

    assert max(parts.values()) == 3
    assert Invoice.objects.get(kind="credit_note").corrects.order.state == "invoiced"
    assert GoodsReturn.objects.get().order.state == "partly_delivered"
    assert JournalEntry.objects.filter(action="drop_proposals").count() == 1


def test_facts_are_declared_and_a_technician_is_held_to_a_department(demo):
    """One declaration of each sort confirmed, one to answer; twelve agencies follow every lycée; the Moselle's orders and works, and no other department's."""
    declared = dict(FactDeclaration.objects.filter(fact="pathways").values_list("state", "establishment__has_technological"))
    priority = dict(FactDeclaration.objects.filter(fact="priority").values_list("state", "establishment__priority_education"))
    technician = User.objects.get(email="technicien-moselle@preau.example")

    assert declared == {"confirmed": True, "declared": False}
    assert priority == {"confirmed": "zep", "declared": ""}
    assert Establishment.objects.open().filter(agency=None).count() == 0
    assert Territory.objects.filter(kind="agency").count() == 12
    for documents in (PurchaseOrder.objects.visible_to(technician), CablingWork.objects.visible_to(technician)):
        assert set(documents.values_list("establishment__department__code", flat=True)) == {"57"}
