"""What is signed on the portal is drawn in the same transaction, once, and read by those who see what it is about."""

from decimal import Decimal

import pytest

from exports.issue import documents_about, issued
from orders.actions.acceptance import NewReserve, accept_document, lift_reserve
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.models import InterestDeclaration
from tests.exports.reading import pdf_tags, pdf_text
from tests.factories.accounts import person
from tests.factories.deliberation import close, deliberation, waive
from tests.factories.orders import CablingWorkFactory, OrderLineFactory, PurchaseOrderFactory, WorkLineFactory

pytestmark = pytest.mark.django_db


def content(document) -> bytes:
    with document.file.content.open("rb") as file:
        return file.read()


def status(client, user, document) -> int:
    client.force_login(user)
    return client.get(document.file.get_absolute_url()).status_code


@pytest.fixture
def order():
    return OrderLineFactory(order=PurchaseOrderFactory(delivered=True), quantity=4, delivered_quantity=4).order


def test_acceptance_with_reserves_is_reported_with_each_of_them(order):
    head = person(Role.HEAD, at=order.establishment)

    accept_document(document=order, reserves=[NewReserve("Un chargeur manque.", None, None)], actor=head)

    text = pdf_text(content(issued("order_acceptance", order)))
    for said in (
        f"Procès-verbal de réception {order.number}",
        "La réception est prononcée avec 1 réserve.",
        "Un chargeur manque.",
        f"signé par {head}",
        order.lot.supplier.name,
    ):
        assert said in text
    assert "Garantie de parfait achèvement" not in text


def test_the_report_stays_as_it_was_signed_and_the_lifting_has_its_own(order):
    head = person(Role.HEAD, at=order.establishment)
    accepted = accept_document(document=order, reserves=[NewReserve("Un chargeur manque.", None, None)], actor=head)
    before = content(issued("order_acceptance", order))

    lift_reserve(reserve=accepted.reserves.get(), note="Chargeur reçu.", actor=head)

    assert content(issued("order_acceptance", order)) == before
    assert [document.kind for document in documents_about(order)] == ["order_acceptance", "order_lifting"]
    assert "Chargeur reçu." in pdf_text(content(issued("order_lifting", order)))


def test_works_accepted_without_reserve_tell_their_guarantee():
    work = WorkLineFactory(work=CablingWorkFactory(pre_acceptance=True)).work
    technician = person(Role.TECHNICIAN)

    accept_document(document=work, reserves=[], actor=technician)

    text = pdf_text(content(issued("work_acceptance", work)))
    assert "La réception est prononcée sans réserve." in text
    assert "Garantie de parfait achèvement jusqu’au" in text


def test_a_report_is_read_by_its_school_and_the_staff_and_goes_to_the_holder(client, order):
    head = person(Role.HEAD, at=order.establishment)
    accept_document(document=order, reserves=[], actor=head)
    report = issued("order_acceptance", order)
    stranger = person(Role.HEAD, at=PurchaseOrderFactory(sent=True).establishment)

    assert [status(client, user, report) for user in (head, person(Role.ORDERS), stranger, person(Role.JUROR))] == [200, 200, 404, 404]
    assert set(Message.objects.filter(code="order_accepted").values_list("to_email", flat=True)) == {order.lot.supplier.email, head.email}


def test_the_page_of_an_order_offers_its_report(client, order):
    head = person(Role.HEAD, at=order.establishment)
    accept_document(document=order, reserves=[], actor=head)
    client.force_login(head)

    page = client.get(order.get_absolute_url()).content.decode()

    assert f"Procès-verbal de réception {order.number}" in page


# -- Minutes of a sitting --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def signed():
    made = deliberation()
    InterestDeclaration.objects.create(user=made.juror, application=made.files[1], reason="Ancien poste")
    waive(made, 1)
    close(made)
    made.session = perform(made.session, "sign_minutes", actor=made.chair)
    return made


def test_minutes_tell_who_sat_who_stood_aside_and_why_each_file_is_where_it_is(signed):
    drawn = content(issued("session_minutes", signed.session))
    text = " ".join(pdf_text(drawn).split())

    for said in (
        "Procès-verbal de séance du jury",
        str(signed.chair),
        f"{signed.juror} n’a pas pris part à l’examen du dossier {signed.files[1].reference}.",
        "Par rang",
        "Dossiers retenus",
        "Dossiers non retenus",
        f"signé sur le portail par {signed.chair}",
    ):
        assert said in text
    assert [file.reference for file in signed.files if file.reference not in text] == []
    assert {"H1", "H2", "P", "Table", "TR", "TH", "TD"} <= set(pdf_tags(drawn))


def test_minutes_add_up_what_the_scenario_retains(signed):
    selected = signed.scenario.lines.filter(is_selected=True)

    text = pdf_text(content(issued("session_minutes", signed.session)))

    assert (selected.count(), sum(line.amount for line in selected)) == (2, Decimal("200.00"))
    assert "200,00 €" in text.replace("\u00a0", " ").split("Montant proposé TTC")[1][:20]


def test_minutes_are_closed_to_schools_and_to_a_member_in_conflict(client, signed):
    minutes = issued("session_minutes", signed.session)
    school = person(Role.HEAD, at=signed.files[0].establishment)
    readers = (signed.manager, signed.chair, person(Role.AUDITOR), signed.juror, school, person(Role.JUROR))

    assert [status(client, user, minutes) for user in readers] == [200, 200, 200, 404, 404, 404]


def test_the_page_of_a_sitting_offers_its_minutes_to_those_who_may_read_them(client, signed):
    def offers(user) -> bool:
        client.force_login(user)
        return "Procès-verbal de séance" in client.get(signed.session.get_absolute_url()).content.decode()

    assert [offers(signed.chair), offers(signed.manager), offers(signed.juror)] == [True, True, False]


def test_nothing_is_drawn_before_the_signature():
    made = close(deliberation())

    assert documents_about(made.session) == []
