"""Envelopes: what they hold to the cent, who keeps them, until when."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal.roles import Role
from portal.workflow.gate import TransitionRefused
from scoring.actions.envelope import EnvelopeTerms, commit_amount, create_envelope, edit_envelope, move_commitment, remove_envelope
from scoring.models import Envelope
from scoring.queries.decision import envelopes_of, money_of
from tests.factories.accounts import person
from tests.factories.deliberation import deliberation, propose, revise
from tests.factories.scoring import EnvelopeFactory

pytestmark = pytest.mark.django_db


def test_envelope_is_never_overspent():
    envelope = EnvelopeFactory(amount=Decimal("10000.00"))
    commit_amount(envelope_id=envelope.pk, delta=Decimal("9999.99"))

    with pytest.raises(TransitionRefused, match="il reste 0,01\u00a0€, il en faut 0,02\u00a0€"):
        commit_amount(envelope_id=envelope.pk, delta=Decimal("0.02"))
    commit_amount(envelope_id=envelope.pk, delta=Decimal("0.01"))

    assert Envelope.objects.get().committed_amount == Decimal("10000.00")


def test_envelope_counts_cents_exactly():
    envelope = EnvelopeFactory(amount=Decimal("100.00"))

    for _ in range(1000):
        commit_amount(envelope_id=envelope.pk, delta=Decimal("0.10"))

    assert Envelope.objects.get().committed_amount == Decimal("100.00")
    with pytest.raises(TransitionRefused):
        commit_amount(envelope_id=envelope.pk, delta=Decimal("0.01"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Envelope.objects.update(amount=Decimal("99.99"))


def test_moving_money_back_and_forth_is_neutral():
    envelope = EnvelopeFactory(amount=Decimal("100.00"))
    commit_amount(envelope_id=envelope.pk, delta=Decimal("60.00"))

    move_commitment(taken={envelope.pk: Decimal("70.00")}, given_back={envelope.pk: Decimal("60.00")})

    assert Envelope.objects.get().committed_amount == Decimal("70.00")


def test_envelope_is_not_edited_below_what_is_taken():
    made = propose(deliberation())

    with pytest.raises(TransitionRefused, match="prennent déjà 200"):
        edit_envelope(envelope=made.envelope, terms=EnvelopeTerms("Lycées", Decimal("199.99")), actor=made.finance)
    edit_envelope(envelope=made.envelope, terms=EnvelopeTerms("Lycées", Decimal("200.00"), budget_code="902-21"), actor=made.finance)

    fresh = Envelope.objects.get()
    assert (fresh.label, fresh.budget_code, fresh.amount, fresh.remaining_amount) == ("Lycées", "902-21", Decimal("200.00"), 0)


def test_envelopes_are_managed_by_finance_before_the_release():
    made = deliberation()

    for stranger in (made.manager, made.chair, person(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            create_envelope(call=made.call, terms=EnvelopeTerms("Travaux", Decimal(10)), actor=stranger)
    created = create_envelope(call=made.call, terms=EnvelopeTerms("Travaux", Decimal(10)), actor=made.finance)
    with pytest.raises(TransitionRefused, match="déjà une enveloppe"):
        create_envelope(call=made.call, terms=EnvelopeTerms("Travaux", Decimal(10)), actor=made.finance)
    with pytest.raises(TransitionRefused, match="déjà une enveloppe"):
        edit_envelope(envelope=created, terms=EnvelopeTerms(made.envelope.label, Decimal(10)), actor=made.finance)
    remove_envelope(envelope=created, actor=made.finance)

    assert [envelope.label for envelope in Envelope.objects.all()] == ["Investissement lycées"]


def test_envelope_with_decisions_is_not_removed():
    made = propose(deliberation())

    with pytest.raises(TransitionRefused, match="elle reste"):
        remove_envelope(envelope=made.envelope, actor=made.finance)


def test_envelopes_tell_requested_proposed_voted_and_remaining():
    made = propose(deliberation())
    revise(made, 0, quantities={made.files[0].lines.get().pk: 4})

    row = envelopes_of(made.call).get()

    amounts = (row.requested_amount, row.proposed_amount, row.voted_amount, row.remaining_amount)
    assert amounts == (Decimal("200.00"), Decimal("140.00"), 0, Decimal("110.00"))
    assert money_of(made.call).requested == Decimal("400.00")


@pytest.mark.parametrize(
    ("amount", "said"),
    [("600000.00", ""), ("600000.01", "les enveloppes font 0,01 € de plus"), ("599000.00", "les enveloppes font 1 000 € de moins")],
)
def test_envelopes_are_compared_with_what_the_call_announced(amount, said):
    envelope = EnvelopeFactory(call__budget_amount=Decimal("600000.00"), amount=Decimal(amount))

    told = money_of(envelope.call).gap_sentence.replace("\u00a0", " ").replace("\u202f", " ")

    assert told == (f"La page de l’appel annonce 600 000 € : {said}." if said else "")
