"""A school declines its aid: the money, the public page, the lists and the exports follow in the same transaction."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from calls.enums import ApplicationState, CallState, Outcome
from calls.models import Application
from cms.queries.results import results_summary, retained_files
from orders.models import PurchaseOrder
from orders.queries.deployments import coverage, retained
from orders.queries.money import account_of, account_of_envelope
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.enums import DecisionState
from scoring.models import Envelope, FundingDecision
from scoring.queries.decision import counts_by_outcome, envelopes_of, granted_total, money_of
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.orders import CablingWorkFactory, OrderLineFactory
from tests.factories.scoring import EnvelopeFactory, FundingDecisionFactory

pytestmark = pytest.mark.django_db
AMOUNT = Decimal("56860.80")


@pytest.fixture
def call():
    return CallFactory(state=CallState.RELEASED, closed=True)


@pytest.fixture
def awards(call):
    """Two released aids on one envelope that they fill to 18.40 € near."""
    envelope = EnvelopeFactory(call=call, amount=AMOUNT * 2 + Decimal("18.40"), committed_amount=AMOUNT * 2)
    made = []
    for rank in (1, 2):
        decision = FundingDecisionFactory(
            application__call=call, envelope=envelope, granted_amount=AMOUNT, rank=rank, state=DecisionState.RELEASED
        )
        Application.objects.filter(pk=decision.application_id).update(
            **{"state": ApplicationState.DECIDED, "outcome": Outcome.AWARDED, "granted_amount": AMOUNT}
        )
        made.append(FundingDecision.objects.get(pk=decision.pk))
    return made


def decline(decision) -> FundingDecision:
    application = Application.objects.get(pk=decision.application_id)
    perform(application, "decline_award", actor=person(Role.HEAD, at=application.establishment), reason="Travaux reportés.")
    return FundingDecision.objects.get(pk=decision.pk)


def envelope_of(decision) -> Envelope:
    return Envelope.objects.get(pk=decision.envelope_id)


def test_no_person_declines_a_decision(awards):
    for role in (Role.FINANCE, Role.CALL_MANAGER, Role.ADMIN, Role.ORDERS):
        with pytest.raises(PermissionDenied):
            perform(awards[0], "decline", actor=person(role))


def test_the_envelope_gets_its_money_back(awards):
    declined = decline(awards[0])

    assert (declined.state, declined.granted_amount, declined.held_amount) == (DecisionState.DECLINED, AMOUNT, 0)
    assert (envelope_of(declined).committed_amount, envelope_of(declined).remaining_amount) == (AMOUNT, AMOUNT + Decimal("18.40"))
    assert JournalEntry.objects.get(action="decline").actor_label == "Préau"


def test_finance_is_told_that_the_envelope_has_the_money_again(awards):
    finance = person(Role.FINANCE)
    person(Role.ORDERS)

    decline(awards[0])

    said = Message.objects.get(code="aid_given_back")
    assert (said.to_email, "56 860,80 € rendus à l’enveloppe" in said.subject) == (finance.email, True)


def test_every_sum_of_the_call_follows(awards, call):
    decline(awards[0])

    (envelope,) = envelopes_of(call)
    counts = counts_by_outcome(call)
    assert (envelope.voted_amount, envelope.declined_amount, granted_total(call)) == (AMOUNT, AMOUNT, AMOUNT)
    assert (money_of(call).committed, counts["awarded"], counts["declined"]) == (AMOUNT, 1, 1)
    account = account_of_envelope(envelope_of(awards[0]))
    assert (account.voted, account.given_back, account.taken, account.left) == (AMOUNT * 2, AMOUNT, AMOUNT, AMOUNT + Decimal("18.40"))


def test_the_public_page_follows(awards, call):
    before = results_summary(retained_files(call))

    decline(awards[0])

    after = results_summary(retained_files(call))
    assert [(page.total, page.amount) for page in (before, after)] == [(2, AMOUNT * 2), (1, AMOUNT)]
    assert [file.pk for file in retained_files(call)] == [awards[1].application_id]


def test_a_file_closed_after_the_refusal_stays_declined(awards, call):
    declined = decline(awards[0])

    perform(declined.application, "close", actor=person(Role.CALL_MANAGER))

    assert [file.pk for file in retained_files(call)] == [awards[1].application_id]
    assert granted_total(call) == AMOUNT


def test_deployments_and_coverage_follow(awards, settings):
    settings.REGION_CODE = awards[0].application.establishment.region_code
    auditor = person(Role.AUDITOR)
    whole = coverage()[-1].retained

    decline(awards[0])

    assert [decision.pk for decision in retained(auditor)] == [awards[1].pk]
    assert (whole, coverage()[-1].retained) == (2, 1)


def test_the_list_of_decisions_says_declined_and_counts_the_others(awards, call, client):
    decline(awards[0])
    client.force_login(person(Role.FINANCE))

    page = client.get(f"/decisions/?appel={call.reference}")

    text = page.content.decode()
    assert "1\u00a0aide déclinée" in text and "Aide déclinée" in text and "rendu à l’enveloppe" in text
    assert page.context["shown_total"] == AMOUNT
    kept = client.get(f"/decisions/?appel={call.reference}&issue=awarded").context["page_obj"]
    assert [decision.pk for decision in kept] == [awards[1].pk]


def test_what_is_already_sent_is_kept_on_the_envelope_until_it_is_cancelled(awards):
    order = OrderLineFactory(order__decision=awards[0], order__sent=True, quantity=10).order
    order.committed_amount = order.net_amount
    order.save()
    order.lot.ordered_amount = order.net_amount
    order.lot.save()

    declined = decline(awards[0])
    kept = (declined.kept_amount, envelope_of(declined).committed_amount)
    perform(PurchaseOrder.objects.get(), "cancel", actor=person(Role.ORDERS), reason="Le titulaire accepte.")

    assert kept == (Decimal("4944.00"), AMOUNT + Decimal("4944.00"))
    assert FundingDecision.objects.get(pk=declined.pk).kept_amount == 0
    assert envelope_of(declined).committed_amount == AMOUNT
    assert account_of(FundingDecision.objects.get(pk=declined.pk)).given_back == AMOUNT


def test_nothing_more_is_ordered_on_an_aid_declined(awards):
    declined = decline(awards[0])
    work = CablingWorkFactory(quoted=True, decision=declined)

    with pytest.raises(TransitionRefused) as refusal:
        perform(work, "order", actor=person(Role.ORDERS))

    assert refusal.value.reasons == ["L’aide est déclinée."]


def test_a_refusal_that_fails_changes_nothing(awards, monkeypatch):
    """The last act of the transaction fails: the file, the decision and the envelope are as before."""

    def fail(**_):
        raise TransitionRefused(["Panne."])

    monkeypatch.setattr("scoring.actions.decline.commit_amount", fail)

    with pytest.raises(TransitionRefused):
        decline(awards[0])

    decision = FundingDecision.objects.get(pk=awards[0].pk)
    assert (decision.state, decision.application.state, envelope_of(decision).committed_amount) == (
        DecisionState.RELEASED,
        ApplicationState.DECIDED,
        AMOUNT * 2,
    )
