"""Needs of a question that is not asked are kept in the file, and neither offered, retained nor funded."""

from decimal import Decimal

import pytest

from calls.actions.writing import keep_columns
from calls.models import Application
from scoring.actions.retained import chosen_lines, is_whole
from scoring.forms.decision import DecisionForm
from scoring.models import FundingDecision
from scoring.optimiser.offers import asks_of
from scoring.optimiser.staleness import state_of_requests
from tests.factories.calls import AnswerFactory, ApplicationFactory, CallFactory
from tests.factories.conditions import CONDITIONAL
from tests.factories.scoring import FundingDecisionFactory

pytestmark = pytest.mark.django_db


def file_of(call) -> Application:
    found = ApplicationFactory(call=call, complete=True, admissible=True)
    AnswerFactory(application=found, question_key="niveau", value="1re")
    keep_columns(found)
    return found


@pytest.fixture
def application() -> Application:
    return file_of(CallFactory(with_questionnaire=CONDITIONAL))


def hide(application: Application) -> Application:
    application.answers.filter(question_key="niveau").update(value="2nde")
    keep_columns(Application.objects.get(pk=application.pk))
    return Application.objects.get(pk=application.pk)


def test_what_is_asked_may_be_retained_and_what_is_not_may_not(application):
    every = {line.pk: 1 for line in application.lines.all()}
    assert len(chosen_lines(application, every, {})) == 2

    hidden = hide(application)

    assert chosen_lines(hidden, every, {}) == []
    assert is_whole(hidden, [])


def test_hidden_needs_are_no_ask_and_the_computation_knows_that_they_changed(application):
    before = state_of_requests(application.call)
    assert asks_of(application.call_id, {application.pk: application})[application.pk].asked == 5_779_200

    hidden = hide(application)
    ask = asks_of(hidden.call_id, {hidden.pk: hidden})[hidden.pk]

    assert (ask.asked, list(ask.lots), ask.sums) == (0, [], [])
    assert state_of_requests(hidden.call) != before
    assert hidden.requested_amount == Decimal("0.00")


def test_the_page_of_a_decision_offers_what_is_asked(application):
    decision = FundingDecisionFactory(application=application)
    assert len(DecisionForm(decision=decision).needs) == 2

    hide(application)

    assert DecisionForm(decision=FundingDecision.objects.get(pk=decision.pk)).needs == []
