"""The page of a sitting has one full button at most, and it is the next step; whoever does not take it reads who does."""

import pytest

from portal.journal.models import JournalEntry
from portal.workflow.gate import perform
from scoring.actions.decision import propose_decisions
from scoring.actions.session import record_attendance
from scoring.models import SelectionScenario
from tests.factories.balance import solved
from tests.factories.deliberation import close, deliberation, sit
from tests.factories.scoring import SelectionSessionFactory
from tests.reading import elements_of, text_of, words_of
from tests.stale import signed_in

pytestmark = pytest.mark.django_db


def full_buttons(made, user) -> list[str]:
    """The full buttons of the head of the page, and what an alert says of the next step."""
    page = signed_in(user).get(made.session.get_absolute_url())
    return [words_of(button) for button in elements_of(page, "main .btn-primary")] + [
        words_of(alert) for alert in elements_of(page, ".pr-alert") if "Prochaine étape" in words_of(alert)
    ]


def test_before_and_during_the_sitting():
    made = deliberation()
    made.session = SelectionSessionFactory(call=made.call)
    assert [full_buttons(made, who) for who in (made.chair, made.manager, made.juror)] == [["Présences"], ["Présences"], []]

    record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    assert [full_buttons(made, who) for who in (made.chair, made.manager)] == [["Ouvrir la séance"]] * 2

    made.session = perform(made.session, "open", actor=made.chair)
    assert full_buttons(made, made.chair) == ["Calculer les trois méthodes"]

    solved(made, made.files[:2])
    assert [full_buttons(made, who) for who in (made.chair, made.manager)] == [["Retenir ce scénario"]] * 2


def test_a_scenario_computed_with_other_data_is_computed_again_first():
    made = sit(deliberation())
    made.files[0].requested_amount += 1
    made.files[0].save(update_fields=["requested_amount"])

    assert full_buttons(made, made.chair) == ["Calculer les trois méthodes"]


def test_a_step_back_is_never_the_full_button():
    made = sit(deliberation())

    assert full_buttons(made, made.chair) == ["Clore la séance"]
    assert full_buttons(made, made.manager) == ["Prochaine étape\u00a0: clore la séance. La présidence du jury s’en charge."]


def test_once_closed_and_signed():
    made = close(deliberation())
    assert full_buttons(made, made.chair) == ["Signer le procès-verbal"]
    assert full_buttons(made, made.manager) == ["Prochaine étape\u00a0: signer le procès-verbal. La présidence du jury s’en charge."]
    assert full_buttons(made, made.finance) == ["Proposer les décisions"]

    made.session = perform(made.session, "sign_minutes", actor=made.chair)
    assert full_buttons(made, made.chair) == []
    assert full_buttons(made, made.manager) == ["Prochaine étape\u00a0: proposer les décisions. Les finances s’en chargent."]

    propose_decisions(session=made.session, actor=made.finance)
    assert [full_buttons(made, who) for who in (made.chair, made.manager, made.finance)] == [[], [], []]


def test_cancelled():
    made = sit(deliberation())
    made.session = perform(made.session, "cancel", actor=made.manager, reason="Quorum absent.")

    assert [full_buttons(made, who) for who in (made.chair, made.manager)] == [[], []]


# -- A scenario removed -----------------------------------------------------------------------------------------------------


def test_a_removal_says_what_goes_and_what_stays_before_the_press():
    made = sit(deliberation())
    other = solved(made, made.files[:2])
    page = f"/seances/{made.session.pk}/scenarios/{other.pk}/supprimer/"
    chair = signed_in(made.chair)

    said = text_of(chair.get(page))
    assert "Supprimer le scénario « Ordre de mérite »" in said
    assert "La liste de ce scénario (4 dossiers, avec leur motif)" in said
    assert "redonne la même liste" in said
    assert SelectionScenario.objects.filter(pk=other.pk).exists()

    chair.post(page)
    assert not SelectionScenario.objects.filter(pk=other.pk).exists()
    assert JournalEntry.objects.get(action="drop_scenario").data["digest"] == other.digest


def test_the_scenario_retained_offers_no_removal_and_refuses_it():
    made = sit(deliberation())
    page = f"/seances/{made.session.pk}/scenarios/{made.scenario.pk}/supprimer/"
    chair = signed_in(made.chair)

    for answer in (chair.get(page), chair.post(page)):
        assert "est retenu : retenez-en un autre d’abord" in text_of(answer)
    assert SelectionScenario.objects.filter(pk=made.scenario.pk).exists()
