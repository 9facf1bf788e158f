"""Twenty officers decide at once on the last ten thousand euros: exactly those that fit pass."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from calls.models import Application
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.decision import revise_decision
from scoring.actions.envelope import EnvelopeTerms, commit_amount, edit_envelope
from scoring.actions.transfers import transfer
from scoring.models import Envelope, FundingDecision
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.deliberation import AnyCut, deliberation, propose
from tests.factories.scoring import EnvelopeFactory, FundingDecisionFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
OFFICERS = 20


def at_once(attempts):
    """Run every attempt in its own thread and connection, released together; gives what each one got."""
    barrier = Barrier(len(attempts))

    def run(attempt):
        try:
            barrier.wait()
            attempt()
        except TransitionRefused as refusal:
            return " ".join(refusal.reasons)
        finally:
            connection.close()
        return "ok"

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(run, attempts))


def test_twenty_commitments_on_the_last_ten_thousand_euros():
    envelope = EnvelopeFactory(amount=Decimal("100000.00"), committed_amount=Decimal("90000.00"))

    results = at_once([lambda: commit_amount(envelope_id=envelope.pk, delta=Decimal("3000.00"))] * OFFICERS)

    assert results.count("ok") == 3
    assert {result for result in results if result != "ok"} == {
        "L’enveloppe « Investissement lycées » ne suffit pas : il reste 1\u00a0000\u00a0€, il en faut 3\u00a0000\u00a0€."
    }
    assert Envelope.objects.get().committed_amount == Decimal("99000.00")


def test_twenty_awards_on_the_last_ten_thousand_euros():
    made = propose(deliberation(marks=range(90, 90 - OFFICERS, -1), amounts=[10000] * OFFICERS, money=10000), budget=10000)
    Envelope.objects.update(amount=Decimal(20000))
    others = list(FundingDecision.objects.filter(outcome="rejected").order_by("pk"))
    needs = {d.pk: d.application.lines.get().pk for d in others}

    def award(decision):
        return lambda: revise_decision(
            decision=decision, version=1, outcome="awarded", envelope=made.envelope, quantities={needs[decision.pk]: 10}, amounts={},
            motive="x", actor=made.finance,
        )  # fmt: skip

    results = at_once([award(decision) for decision in others])

    assert results.count("ok") == 1
    assert Envelope.objects.get().committed_amount == Decimal("20000.00")
    granted = FundingDecision.objects.filter(outcome="awarded").values_list("granted_amount", flat=True)
    assert sum(granted) == Decimal("20000.00")


def test_twenty_revisions_of_one_decision_keep_one():
    made = propose(deliberation(marks=[90], amounts=[100], money=100), budget=100)
    decision, need = FundingDecision.objects.get(), made.files[0].lines.get()
    refused = []

    def revise(quantity):
        def attempt():
            try:
                revise_decision(
                    decision=decision, version=1, outcome="awarded", envelope=made.envelope, quantities={need.pk: quantity}, amounts={},
                    motive="x", actor=made.finance, cuts=AnyCut(),
                )  # fmt: skip
            except Exception as stale:
                refused.append(type(stale).__name__)
                raise TransitionRefused(["périmé"]) from stale

        return attempt

    results = at_once([revise(1 + number % 9) for number in range(OFFICERS)])

    assert results.count("ok") == 1
    assert set(refused) == {"StaleDecision"}
    assert Envelope.objects.get().committed_amount == FundingDecision.objects.get().granted_amount


def test_lowering_an_envelope_while_decisions_take_from_it_never_overspends():
    made = deliberation(marks=[90], amounts=[100], money=10000)

    lower = [lambda: edit_envelope(envelope=made.envelope, terms=EnvelopeTerms("x", Decimal(5000)), actor=made.finance)] * 5
    take = [lambda: commit_amount(envelope_id=made.envelope.pk, delta=Decimal(1000))] * 15
    at_once([*take[:7], *lower, *take[7:]])

    envelope = Envelope.objects.get()
    assert envelope.committed_amount <= envelope.amount
    assert envelope.committed_amount == envelope.committed_amount // 1000 * 1000


def test_declined_aids_restored_at_once_take_the_money_that_there_is_and_no_more():
    call = CallFactory(state="released", closed=True)
    envelope = EnvelopeFactory(call=call, amount=Decimal("100.00"))
    made = [
        FundingDecisionFactory(application__call=call, envelope=envelope, granted_amount=Decimal("60.00"), rank=rank, state="released")
        for rank in (1, 2, 3)
    ]
    FundingDecision.objects.update(state="declined")
    Application.objects.update(state="declined_by_school", outcome="awarded", granted_amount=Decimal("60.00"))
    manager = person(Role.CALL_MANAGER)

    def restore(decision):
        file = Application.objects.get(pk=decision.application_id)
        return lambda: perform(file, "restore_award", actor=manager, reason="Lettre du lycée.")

    results = at_once([restore(decision) for decision in (*made, *made)])  # each asked twice

    assert results.count("ok") == 1
    assert Envelope.objects.get().committed_amount == Decimal("60.00")
    assert sorted(FundingDecision.objects.values_list("state", flat=True)) == ["declined", "declined", "released"]
    assert sorted(Application.objects.values_list("state", flat=True)) == ["decided", "declined_by_school", "declined_by_school"]


def test_transfers_delegations_and_decisions_at_once_lose_and_create_nothing():
    made = deliberation(marks=[90], amounts=[100], money=10000)
    other = EnvelopeFactory(call=made.call, label="Câblage", amount=Decimal(5000))
    part = EnvelopeFactory(
        call=made.call, parent=made.envelope, label="Privés", amount=Decimal(0), group="sector:private", group_label="Privé"
    )

    def move(source, target, amount):
        return lambda: transfer(source=source, target=target, amount=Decimal(amount), reason="En même temps.", actor=made.finance)

    acts = [
        move(made.envelope, other, 700),
        move(other, made.envelope, 600),
        move(made.envelope, part, 900),
        move(part, made.envelope, 500),
    ]
    takes = [lambda: commit_amount(envelope_id=made.envelope.pk, delta=Decimal(800))] * 8
    at_once([*acts * 3, *takes])

    line, wiring, private = (Envelope.objects.get(pk=one.pk) for one in (made.envelope, other, part))
    assert line.amount + wiring.amount == 15000
    assert line.delegated_amount == private.amount
    assert all(one.remaining_amount >= 0 for one in (line, wiring, private))
    assert line.committed_amount % 800 == 0
