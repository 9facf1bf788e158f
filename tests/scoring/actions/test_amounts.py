"""A call that asks for amounts: what is asked, retained and voted is one account, line by line."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls.models import Answer
from exports.papers.letter import letter_row, render_letter
from portal.journal.models import JournalEntry
from portal.workflow.gate import TransitionRefused
from scoring.actions.decision import propose_decisions
from scoring.models import DecisionLine, Envelope, FundingDecision
from scoring.queries.decision import amounts_to_pay, needs_to_order
from tests.exports.reading import pdf_text
from tests.factories.deliberation import close, deliberation, propose, release, revise, vote
from tests.factories.orders import DecisionLineFactory

pytestmark = pytest.mark.django_db


def decision_of(made, index) -> FundingDecision:
    return FundingDecision.objects.get(application=made.files[index])


def lines_of(made, index) -> list[tuple]:
    return [(str(line), line.asked_amount, line.granted_amount) for line in decision_of(made, index).lines.all()]


def in_money(**options):
    """Four files that ask for money alone: 120,50 €, then 80 € three times."""
    return deliberation(amounts=(0, 0, 0, 0), asked={"cout": ("120.50", "80.00", "80.00", "80.00")}, **options)


def mixed(**options):
    """Four files of 100 € of needs, with 20,25 € of resources and 5 € of outings."""
    return deliberation(asked={"cout": ("20.25",) * 4, "stage": ("5.00",) * 4}, money=300, **options)


# -- Proposing ----------------------------------------------------------------------------------------------------------------


def test_a_call_without_needs_goes_from_its_sitting_to_its_release():
    made = release(in_money())

    released = decision_of(made, 0)
    assert (released.state, released.granted_amount, released.to_pay_amount) == ("released", Decimal("120.50"), Decimal("120.50"))
    assert lines_of(made, 0) == [("Coût des ressources TTC", Decimal("120.50"), Decimal("120.50"))]
    assert Envelope.objects.get().committed_amount == Decimal("200.50")
    assert decision_of(made, 0).application.granted_amount == decision_of(made, 0).application.requested_amount


def test_amounts_asked_beside_needs_are_proposed_with_them():
    made = propose(mixed())

    decision = decision_of(made, 0)
    assert decision.granted_amount == decision.application.requested_amount == Decimal("125.25")
    assert (decision.to_pay_amount, decision.orderable_amount) == (Decimal("25.25"), Decimal("100.00"))
    assert [line.granted_amount for line in decision.lines.all()] == [Decimal("100.00"), Decimal("20.25"), Decimal("5.00")]
    assert Envelope.objects.get().committed_amount == 2 * Decimal("125.25")


def test_an_amount_left_empty_or_at_zero_is_no_line():
    made = propose(deliberation(asked={"cout": ("20.00",) * 4, "stage": ("0.00", None, "0.00", None)}))

    assert [len(lines_of(made, index)) for index in (0, 1)] == [2, 2]


def test_a_question_in_euros_that_does_not_count_is_not_granted():
    """« Part du lycée » is what the lycée brings: it is not asked of the Région."""
    made = close(mixed())
    Answer.objects.create(application=made.files[0], question_key="cofinancement", value="9000.00")

    propose_decisions(session=made.session, actor=made.finance)

    assert decision_of(made, 0).granted_amount == Decimal("125.25")


def test_a_file_that_asks_for_nothing_any_more_stops_the_proposal_with_its_name():
    made = close(in_money())
    Answer.objects.filter(application=made.files[0]).update(value="0.00")

    with pytest.raises(TransitionRefused, match=f"{made.files[0].reference} ne demande ni besoin ni montant"):
        propose_decisions(session=made.session, actor=made.finance)

    assert (FundingDecision.objects.count(), Envelope.objects.get().committed_amount) == (0, 0)


def test_what_a_scenario_funds_in_part_leaves_amounts_out():
    made = close(mixed())
    made.files[0].lines.update(is_essential=True)
    made.scenario.lines.filter(application=made.files[0]).update(granted_amount=Decimal("100.00"), is_partial=True)

    propose_decisions(session=made.session, actor=made.finance)

    decision = decision_of(made, 0)
    assert (decision.outcome, decision.granted_amount, decision.to_pay_amount) == ("partly_awarded", Decimal("100.00"), 0)


# -- Revising -----------------------------------------------------------------------------------------------------------------


def test_reducing_an_amount_makes_a_partial_award_and_gives_money_back():
    made = propose(in_money())

    revised = revise(made, 0, amounts={"cout": Decimal("100.10")})

    assert (revised.outcome, revised.granted_amount, revised.to_pay_amount) == ("partly_awarded", Decimal("100.10"), Decimal("100.10"))
    assert lines_of(made, 0) == [("Coût des ressources TTC", Decimal("120.50"), Decimal("100.10"))]
    assert Envelope.objects.get().committed_amount == Decimal("180.10")
    assert JournalEntry.objects.filter(action="revise").last().data["after"]["to_pay"] == "100.10"


def test_writing_all_that_is_asked_is_a_whole_award():
    made = propose(mixed())
    revise(made, 0, amounts={"cout": Decimal("20.25")})
    assert decision_of(made, 0).outcome == "partly_awarded"

    assert revise(made, 0).outcome == "awarded"


def test_refusing_a_file_leaves_nothing_to_pay():
    made = propose(mixed())

    refused = revise(made, 0, outcome="rejected")

    assert (refused.granted_amount, refused.to_pay_amount, refused.lines.count()) == (0, 0, 0)


@pytest.mark.parametrize("amount", ["120.51", "-0.01", "1000000.00"])
def test_no_more_is_retained_than_was_asked(amount):
    made = propose(in_money())

    with pytest.raises(TransitionRefused, match="« Coût des ressources TTC » : retenez de 0 à 120,50\u00a0€"):
        revise(made, 0, amounts={"cout": Decimal(amount)})

    assert (decision_of(made, 0).granted_amount, decision_of(made, 0).version) == (Decimal("120.50"), 1)


def test_an_award_of_no_amount_and_no_need_is_refused():
    made = propose(in_money())

    with pytest.raises(TransitionRefused, match="garde au moins une ligne"):
        revise(made, 0, amounts={})


# -- Releasing ------------------------------------------------------------------------------------------------------------------


def test_the_release_counts_what_is_to_be_paid_apart_from_what_is_to_be_ordered():
    made = vote(mixed())

    orders, payments = needs_to_order(made.call), amounts_to_pay(made.call)

    assert [(effect.count, effect.detail) for effect in orders] == [
        (2, "2\u00a0lignes retenues à commander, un brouillon par lycée au moins.")
    ]
    assert [(effect.label, effect.count, effect.detail) for effect in payments] == [
        ("Aides à verser", 2, "50,50\u00a0€ à verser aux lycées, sans commande.")
    ]
    assert amounts_to_pay(vote(deliberation()).call) == []


@pytest.mark.parametrize(
    ("make", "row", "said"),
    [
        (mixed, "Coût des ressources TTC à verser 20,25 €", "25,25 € sont versés au lycée. Le reste lui est livré"),
        (in_money, "Coût des ressources TTC à verser 120,50 €", "Cette somme est versée au lycée. La Région ne commande rien"),
        (deliberation, "Ordinateur portable 11,6 pouces 10 100,00 €", ""),
    ],
)
def test_the_letter_tells_what_is_paid_from_what_is_ordered(make, row, said):
    made = vote(make())

    letter = " ".join(pdf_text(render_letter(letter_row(decision_of(made, 0)))).replace("\u00a0", " ").split())

    assert row in letter
    assert said in letter
    assert ("versé" in letter) == bool(said)


# -- What the database holds ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"request_line": None, "quantity": None},  # neither a need nor an amount
        {"question_key": "cout", "asked_amount": Decimal("49440.00")},  # both
        {"request_line": None, "quantity": None, "question_key": "cout"},  # an amount that nobody asked
        {"request_line": None, "quantity": None, "question_key": "cout", "asked_amount": Decimal("1.00")},  # more than asked
        {"quantity": None},
    ],
)
def test_a_line_is_a_need_or_an_amount_in_the_database(fields):
    with pytest.raises(IntegrityError, match="decision_line_is_a_need_or_an_amount"), transaction.atomic():
        DecisionLineFactory(**fields)


def test_a_decision_never_pays_more_than_it_grants():
    made = vote(in_money())

    with pytest.raises(IntegrityError, match="decision_pays_at_most_the_grant"), transaction.atomic():
        FundingDecision.objects.filter(application=made.files[0]).update(to_pay_amount=Decimal("120.51"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(quantity=st.integers(0, 10), cost=st.integers(0, 2025), outing=st.integers(0, 500))
def test_lines_add_up_to_the_decision_and_to_no_more_than_was_asked(proposed, quantity, cost, outing):
    """Whatever finance retains (each draw is undone), the lines make the amount of the decision, its part to pay, and what the envelope holds."""
    made = proposed
    with transaction.atomic():
        need = made.files[0].lines.get()
        amounts = {"cout": Decimal(cost) / 100, "stage": Decimal(outing) / 100}
        try:
            revise(made, 0, quantities={need.pk: quantity}, amounts=amounts)
        except TransitionRefused:
            assert (quantity, cost, outing) == (0, 0, 0)
        decision = decision_of(made, 0)
        lines = list(decision.lines.all())
        assert sum(line.granted_amount for line in lines) == decision.granted_amount <= decision.application.requested_amount
        assert sum(line.granted_amount for line in lines if line.is_amount) == decision.to_pay_amount
        assert decision.orderable_amount == Decimal(10 * quantity) or decision.version == 1
        assert (decision.outcome == "awarded") == (decision.granted_amount == decision.application.requested_amount)
        assert Envelope.objects.get().committed_amount == sum(line.granted_amount for line in DecisionLine.objects.all())
        transaction.set_rollback(True)


@pytest.fixture
def proposed():
    return propose(mixed())


# -- The upgrade ----------------------------------------------------------------------------------------------------------------

BEFORE = [("scoring", "0008_declined_aid_and_excess")]


@pytest.fixture
def brought_back_up_to_date(transactional_db):
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.migrations
@pytest.mark.usefixtures("brought_back_up_to_date")
def test_going_back_keeps_the_needs_and_what_each_decision_grants():
    propose(mixed())

    MigrationExecutor(connection).migrate(BEFORE)

    then = MigrationExecutor(connection).loader.project_state(BEFORE).apps
    assert [line.quantity for line in then.get_model("scoring", "DecisionLine").objects.all()] == [10, 10]
    granted = then.get_model("scoring", "FundingDecision").objects.order_by("pk").values_list("granted_amount", flat=True)
    assert list(granted) == [Decimal("125.25"), Decimal("125.25"), 0, 0]
