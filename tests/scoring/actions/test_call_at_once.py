"""A passage of a call while somebody acts on one of its files or sittings: the second reads what the first has done, and nobody waits for ever."""

import pytest
from django.utils import timezone

from calls.models import Application, Call
from portal.journal import recorder
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.actions import decision as decisions
from scoring.actions.grid import edit_grid
from scoring.actions.session import create_session, record_attendance
from scoring.hooks import receivers
from scoring.models import Envelope, FundingDecision, Grid, SelectionSession
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.deliberation import close, deliberation
from tests.factories.jury import admissible_file, jury_call
from tests.factories.scoring import SelectionSessionFactory
from tests.rivals import in_the_middle

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_a_sitting_is_not_reopened_from_under_the_proposals(monkeypatch):
    made = close(deliberation())

    proposed, reopened = in_the_middle(
        monkeypatch,
        decisions,
        "reasons_by_file",
        of=lambda: len(decisions.propose_decisions(session=made.session, actor=made.finance)),
        comes=lambda: perform(made.session, "reopen", actor=made.manager, reason="Erreur."),
    )

    assert proposed == 4
    assert "4\u00a0décisions sont proposées" in reopened
    assert SelectionSession.objects.get().state == "closed"


def test_a_file_withdrawn_while_finance_proposes_leaves_the_vote_with_its_money(monkeypatch):
    made = close(deliberation())
    head = person(Role.HEAD, at=made.files[0].establishment)

    proposed, withdrawn = in_the_middle(
        monkeypatch,
        decisions,
        "reasons_by_file",
        of=lambda: len(decisions.propose_decisions(session=made.session, actor=made.finance)),
        comes=lambda: perform(made.files[0], "withdraw_filed", actor=head, reason="Projet abandonné.").state,
    )

    kept = FundingDecision.objects.all()
    assert (proposed, withdrawn, kept.count()) == (4, "withdrawn", 3)
    assert Envelope.objects.get().committed_amount == sum(decision.granted_amount for decision in kept)


@pytest.mark.parametrize("act", ["open", "prepare"])
def test_no_sitting_is_opened_nor_prepared_in_a_deliberation_that_is_taken_back(monkeypatch, act):
    made = deliberation()
    sitting = SelectionSessionFactory(call=made.call)
    record_attendance(session=sitting, seats=made.seats, actor=made.manager)
    acts = {
        "open": lambda: perform(sitting, "open", actor=made.chair),
        "prepare": lambda: create_session(call=made.call, held_at=sitting.held_at, place="", actor=made.manager),
    }

    _, said = in_the_middle(
        monkeypatch,
        recorder,
        "record",
        of=lambda: perform(made.call, "take_back_deliberation", actor=made.manager, reason="Trop tôt."),
        comes=acts[act],
    )

    assert "n’est pas ouverte" in said
    assert [sitting.state for sitting in SelectionSession.objects.all()] == ["prepared"]


def test_a_file_is_not_taken_back_from_a_deliberation_that_opens(monkeypatch):
    made = deliberation()
    Call.objects.update(state="assessment")

    _, said = in_the_middle(
        monkeypatch,
        recorder,
        "record",
        of=lambda: perform(made.call, "start_deliberation", actor=made.manager),
        comes=lambda: perform(made.files[0], "resume_during_scoring", actor=made.manager, reason="Erreur."),
    )

    assert said == "La notation de cet appel n’est pas ouverte."
    assert not Application.objects.filter(state="submitted").exists()


def test_a_file_is_not_taken_up_again_in_a_call_that_ends_without_any(monkeypatch):
    file = ApplicationFactory(call=CallFactory(state="instruction", closed=True), submitted=True, state="inadmissible")
    manager = person(Role.CALL_MANAGER)

    ended, said = in_the_middle(
        monkeypatch,
        recorder,
        "record",
        of=lambda: perform(file.call, "declare_unsuccessful", actor=manager, reason="Aucun dossier.", because="Aucun dossier.").state,
        comes=lambda: perform(file, "resume_instruction", actor=manager, reason="Erreur."),
    )

    assert (ended, said) == ("unsuccessful", "L’appel est déclaré infructueux.")


def test_no_erratum_slips_in_while_the_scoring_opens(monkeypatch):
    call, manager = jury_call("instruction"), person(Role.CALL_MANAGER)
    Grid.objects.update(frozen_at=timezone.now())
    admissible_file(call)

    scored, said = in_the_middle(
        monkeypatch,
        receivers,
        "compute_marks",
        of=lambda: perform(call, "start_assessment", actor=manager).state,
        comes=lambda: edit_grid(grid=call.grid, actor=manager, scale=20, spread_alert=25, erratum="Barème."),
    )

    assert (scored, Grid.objects.get().scale) == ("assessment", call.grid.scale)
    assert "la notation a commencé" in said
