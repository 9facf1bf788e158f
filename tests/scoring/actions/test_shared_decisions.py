"""Amounts set by the rule of the call: from the scenario to decisions, and back; who reads them."""

from decimal import Decimal

import pytest
from django.utils import timezone

from exports.papers.letter import letter_row
from exports.papers.minutes import minutes_row
from portal.workflow.gate import TransitionRefused
from scoring.actions.decision import drop_proposal, record_vote
from scoring.actions.proposals import drop_proposals
from scoring.actions.run import store_run
from scoring.actions.verification import verify_scenario
from scoring.models import DecisionLine, Envelope, FundingDecision, InterestDeclaration
from scoring.queries.publication import hindered
from tests.factories.balance import ask
from tests.factories.deliberation import revise
from tests.factories.jury import with_second_factor
from tests.factories.runs import answer
from tests.factories.sharing import chosen, decided, shared

pytestmark = pytest.mark.django_db


def lines_of(scenario) -> dict:
    return {line.application.reference: line for line in scenario.lines.select_related("application")}


def amounts_of(made, scenario) -> list:
    found = lines_of(scenario)
    return [found[file.reference].granted_amount for file in made.files]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


# -- Decisions ----------------------------------------------------------------------------------------------------------------


def test_parts_become_decisions_line_by_line_and_the_letter_says_why():
    made = shared()

    first, second, third, refused = decided(made, chosen(made))

    assert [one.granted_amount for one in (first, second, third)] == [Decimal(1000), Decimal(1050), Decimal(300)]
    assert [one.outcome for one in (first, second, third, refused)] == ["awarded", "partly_awarded", "partly_awarded", "rejected"]
    assert DecisionLine.objects.get(decision=third).quantity == 3
    assert Envelope.objects.get().committed_amount == Decimal(2350)
    record_vote(call=made.call, number="26CP-1", held_on=timezone.localdate(made.session.closed_at), actor=made.finance)
    letter = letter_row(FundingDecision.objects.get(pk=second.pk))
    assert plain(letter.amount_reason) == "1 050 € : sa part de l’enveloppe, note 80,00 sur 100 ; demandé 1 500 €."


def test_before_proposing_it_is_said_that_files_keep_what_their_part_allows(client):
    made = shared()
    decided(made, chosen(made))
    drop_proposals(call=made.call, reason="Relire.", actor=made.finance)
    client.force_login(made.finance)

    page = client.get(f"/decisions/proposer/{made.session.pk}/").content.decode()

    assert "d’après la règle des montants de l’appel" in page
    assert "indispensables" not in page


def test_an_amount_changed_by_hand_says_so_and_given_back_says_the_rule_again():
    made = shared()
    decided(made, chosen(made))
    need = made.files[2].lines.get()

    changed = revise(made, 2, quantities={need.pk: 2})
    assert plain(changed.amount_reason) == "200 € : montant fixé à la main ; le calcul donnait 300 €."
    back = revise(made, 2, quantities={need.pk: 3})
    assert plain(back.amount_reason).startswith("300 € : ce que 350 € permettent")


def test_nobody_is_given_more_by_hand_than_the_rule_allows():
    made = shared(ceiling_amount=Decimal(500))
    decided(made, chosen(made))

    with pytest.raises(TransitionRefused, match="dépasse le plafond"):
        revise(made, 0)


@pytest.mark.parametrize("way", ["asked", "essential"])
def test_a_ceiling_typed_beside_another_way_binds_nobody(way):
    made = shared(None, way=way, bands=[], money=4000, ceiling_amount=Decimal(500))
    for file in made.files:
        file.lines.update(is_essential=True)
    decided(made, chosen(made))

    assert revise(made, 0).granted_amount == Decimal(1000)


def test_a_file_that_leaves_gives_its_money_back_and_nobody_else_changes_until_the_sitting_chooses_again():
    made = shared()
    decided(made, chosen(made))

    drop_proposal(application=made.files[0], actor=made.manager)

    assert [one.granted_amount for one in FundingDecision.objects.order_by("pk")] == [Decimal(1050), Decimal(300), Decimal(0)]
    assert Envelope.objects.get().remaining_amount == Decimal(1050)
    drop_proposals(call=made.call, reason="Partager de nouveau.", actor=made.finance)
    assert Envelope.objects.get().committed_amount == 0


# -- Other ways ---------------------------------------------------------------------------------------------------------------


def test_a_rate_follows_the_mark_and_the_optimiser_counts_what_it_gives():
    made = shared(None, way="rate", bands=[["80.00", 100], ["65.00", 55]], step=1000)

    run = ask(made)

    costs = {one["id"]: one["amounts"]["commune"] for one in run.instance["applications"]}
    assert costs == {made.files[0].reference: 100_000, made.files[1].reference: 150_000, made.files[2].reference: 50_000}
    made_scenarios = store_run(run=run, answers={"merit": answer(run, [file.reference for file in made.files[1:3]])}, actor=made.chair)
    listed, merit = made_scenarios
    assert lines_of(merit)[made.files[2].reference].granted_amount == Decimal(500)
    assert lines_of(listed)[made.files[3].reference].motive == "too_little"
    assert verify_scenario(scenario=listed, actor=made.chair).holds
    _, second, third, _ = decided(made, merit)
    assert (second.outcome, third.outcome, third.granted_amount) == ("awarded", "partly_awarded", Decimal(500))


def test_indispensable_needs_alone_are_offered():
    made = shared(None, way="essential", bands=[])
    for index, essential in enumerate((True, False, True, True)):
        need = made.files[index].lines.get()
        need.is_essential = essential
        need.save()

    run = ask(made)

    assert [row["reason"] for row in run.left_out] == [
        "Ce dossier ne dit aucun de ses besoins indispensable : la règle des montants ne lui donne rien."
    ]
    assert len(run.instance["applications"]) == 3


# -- Readers ------------------------------------------------------------------------------------------------------------------


def test_a_reader_with_a_conflict_sees_what_is_asked_since_parts_tell_who_else_is_retained(client):
    made = shared()
    scenario = chosen(made)
    InterestDeclaration.objects.create(user=made.juror, application=made.files[2])
    client.force_login(with_second_factor(made.juror))

    page = client.get(made.session.get_absolute_url()).content.decode()

    assert [row.line.amount for row in client.get(made.session.get_absolute_url()).context["screen"].rows][:2] == [
        Decimal(1000),
        Decimal(1500),
    ]
    assert "1\u00a0050" not in page
    assert "sa part de l’enveloppe" not in page
    assert lines_of(scenario)[made.files[1].reference].granted_amount == Decimal(1050)


def test_minutes_say_the_rule_and_each_reason():
    made = shared()
    decided(made, chosen(made))

    row = minutes_row(made.session)

    assert row.amounts_rule.startswith("L’enveloppe est partagée")
    assert row.selected[1].reason.endswith("demandé 1\u00a0500\u00a0€.")
    assert row.selected[1].amount == Decimal(1050)


def test_a_selection_of_which_a_file_left_the_sharing_is_not_shown_to_everybody():
    """The proof names every file chosen: one of them, refused, would be known."""
    made = shared(3, floor="amount", floor_amount=Decimal(400))
    scenario = chosen(made)
    decided(made, scenario)

    assert "faute d’une part suffisante" in hindered(made.call, scenario)
