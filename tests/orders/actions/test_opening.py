from decimal import Decimal

import pytest
from django.utils import timezone

from calls.enums import ApplicationState, Outcome
from orders.actions.numbers import allocate_number
from orders.actions.opening import drop_pending, open_orders, place_pending, retry_pending
from orders.enums import OrderState, WorkState
from orders.models import CablingWork, NumberCounter, OrderLine, PendingNeed, PurchaseOrder, WorkLine
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, perform
from scoring.enums import DecisionState
from scoring.models import FundingDecision, Vote
from tests.factories.accounts import person
from tests.factories.directory import TerritoryFactory
from tests.factories.orders import (
    CatalogueItemFactory,
    DecisionLineFactory,
    LotFactory,
    OrderLineFactory,
    PendingNeedFactory,
    PurchaseOrderFactory,
    WorkLineFactory,
)
from tests.factories.scoring import FundingDecisionFactory

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year


@pytest.fixture
def decision():
    """Three needs retained: laptops, a server, sockets."""
    decision = FundingDecisionFactory(envelope__budget_code="902-22-2313")
    DecisionLineFactory(decision=decision)
    DecisionLineFactory(decision=decision, request_line__item_code="serveur", request_line__label="Serveur", quantity=1)
    DecisionLineFactory(decision=decision, cabling=True)
    return decision


@pytest.fixture
def catalogue():
    laptops = CatalogueItemFactory()
    CatalogueItemFactory(lot=laptops.lot, item_code="serveur", label="Serveur pédagogique", unit_price_amount=Decimal("6480.00"))
    CatalogueItemFactory(socket=True)


def lines_of(model) -> list[tuple]:
    return list(model.objects.values_list("label", "quantity", "unit_price_amount", "vat_rate"))


def test_open_orders_groups_lines_by_lot(decision, catalogue):
    opening = open_orders(decision=decision, actor=SYSTEM)

    order, work = PurchaseOrder.objects.get(), CablingWork.objects.get()
    assert (opening.orders, opening.works, opening.pending) == ([order], [work], [])
    assert (order.number, order.state, order.establishment) == (f"BC-{YEAR}-0001", "draft", decision.application.establishment)
    assert (work.number, work.state) == (f"TX-{YEAR}-0001", "requested")
    assert (order.budget_code, work.budget_code) == ("902-22-2313", "902-22-2313")
    assert lines_of(OrderLine) == [
        ("Ordinateur portable 11,6 pouces", 100, Decimal("412.00"), Decimal("20.0")),
        ("Serveur pédagogique", 1, Decimal("6480.00"), Decimal("20.0")),
    ]
    assert lines_of(WorkLine) == [("Prise RJ45", 48, Decimal("145.00"), Decimal("20.0"))]


def test_open_orders_twice_changes_nothing(decision, catalogue):
    open_orders(decision=decision, actor=SYSTEM)

    again = open_orders(decision=decision, actor=SYSTEM)

    assert (again.orders, again.works, again.pending) == ([], [], [])
    assert (PurchaseOrder.objects.count(), OrderLine.objects.count(), WorkLine.objects.count()) == (1, 2, 1)
    assert JournalEntry.objects.filter(action="open_lines").count() == 2


def test_one_order_per_lot(decision):
    CatalogueItemFactory()
    CatalogueItemFactory(item_code="serveur")

    open_orders(decision=decision, actor=SYSTEM)

    assert sorted(PurchaseOrder.objects.values_list("number", flat=True)) == [f"BC-{YEAR}-0001", f"BC-{YEAR}-0002"]


def test_a_line_that_no_lot_answers_is_kept_to_be_settled(decision):
    CatalogueItemFactory()
    CatalogueItemFactory(item_code="serveur", is_active=False)
    CatalogueItemFactory(socket=True, lot__agreement__over=True)

    open_orders(decision=decision, actor=SYSTEM)

    needs = PendingNeed.objects.values_list("decision_line__request_line__item_code", "quantity", "cause")
    assert list(needs) == [
        ("serveur", 1, "Aucun lot en cours ne propose l’article « serveur » pour ce lycée."),
        ("prise-rj45", 48, "Aucun lot en cours ne propose l’article « prise-rj45 » pour ce lycée."),
    ]
    assert lines_of(OrderLine) == [("Ordinateur portable 11,6 pouces", 100, Decimal("412.00"), Decimal("20.0"))]


def cabling_lot(number, *, departments=(), prefixes="", price="145.00"):
    lot = LotFactory(cabling=True, number=number, departments=departments, postal_prefixes=prefixes)
    return CatalogueItemFactory(socket=True, lot=lot, unit_price_amount=Decimal(price)).lot


def test_cabling_goes_to_the_lot_of_the_territorial_agency(decision):
    agency = TerritoryFactory(kind="agency", code="ag-nancy", name="Nancy")
    here = TerritoryFactory(code="54", parent=agency)
    here.parent = agency
    here.save()
    cabling_lot("1", price="10.00")  # everywhere, and cheaper: less near all the same
    cabling_lot("2", departments=[TerritoryFactory(code="57", name="Moselle")])
    expected = cabling_lot("3", departments=[agency])

    open_orders(decision=decision, actor=SYSTEM)

    assert CablingWork.objects.get().lot == expected


def test_an_agency_smaller_than_a_departement_is_told_by_postal_code(decision):
    department = decision.application.establishment.department
    cabling_lot("1", departments=[department])
    expected = cabling_lot("2", departments=[department], prefixes="541, 542")
    cabling_lot("3", departments=[department], prefixes="545")

    open_orders(decision=decision, actor=SYSTEM)

    assert CablingWork.objects.get().lot == expected


def test_the_cheapest_of_two_lots_that_cover_the_same_territory():
    decision = DecisionLineFactory().decision
    CatalogueItemFactory(unit_price_amount=Decimal("430.00"))
    cheap = CatalogueItemFactory(unit_price_amount=Decimal("399.00"))

    open_orders(decision=decision, actor=SYSTEM)

    assert PurchaseOrder.objects.get().lot == cheap.lot


def voted(outcome=Outcome.AWARDED, **fields):
    decision = FundingDecisionFactory(
        outcome=outcome, state=DecisionState.VOTED, voted_at=timezone.now(), application__call__state="voted", **fields
    )
    DecisionLineFactory(decision=decision)
    Vote.objects.create(call=decision.application.call, number="27CP-418", held_on=timezone.localdate())
    return decision


def test_the_release_of_an_award_opens_its_orders():
    CatalogueItemFactory()
    decision = voted()

    perform(decision, "release", actor=person(Role.CALL_MANAGER), at=timezone.now())

    assert PurchaseOrder.objects.get().decision == decision


def test_the_release_of_a_refusal_opens_nothing():
    CatalogueItemFactory()
    decision = voted(outcome=Outcome.REJECTED, granted_amount=0, envelope=None)

    perform(decision, "release", actor=person(Role.CALL_MANAGER), at=timezone.now())

    assert (PurchaseOrder.objects.count(), PendingNeed.objects.count()) == (0, 0)


def test_a_vote_opens_nothing():
    CatalogueItemFactory()
    decision = FundingDecisionFactory(application__call__state="deliberation")
    DecisionLineFactory(decision=decision)

    perform(decision, "record_vote", actor=person(Role.FINANCE), at=timezone.now())

    assert PurchaseOrder.objects.count() == 0


def test_numbers_follow_each_other_per_series_and_year():
    numbers = [allocate_number(series="BC"), allocate_number(series="TX"), allocate_number(series="BC")]
    NumberCounter.objects.filter(series="BC").update(year=YEAR - 1)

    numbers.append(allocate_number(series="BC"))

    assert numbers == [f"BC-{YEAR}-0001", f"TX-{YEAR}-0001", f"BC-{YEAR}-0002", f"BC-{YEAR}-0001"]


def test_a_pending_need_joins_the_draft_of_its_lot(decision, catalogue):
    order = PurchaseOrderFactory(decision=decision, lot=LotFactory())
    item = CatalogueItemFactory(lot=order.lot, item_code="portable-11-bis", label="Portable équivalent")
    need = PendingNeedFactory(decision_line=decision.lines.first())
    officer = person(Role.ORDERS)

    document = place_pending(need=need, item=item, actor=officer)

    need.refresh_from_db()
    assert document == order
    assert [(line.label, line.quantity) for line in order.lines.all()] == [("Portable équivalent", 100)]
    assert (need.settlement, need.settled_by) == (f"Ajouté à {order.number}.", officer)


def test_a_pending_need_opens_a_new_draft_when_the_first_is_sent():
    sent = PurchaseOrderFactory(sent=True)
    need = PendingNeedFactory(decision_line=DecisionLineFactory(decision=sent.decision))

    document = place_pending(need=need, item=CatalogueItemFactory(lot=sent.lot), actor=SYSTEM)

    assert (document.lot, document.state) == (sent.lot, OrderState.DRAFT)
    assert PurchaseOrder.objects.filter(decision=sent.decision).count() == 2


def test_a_pending_need_is_settled_once():
    need = PendingNeedFactory()
    drop_pending(need=need, reason="Le lycée a déjà un serveur.", actor=SYSTEM)

    with pytest.raises(TransitionRefused) as refusal:
        place_pending(need=need, item=CatalogueItemFactory(), actor=SYSTEM)

    assert refusal.value.reasons == ["Ce besoin est déjà traité : Le lycée a déjà un serveur."]
    assert PurchaseOrder.objects.count() == 0


def test_nothing_is_placed_on_an_aid_declined_meanwhile():
    need = PendingNeedFactory()
    then = {"voted_at": timezone.now(), "released_at": timezone.now()}
    FundingDecision.objects.filter(pk=need.decision_line.decision_id).update(state=DecisionState.DECLINED, **then)

    with pytest.raises(TransitionRefused, match="L’aide est déclinée"):
        place_pending(need=need, item=CatalogueItemFactory(), actor=SYSTEM)

    need.refresh_from_db()
    assert (need.settled_at, PurchaseOrder.objects.count()) == (None, 0)


def test_retry_places_what_the_catalogue_now_has():
    PendingNeedFactory()
    other = PendingNeedFactory(decision_line__request_line__item_code="drone")
    CatalogueItemFactory()

    assert retry_pending(actor=SYSTEM) == (1, 1)

    assert list(PendingNeed.objects.filter(settled_at=None)) == [other]
    assert OrderLine.objects.count() == 1


def test_a_cancelled_order_gives_its_needs_back():
    line = OrderLineFactory(decision_line=DecisionLineFactory(), quantity=80)

    perform(line.order, "cancel", actor=person(Role.ORDERS), reason="Mauvais lot")

    need = PendingNeed.objects.get()
    assert (need.decision_line, need.quantity, need.cause) == (line.decision_line, 80, f"Commande {line.order.number} annulée.")
    place_pending(need=need, item=line.item, actor=SYSTEM)
    assert OrderLine.objects.filter(decision_line=line.decision_line, is_live=True).count() == 1


def test_declining_the_award_cancels_what_is_not_sent():
    draft = OrderLineFactory(decision_line=DecisionLineFactory(decision__state=DecisionState.RELEASED)).order
    application = draft.decision.application
    sent = PurchaseOrderFactory(decision=draft.decision, sent=True)
    work = WorkLineFactory(work__decision=draft.decision, decision_line=DecisionLineFactory(decision=draft.decision, cabling=True)).work
    need = PendingNeedFactory(decision_line=DecisionLineFactory(decision=draft.decision, request_line__item_code="drone"))
    type(application).objects.filter(pk=application.pk).update(**{"state": ApplicationState.DECIDED, "outcome": "awarded"})

    perform(application, "decline_award", actor=person(Role.HEAD, at=application.establishment), reason="Travaux dans le bâtiment")

    for document in (draft, sent, work, need):
        document.refresh_from_db()
    assert (draft.state, sent.state, work.state) == (OrderState.CANCELLED, OrderState.SENT, WorkState.CANCELLED)
    assert need.settlement == "Le lycée a décliné l’aide."
    assert PendingNeed.objects.filter(settled_at=None).count() == 0
    cancelled = JournalEntry.objects.filter(action="cancel").values_list("subject_label", "actor_label", "reason")
    assert sorted(cancelled) == sorted([(str(draft), "Préau", need.settlement), (str(work), "Préau", need.settlement)])
