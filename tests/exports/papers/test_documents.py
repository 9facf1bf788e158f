from datetime import date

import pytest
from django.urls import reverse

from calls.actions.versions import freeze_version
from calls.enums import VersionReason
from exports.issue import issue_document, issued
from exports.models import IssuedDocument
from orders.models import PurchaseOrder
from portal.files.models import StoredFile
from portal.journal.models import JournalEntry
from portal.roles import Role
from scoring.enums import DecisionState
from scoring.models import Vote
from tests.exports.reading import pdf_text
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.orders import OrderLineFactory, PurchaseOrderFactory
from tests.factories.scoring import FundingDecisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted():
    application = ApplicationFactory(submitted=True, complete=True)
    freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=person(Role.MEMBER, at=application.establishment))
    return application


@pytest.fixture
def released():
    decision = FundingDecisionFactory(state=DecisionState.RELEASED)
    Vote.objects.create(call=decision.application.call, number="26CP-0412", held_on=date(2026, 10, 12))
    return decision


def read(document) -> str:
    with document.file.content.open("rb") as content:
        return pdf_text(content.read())


def test_a_document_is_issued_once_and_journalled_once(submitted):
    first = issue_document("receipt", submitted)
    second = issue_document("receipt", submitted)

    assert first == second
    assert IssuedDocument.objects.count() == StoredFile.objects.count() == 1
    assert JournalEntry.objects.filter(action="document_issued").count() == 1


def test_the_receipt_carries_the_hash_of_the_frozen_version(submitted):
    document = issue_document("receipt", submitted)

    assert submitted.versions.get().sha256 in read(document)
    assert "57 792,00 €" in read(document)


def test_a_receipt_is_read_by_its_school_and_its_officers_only(client, submitted):
    document = issue_document("receipt", submitted)
    outsiders = [person(Role.MEMBER, at=ApplicationFactory(submitted=True).establishment), person(Role.JUROR), person()]
    insiders = [person(Role.HEAD, at=submitted.establishment), person(Role.AUDITOR)]

    def status(user):
        client.force_login(user)
        return client.get(document.file.get_absolute_url()).status_code

    assert [status(user) for user in outsiders] == [404, 404, 404]
    assert issued("receipt", submitted) is not None
    assert status(insiders[0]) == 200


def test_a_letter_is_closed_to_everybody_before_the_release(client):
    decision = FundingDecisionFactory(state=DecisionState.VOTED)
    Vote.objects.create(call=decision.application.call, number="26CP-0412", held_on=date(2026, 10, 12))
    document = issue_document("decision_letter", decision)
    head = person(Role.HEAD, at=decision.application.establishment)
    client.force_login(head)

    assert client.get(document.file.get_absolute_url()).status_code == 404


def test_a_letter_says_the_vote_and_is_read_by_the_school_once_released(client, released):
    document = issue_document("decision_letter", released)
    head = person(Role.HEAD, at=released.application.establishment)
    client.force_login(head)

    answer = client.get(document.file.get_absolute_url())

    assert "n° 26CP-0412 du 12 octobre 2026" in read(document)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")


def test_an_order_is_read_by_its_school_once_sent(client):
    order = OrderLineFactory(order=PurchaseOrderFactory(sent=True)).order
    document = issue_document("purchase_order", order)
    other = person(Role.HEAD, at=PurchaseOrderFactory(sent=True).establishment)
    client.force_login(other)

    assert client.get(document.file.get_absolute_url()).status_code == 404
    assert PurchaseOrder.objects.visible_to(person(Role.HEAD, at=order.establishment)).get() == order
    assert order.number in read(document)


def test_the_exports_page_is_empty_for_a_school(client):
    client.force_login(person(Role.MEMBER, at=ApplicationFactory().establishment))

    page = client.get(reverse("exports:index"))

    assert page.status_code == 200
    assert "Aucun export pour votre rôle" in page.content.decode()
