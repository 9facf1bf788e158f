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
from portal.workflow.machine import transitions_of
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, ReserveFactory
from tests.factories.workflow import arrows

pytestmark = pytest.mark.django_db


def test_work_workflow_is_exactly_this():
    assert arrows(CablingWork) == {
        ("requested", "survey", "surveyed"),
        ("surveyed", "record_quote", "quoted"),
        ("quoted", "order", "ordered"),
        ("ordered", "start", "in_progress"),
        ("in_progress", "hold_pre_acceptance", "pre_acceptance"),
        ("pre_acceptance", "accept", "accepted"),
        ("pre_acceptance", "accept_with_reserves", "accepted_with_reserves"),
        ("accepted_with_reserves", "lift_reserves", "reserves_lifted"),
        ("accepted", "close", "closed"),
        ("reserves_lifted", "close", "closed"),
        ("requested", "cancel", "cancelled"),
        ("surveyed", "cancel", "cancelled"),
        ("quoted", "cancel", "cancelled"),
        ("ordered", "cancel", "cancelled"),
    }


RUNS = {Role.ORDERS, Role.TECHNICIAN}
MATRIX = {
    "survey": RUNS,
    "record_quote": RUNS,
    "order": {Role.ORDERS},
    "start": RUNS,
    "hold_pre_acceptance": RUNS,
    "accept": RUNS,
    "accept_with_reserves": RUNS,
    "lift_reserves": RUNS | {Role.HEAD},
    "close": {Role.ORDERS, Role.FINANCE},
    "cancel": {Role.ORDERS},
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_exactly_this(role):
    work = CablingWorkFactory()
    user = person(role, at=work.establishment)

    allowed = {t.name for t in transitions_of(work) if t.has_perm(work, user)}

    assert allowed == {name for name, roles in MATRIX.items() if role in roles}


def test_every_transition_is_in_the_matrix():
    assert {name for _, name, _ in arrows(CablingWork)} == set(MATRIX)


def test_the_head_of_another_school_may_do_nothing():
    work = CablingWorkFactory(with_reserves=True)
    user = person(Role.HEAD, at=CablingWorkFactory().establishment)

    assert [t.name for t in transitions_of(work) if t.has_perm(work, user)] == []


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
