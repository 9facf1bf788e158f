"""Decisions drawn from the retained scenario, under their envelopes, then voted."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from calls.models import Call
from exports.papers.minutes import minutes_row
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions import decision as actions
from scoring.actions.decision import StaleDecision, propose_decisions, record_vote
from scoring.actions.decline import decline_decision
from scoring.actions.scenario import retain_scenario
from scoring.actions.session import record_attendance
from scoring.hooks import jobs
from scoring.models import DecisionLine, Envelope, FundingDecision, SelectionSession, Vote
from scoring.queries.decision import vote_obstacles
from tests.factories.accounts import person
from tests.factories.balance import places, rule, solved
from tests.factories.cast import MANAGERS, assert_matrix, cast_around, states_of
from tests.factories.deliberation import Deliberation, close, deliberation, propose, release, revise, sit, vote
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import EnvelopeFactory, SelectionSessionFactory
from tests.factories.workflow import arrows

pytestmark = pytest.mark.django_db


def decision_of(made, index) -> FundingDecision:
    return FundingDecision.objects.get(application=made.files[index])


def committed(made) -> Decimal:
    return Envelope.objects.get(pk=made.envelope.pk).committed_amount


# -- The workflow ----------------------------------------------------------------------------------------------------------------


ARROWS = {
    ("proposed", "record_vote", "voted"): {"finance"},
    ("voted", "undo_vote", "proposed"): {"finance"},
    ("voted", "release", "released"): MANAGERS,
    ("released", "decline", "declined"): set(),  # the portal alone, when the school declines
    ("declined", "restore", "released"): set(),  # the portal alone, when that was a mistake
}


def decline(made):
    made = release(made)
    decline_decision(decision=FundingDecision.objects.get(application=made.files[0]), kept=Decimal(0), reason="Projet abandonné.")
    return made


MADE = {"proposed": propose, "voted": vote, "released": release, "declined": decline}


def decided_to(state: str, name: str) -> FundingDecision:
    """The decision on the first file of a deliberation that has gone so far."""
    return decision_of(MADE[state](deliberation()), 0)


def around(decision: FundingDecision) -> dict:
    return cast_around(decision.application.call, decision.application.establishment)


def test_decision_workflow_is_exactly_this():
    assert arrows(FundingDecision) == set(ARROWS)


@pytest.mark.parametrize("state", states_of(FundingDecision))
def test_each_transition_is_open_to_these_people_alone(state):
    assert_matrix(state, ARROWS, make=decided_to, cast=around)


def test_decision_is_not_released_before_the_vote_of_its_call():
    made = propose(deliberation())
    decision = perform(decision_of(made, 0), "record_vote", actor=made.finance)

    with pytest.raises(TransitionRefused, match="n’est pas enregistré"):
        perform(decision, "release", actor=made.manager)


@pytest.mark.parametrize("fields", [{"state": "voted", "voted_at": None}, {"state": "proposed", "voted_at": timezone.now()}])
def test_decision_dates_follow_its_state_in_the_database(fields):
    made = propose(deliberation())

    with pytest.raises(IntegrityError, match="decision_state_has_dates"), transaction.atomic():
        FundingDecision.objects.filter(application=made.files[0]).update(**fields)


# -- Proposals -----------------------------------------------------------------------------------------------------------------------


def closed_under_rule(made: Deliberation, chosen, *, waiting_places=0) -> Deliberation:
    """A sitting with a rule on private lycées, closed on the computed scenario that selects these files."""
    made.session = SelectionSessionFactory(call=made.call)
    places(made, None, waiting_places=waiting_places)
    kept = rule(made, minimum=1)
    explained = {
        file.reference: {"selected": file in chosen, "rules": [kept.code], "sentence": f"Avec {chosen[-1].establishment.name}."}
        for file in made.files[1:]
    }
    waiting = {"one_more": [made.files[1].reference], "by_withdrawal": []}
    made.scenario = solved(made, chosen, files=explained, waiting=waiting)
    record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    perform(made.session, "open", actor=made.chair)
    retain_scenario(scenario=made.scenario, actor=made.chair)
    made.session = perform(SelectionSession.objects.get(pk=made.session.pk), "close", actor=made.chair)
    return made


def test_proposals_follow_the_retained_scenario():
    private = EstablishmentFactory(private=True)
    made = deliberation((90, 80, 70, 60, None), (100, 100, 100, 100, 100), schools=[None, None, None, private, None])
    closed_under_rule(made, [made.files[0], made.files[3]], waiting_places=1)

    propose_decisions(session=made.session, actor=made.finance)

    told = [(d.application_id, d.outcome, d.rank, d.score, d.granted_amount, d.state) for d in FundingDecision.objects.order_by("pk")]
    zero = Decimal("0.00")
    assert told == [
        (made.files[0].pk, "awarded", 1, Decimal("90.00"), Decimal("100.00"), "proposed"),
        (made.files[1].pk, "reserve", 2, Decimal("80.00"), zero, "proposed"),
        (made.files[2].pk, "rejected", 3, Decimal("70.00"), zero, "proposed"),
        (made.files[3].pk, "awarded", 4, Decimal("60.00"), Decimal("100.00"), "proposed"),
        (made.files[4].pk, "rejected", None, None, zero, "proposed"),
    ]
    assert committed(made) == Decimal("200.00")
    lines = DecisionLine.objects.values_list("decision__application", "request_line__application", "quantity", "granted_amount")
    assert sorted(lines) == sorted((f.pk, f.pk, 10, Decimal("100.00")) for f in (made.files[0], made.files[3]))


def test_motive_of_a_refusal_names_no_other_school():
    private = EstablishmentFactory(private=True, name="Lycée Saint-Ruf")
    made = deliberation((90, 80, 70), (100, 100, 100), money=200, schools=[None, None, private])
    closed_under_rule(made, [made.files[0], made.files[2]], waiting_places=1)
    assert "Lycée Saint-Ruf" in made.scenario.lines.get(application=made.files[1]).reason

    propose_decisions(session=made.session, actor=made.finance)

    assert decision_of(made, 1).motive == (
        "Le jury a classé votre dossier au rang\u00a02, avec la note de 80,00 sur 100\u00a0; les règles d’équilibre de l’appel ne permettent "
        "pas de le retenir. Il est inscrit au rang\u00a01 de la liste complémentaire."
    )


def test_a_lycee_reads_that_money_kept_it_out_with_the_rules_as_the_minutes_say():
    made = deliberation((90, 80, 70), (100, 100, 100), money=200, schools=[None, None, EstablishmentFactory(private=True)])
    closed_under_rule(made, [made.files[0], made.files[2]], waiting_places=1)
    reference = made.files[1].reference
    made.scenario.result["explanations"]["files"][reference] = {"rules": ["argent-1", "regle-1"], "sentence": "Écarté par les deux."}
    made.scenario.save(update_fields=["result"])

    propose_decisions(session=made.session, actor=made.finance)

    assert decision_of(made, 1).motive == (
        "Le jury a classé votre dossier au rang\u00a02, avec la note de 80,00 sur 100\u00a0; l’enveloppe et les règles d’équilibre de l’appel, "
        "ensemble, ne permettent pas de le retenir. Il est inscrit au rang\u00a01 de la liste complémentaire."
    )
    [row] = minutes_row(made.session).waiting
    assert row.reason.startswith("Inscrit au rang\u00a01 de la liste complémentaire. ")


def test_reasons_are_frozen_from_the_marks_without_any_juror():
    made = propose(deliberation(marks=(91, 80)[:2], amounts=(100, 100)))

    assert decision_of(made, 0).reasons == [
        {"criterion": "Qualité du projet", "points": "91.00", "out_of": "100", "sentence": "Au-dessus du niveau « Exemplaire »."}
    ]


def test_proposals_are_made_once_by_finance_after_the_session():
    made = sit(deliberation())
    with pytest.raises(TransitionRefused, match="n’est pas close"):
        propose_decisions(session=made.session, actor=made.finance)
    made.session = perform(made.session, "close", actor=made.chair)
    with pytest.raises(PermissionDenied):
        propose_decisions(session=made.session, actor=made.manager)
    propose_decisions(session=made.session, actor=made.finance)

    with pytest.raises(TransitionRefused, match="déjà proposées"):
        propose_decisions(session=made.session, actor=made.finance)

    assert FundingDecision.objects.count() == 4
    assert committed(made) == Decimal("200.00")


def test_proposals_fill_envelopes_in_order_of_label():
    made = close(deliberation(marks=(90, 80), amounts=(100, 100), money=200))
    Envelope.objects.filter(pk=made.envelope.pk).update(amount=Decimal(150), label="B")
    first = EnvelopeFactory(call=made.call, label="A", amount=Decimal(100))

    propose_decisions(session=made.session, actor=made.finance)

    assert [decision_of(made, index).envelope_id for index in (0, 1)] == [first.pk, made.envelope.pk]
    assert sorted(Envelope.objects.values_list("label", "committed_amount")) == [("A", Decimal("100.00")), ("B", Decimal("100.00"))]


def test_proposals_place_the_dearest_first_when_merit_leaves_too_small_remainders():
    made = close(deliberation(marks=(90, 80, 70), amounts=(50, 60, 90), money=200))
    Envelope.objects.filter(pk=made.envelope.pk).update(amount=Decimal(110), label="A")
    EnvelopeFactory(call=made.call, label="B", amount=Decimal(90))

    propose_decisions(session=made.session, actor=made.finance)

    assert [decision_of(made, index).envelope.label for index in range(3)] == ["A", "A", "B"]
    assert sorted(Envelope.objects.values_list("committed_amount", flat=True)) == [Decimal("90.00"), Decimal("110.00")]


def test_proposals_are_refused_whole_when_no_envelope_covers_a_file():
    made = close(deliberation(marks=(90, 80), amounts=(100, 100), money=200))
    Envelope.objects.filter(pk=made.envelope.pk).update(amount=Decimal(150))
    EnvelopeFactory(call=made.call, label="Z", amount=Decimal(60))

    with pytest.raises(TransitionRefused, match="il manque 40\u00a0€ sur « Z »"):
        propose_decisions(session=made.session, actor=made.finance)

    assert FundingDecision.objects.count() == 0
    assert committed(made) == 0


# -- Revising ----------------------------------------------------------------------------------------------------------------------------


def test_reducing_a_quantity_makes_a_partial_award_and_gives_money_back():
    made = propose(deliberation())
    need = made.files[0].lines.get()

    revised = revise(made, 0, quantities={need.pk: 4})

    assert (revised.outcome, revised.granted_amount, revised.version) == ("partly_awarded", Decimal("40.00"), 2)
    assert [(line.quantity, line.granted_amount) for line in revised.lines.all()] == [(4, Decimal("40.00"))]
    assert committed(made) == Decimal("140.00")


def test_rejecting_frees_the_envelope_and_awarding_takes_it():
    made = propose(deliberation(money=200))
    with pytest.raises(TransitionRefused, match="ne suffit pas : il reste 0"):
        revise(made, 2, outcome="awarded")

    revise(made, 0, outcome="rejected", envelope=None)
    revised = revise(made, 2, outcome="awarded")

    assert (revised.outcome, revised.granted_amount) == ("awarded", Decimal("100.00"))
    assert (decision_of(made, 0).outcome, decision_of(made, 0).envelope, decision_of(made, 0).lines.count()) == ("rejected", None, 0)
    assert committed(made) == Decimal("200.00")


def test_moving_to_another_envelope_moves_the_money():
    made = propose(deliberation())
    other = EnvelopeFactory(call=made.call, label="Travaux", amount=Decimal(100))

    revise(made, 0, envelope=other)

    assert sorted(Envelope.objects.values_list("label", "committed_amount")) == [
        ("Investissement lycées", Decimal("100.00")),
        ("Travaux", Decimal("100.00")),
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"envelope": None}, "choisissez-la"),
        ({"quantities": {}}, "au moins une ligne"),
        ({"quantities": "more"}, "retenez de 0 à 10"),
        ({"quantities": "less"}, "retenez de 0 à 10"),
        ({"envelope": "other call"}, "choisissez-la"),
    ],
)
def test_revision_that_makes_no_sense_changes_nothing(changes, said):
    made = propose(deliberation())
    need = made.files[0].lines.get()
    odd = {"more": {need.pk: 11}, "less": {need.pk: -1}}
    if changes.get("quantities") in ("more", "less"):
        changes = {"quantities": odd[changes["quantities"]]}
    if changes.get("envelope") == "other call":
        changes = {"envelope": EnvelopeFactory()}

    with pytest.raises(TransitionRefused, match=said):
        revise(made, 0, **changes)

    decision = decision_of(made, 0)
    assert (decision.outcome, decision.granted_amount, decision.version, decision.lines.count()) == ("awarded", Decimal("100.00"), 1, 1)
    assert committed(made) == Decimal("200.00")


def test_award_stays_under_the_ceiling_of_the_call():
    made = propose(deliberation())
    Call.objects.update(ceiling_amount=Decimal(50))

    with pytest.raises(TransitionRefused, match="dépasse le plafond"):
        revise(made, 0)


def test_stale_revision_is_refused_and_shows_what_was_written():
    made = propose(deliberation())
    revise(made, 0, motive="Premier écrit.")

    with pytest.raises(StaleDecision) as stale:
        revise(made, 0, version=1, motive="Second écrit.")

    assert stale.value.current.motive == "Premier écrit."
    assert decision_of(made, 0).motive == "Premier écrit."


def test_revision_is_for_finance_and_before_the_vote():
    made = propose(deliberation())
    for stranger in (made.manager, made.chair, person(Role.AUDITOR), person(Role.HEAD, at=made.files[0].establishment)):
        with pytest.raises(PermissionDenied):
            revise(made, 0, actor=stranger)
    record_vote(call=made.call, number="26CP-1", held_on=timezone.localdate(), actor=made.finance)

    with pytest.raises(TransitionRefused, match="est votée"):
        revise(made, 0)


# -- The vote --------------------------------------------------------------------------------------------------------------------------------


def test_vote_reaches_the_call_and_every_decision_at_once():
    made = vote(deliberation())

    assert made.call.state == "voted"
    assert set(FundingDecision.objects.values_list("state", flat=True)) == {"voted"}
    recorded = Vote.objects.get()
    assert (recorded.number, recorded.held_on, recorded.recorded_by) == ("26CP-1542", timezone.localdate(), made.finance)
    assert {d.voted_at for d in FundingDecision.objects.all()} == {recorded.recorded_at}
    assert JournalEntry.objects.filter(action="record_vote").count() == 1 + 4 + 1


@pytest.mark.parametrize(("days", "said"), [(1, "est à venir"), (-3, "ne peut pas précéder la séance")])
def test_vote_has_a_possible_date(days, said):
    made = propose(deliberation())

    with pytest.raises(TransitionRefused, match=said):
        record_vote(call=made.call, number="26CP-1", held_on=timezone.localdate() + timedelta(days=days), actor=made.finance)

    assert (Vote.objects.count(), set(FundingDecision.objects.values_list("state", flat=True))) == (0, {"proposed"})


def test_vote_waits_for_a_decision_on_every_file():
    made = propose(deliberation())
    decision = decision_of(made, 3)
    decision.delete()

    with pytest.raises(TransitionRefused, match=f"1\u00a0dossier sans décision : {made.files[3].reference}"):
        record_vote(call=made.call, number="26CP-1", held_on=timezone.localdate(), actor=made.finance)

    assert vote_obstacles(made.call) != []
    assert Vote.objects.count() == 0


def test_vote_is_recorded_once_by_finance():
    made = propose(deliberation())
    with pytest.raises(PermissionDenied):
        record_vote(call=made.call, number="26CP-1", held_on=timezone.localdate(), actor=made.manager)
    record_vote(call=made.call, number="26CP-1", held_on=timezone.localdate(), actor=made.finance)

    with pytest.raises(TransitionRefused, match="déjà enregistré"):
        record_vote(call=made.call, number="26CP-2", held_on=timezone.localdate(), actor=made.finance)

    assert Vote.objects.get().number == "26CP-1"


def test_long_vote_is_carried_by_a_job_that_may_be_interrupted(monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    made = propose(deliberation())
    job = record_vote(call=made.call, number="26CP-1", held_on=timezone.localdate(), actor=made.finance)
    assert isinstance(job, Job)
    with pytest.raises(TransitionRefused, match="est votée"):
        revise(made, 0)

    def stop_at_two(done, total, note=""):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        jobs.vote(job, stop_at_two)
    assert sorted(FundingDecision.objects.values_list("state", flat=True)) == ["proposed", "proposed", "voted", "voted"]
    assert jobs.vote(job, lambda done, total, note="": None) == {"voted": 2}
    assert jobs.vote(job, lambda done, total, note="": None) == {"voted": 0}

    assert set(FundingDecision.objects.values_list("state", flat=True)) == {"voted"}
    assert Call.objects.get().state == "voted"
    assert FundingDecision.objects.aggregate(total=Sum("granted_amount"))["total"] == Decimal("200.00")
