"""An aid declined by mistake comes back by a second person, while the envelope holds the money: sums, needs and public page follow."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from calls.enums import ApplicationState, CallState, Outcome
from calls.models import Application, Call
from cms.queries.results import results_summary, retained_files
from orders.actions.opening import drop_pending
from orders.models import PendingNeed, PurchaseOrder
from orders.queries.money import account_of, account_of_envelope
from portal.accounts.models import User
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, available_transitions, perform
from scoring.actions.envelope import commit_amount
from scoring.models import Envelope, FundingDecision
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.calls import CallFactory
from tests.factories.orders import DecisionLineFactory, OrderLineFactory, PendingNeedFactory
from tests.factories.scoring import EnvelopeFactory, FundingDecisionFactory

pytestmark = pytest.mark.django_db
AMOUNT = Decimal("56860.80")
WHY = "Lettre du chef d’établissement du 12 mai."


@pytest.fixture
def award() -> FundingDecision:
    call = CallFactory(state=CallState.RELEASED, closed=True)
    envelope = EnvelopeFactory(call=call, amount=AMOUNT, committed_amount=AMOUNT)
    decision = FundingDecisionFactory(application__call=call, envelope=envelope, granted_amount=AMOUNT, rank=1, state="released")
    Application.objects.filter(pk=decision.application_id).update(
        state=ApplicationState.DECIDED, outcome=Outcome.AWARDED, granted_amount=AMOUNT
    )
    return FundingDecision.objects.get(pk=decision.pk)


def decline(award: FundingDecision, head: User | None = None) -> Application:
    file = Application.objects.get(pk=award.application_id)
    return perform(file, "decline_award", actor=head or person(Role.HEAD, at=file.establishment), reason="Erreur de bouton.")


def restore(file: Application) -> FundingDecision:
    perform(file, "restore_award", actor=person(Role.CALL_MANAGER), reason=WHY)
    return FundingDecision.objects.get(application=file)


def test_the_aid_and_every_sum_are_as_before(award):
    before = account_of(FundingDecision.objects.get(pk=award.pk)), results_summary(retained_files(award.application.call))
    file = decline(award)
    assert Envelope.objects.get().committed_amount == 0

    restored = restore(file)

    assert (restored.state, restored.declined_at, restored.kept_amount, restored.application.state) == ("released", None, 0, "decided")
    assert Envelope.objects.get().committed_amount == AMOUNT
    after = account_of(restored), results_summary(retained_files(award.application.call))
    assert after[0].sums == before[0].sums
    assert (after[0].given_back, after[0].left) == (before[0].given_back, before[0].left)
    assert after[1] == before[1]
    account = account_of_envelope(Envelope.objects.get())
    assert (account.taken, account.given_back, account.left) == (AMOUNT, 0, 0)


def test_the_lycee_may_accept_it_or_decline_it_again_and_finance_hears_each_time(award):
    finance, head = person(Role.FINANCE), person(Role.HEAD, at=award.application.establishment)
    restored = restore(decline(award, head))
    again = perform(restored.application, "decline_award", actor=head, reason="Cette fois, oui.")
    assert Envelope.objects.get().committed_amount == 0

    perform(restore(again).application, "accept_award", actor=head)

    said = Message.objects.filter(to_email=finance.email)
    assert (said.filter(code="aid_given_back").count(), said.filter(code="aid_restored").count()) == (2, 2)
    told = Message.objects.filter(code="award_restored", to_email=head.email)
    assert (told.count(), all(WHY in body for body in told.values_list("body", flat=True))) == (2, True)


def test_money_given_to_others_meanwhile_holds_it_back_and_the_page_says_how_much(award, client):
    file = decline(award)
    commit_amount(envelope_id=award.envelope_id, delta=Decimal("100.00"))
    manager = person(Role.CALL_MANAGER)

    with pytest.raises(TransitionRefused) as refusal:
        perform(file, "restore_award", actor=manager, reason=WHY)
    client.force_login(manager)
    page = client.get(f"{file.get_absolute_url()}action/restore_award/").content.decode()

    assert "il reste 56 760,80 €" in refusal.value.reasons[0].replace("\u00a0", " ").replace("\u202f", " ").lower()
    assert "Voir les enveloppes" in page
    assert (Application.objects.get().state, Envelope.objects.get().committed_amount) == ("declined_by_school", Decimal("100.00"))


def test_what_orders_already_sent_keep_is_not_taken_twice(award):
    line = OrderLineFactory(order__decision=award, order__sent=True, quantity=10)
    PurchaseOrder.objects.update(committed_amount=line.order.net_amount)
    file = decline(award)
    kept = Envelope.objects.get().committed_amount
    assert kept == Decimal("4944.00")

    restored = restore(file)

    assert (Envelope.objects.get().committed_amount, restored.kept_amount, restored.held_amount) == (AMOUNT, 0, AMOUNT)


def test_needs_that_nothing_orders_any_more_are_to_be_settled_and_those_dropped_before_are_not(award):
    drafted, pending, dropped, sent = (DecisionLineFactory(decision=award, quantity=4) for _ in range(4))
    OrderLineFactory(order__decision=award, decision_line=drafted, quantity=4)
    PendingNeedFactory(decision_line=pending, quantity=4)
    drop_pending(need=PendingNeedFactory(decision_line=dropped, quantity=4), reason="Le lycée en a déjà.", actor=person(Role.ORDERS))
    OrderLineFactory(order__decision=award, order__sent=True, decision_line=sent, quantity=4)
    file = decline(award)
    assert not PendingNeed.objects.filter(settled_at=None).exists()

    restore(file)

    assert set(PendingNeed.objects.filter(settled_at=None).values_list("decision_line", "quantity")) == {(drafted.pk, 4), (pending.pk, 4)}


@pytest.mark.parametrize("role", [Role.FINANCE, Role.OFFICER, Role.ORDERS, Role.AUDITOR])
def test_it_is_the_act_of_a_call_manager(award, role):
    file = decline(award)

    with pytest.raises(PermissionDenied):
        perform(file, "restore_award", actor=person(role), reason=WHY)


def test_neither_the_head_nor_who_declined_restores_it(award):
    head = person(Role.HEAD, at=award.application.establishment)
    RoleGrantFactory(user=head, role=Role.CALL_MANAGER, establishment=None)
    file = decline(award, head)

    for user in (User.objects.get(pk=head.pk), person(Role.HEAD, at=file.establishment)):
        with pytest.raises(PermissionDenied):
            perform(file, "restore_award", actor=user, reason=WHY)


def test_it_is_not_offered_once_the_call_is_archived(award, client):
    file, manager = decline(award), person(Role.CALL_MANAGER)
    assert "restore_award" in {option.name for option in available_transitions(file, manager)}

    Call.objects.update(state=CallState.ARCHIVED)
    file = Application.objects.get(pk=file.pk)

    assert "restore_award" not in {option.name for option in available_transitions(file, manager)}
    client.force_login(manager)
    assert client.post(f"{file.get_absolute_url()}action/restore_award/", {"reason": WHY}).status_code == 409


def test_no_person_restores_a_decision_beside_its_file(award):
    decline(award)

    for role in (Role.FINANCE, Role.CALL_MANAGER, Role.ADMIN, Role.ORDERS):
        with pytest.raises(PermissionDenied):
            perform(FundingDecision.objects.get(), "restore", actor=person(role))
