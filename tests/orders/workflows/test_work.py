from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from orders.enums import WorkState
from orders.models import CablingWork
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.cast import assert_matrix, cast_around, states_of
from tests.factories.orders import CablingWorkFactory, InvoiceFactory, ReserveFactory
from tests.factories.workflow import arrows

pytestmark = pytest.mark.django_db


RUNS, PLACES, PAYS = {"orders", "technician", "own_technician"}, {"orders"}, {"orders", "finance"}
ARROWS = {
    ("requested", "survey", "surveyed"): RUNS,
    ("surveyed", "record_quote", "quoted"): RUNS,
    ("quoted", "correct_quote", "quoted"): RUNS,
    ("quoted", "order", "ordered"): PLACES,
    ("ordered", "start", "in_progress"): RUNS,
    ("in_progress", "hold_pre_acceptance", "pre_acceptance"): RUNS,
    ("pre_acceptance", "accept", "accepted"): RUNS,
    ("pre_acceptance", "accept_with_reserves", "accepted_with_reserves"): RUNS,
    ("accepted_with_reserves", "lift_reserves", "reserves_lifted"): RUNS | {"head"},
    ("in_progress", "undo_start", "ordered"): RUNS,
    ("accepted", "reopen_acceptance", "pre_acceptance"): RUNS,
    ("accepted_with_reserves", "reopen_acceptance", "pre_acceptance"): RUNS,
    ("reserves_lifted", "reopen_acceptance", "pre_acceptance"): RUNS,
    ("reserves_lifted", "reopen_reserves", "accepted_with_reserves"): RUNS | {"head"},
    ("accepted", "close", "closed"): PAYS,
    ("reserves_lifted", "close", "closed"): PAYS,
    ("accepted", "close_without_invoice", "closed"): PAYS,
    ("reserves_lifted", "close_without_invoice", "closed"): PAYS,
    ("closed", "resume_invoicing", "accepted"): PAYS,
    ("closed", "resume_invoicing_lifted", "reserves_lifted"): PAYS,
    **{(str(state), "correct_references", str(state)): PAYS for state in WorkState.REFERRED_TO},
    ("requested", "cancel", "cancelled"): PLACES,
    ("surveyed", "cancel", "cancelled"): PLACES,
    ("quoted", "cancel", "cancelled"): PLACES,
    ("ordered", "cancel", "cancelled"): PLACES,
}
# What works have gone through before their state.
BEHIND = {
    WorkState.SURVEYED: "surveyed",
    WorkState.QUOTED: "quoted",
    WorkState.ORDERED: "ordered",
    WorkState.IN_PROGRESS: "in_progress",
    WorkState.PRE_ACCEPTANCE: "pre_acceptance",
    WorkState.ACCEPTED: "accepted",
    WorkState.ACCEPTED_WITH_RESERVES: "accepted",
    WorkState.RESERVES_LIFTED: "accepted",
    WorkState.CLOSED: "accepted",
}


def works_ready(state: str, name: str) -> CablingWork:
    """Works in a state, with what this transition needs; their quote is taken on no lot."""
    traits = {BEHIND[state]: True} if state in BEHIND else {}
    quote = {"quote_amount": Decimal("18480.00")} if name in ("record_quote", "correct_quote") else {}
    work = CablingWorkFactory(**traits, **quote, state=state, committed_amount=0)
    if name == "close":
        InvoiceFactory(of_work=True, work=work)
    if name == "resume_invoicing_lifted":
        ReserveFactory(order=None, work=work, lifted=True)
    if name in ("accept_with_reserves", "reopen_reserves"):
        ReserveFactory(order=None, work=work)
    return work


def around(work: CablingWork) -> dict:
    return cast_around(work.decision.application.call, work.establishment)


def test_work_workflow_is_exactly_this():
    assert arrows(CablingWork) == set(ARROWS)


@pytest.mark.parametrize("state", states_of(CablingWork))
def test_each_transition_is_open_to_these_people_alone(state):
    assert_matrix(state, ARROWS, make=works_ready, cast=around)


def test_the_days_on_site_are_kept():
    work = CablingWorkFactory()
    visited = timezone.localdate() - timedelta(days=2)

    surveyed = perform(work, "survey", actor=person(Role.TECHNICIAN), on=visited, reason="Baie B à déplacer.")

    entry = JournalEntry.objects.get(action="survey")
    assert (surveyed.state, surveyed.surveyed_on) == (WorkState.SURVEYED, visited)
    assert (entry.reason, entry.data) == ("Baie B à déplacer.", {"on": str(visited)})


def test_an_order_of_works_needs_quote_end_date_and_running_agreement():
    work = CablingWorkFactory(surveyed=True, state=WorkState.QUOTED, lot__agreement__over=True)

    with pytest.raises(TransitionRefused) as refusal:
        perform(work, "order", actor=person(Role.ORDERS))

    assert refusal.value.reasons == [
        "Le montant du devis n’est pas saisi.",
        "La date de fin prévue n’est pas fixée.",
        "L’accord-cadre AC-2026-CAB ne court pas aujourd’hui (du 01/01/2021 au 31/12/2024).",
    ]


def test_an_order_of_works_is_refused_beyond_the_maximum_of_the_lot():
    work = CablingWorkFactory(quoted=True, lot__maximum_amount=Decimal("18479.00"))

    with pytest.raises(TransitionRefused) as refusal:
        perform(work, "order", actor=person(Role.ORDERS))

    assert refusal.value.reasons == [f"Le maximum du lot {work.lot.number} serait dépassé de 1,00\u00a0€ HT."]


def test_reserves_open_keep_from_accepting_without():
    work = CablingWorkFactory(pre_acceptance=True)
    ReserveFactory(order=None, work=work)

    with pytest.raises(TransitionRefused) as refusal:
        perform(work, "accept", actor=person(Role.TECHNICIAN))

    assert refusal.value.reasons == ["1 réserve reste à lever."]


def test_the_guarantee_runs_one_year_from_reception():
    work = CablingWorkFactory(accepted=True, accepted_at=timezone.datetime(2028, 2, 29, 12, tzinfo=timezone.get_current_timezone()))

    assert work.guarantee_ends_on == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("work_quote_positive", {"quote_amount": 0}),
        ("work_ordered_has_quote", {"ordered_at": timezone.now(), "quote_amount": None}),
    ],
)
def test_the_database_refuses_impossible_works(name, fields):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CablingWorkFactory(**fields)
