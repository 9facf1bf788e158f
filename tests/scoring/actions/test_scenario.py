"""Scenarios that the optimiser computes: asked for, stored, tried in the room, replayed, verified."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.roles import SCHOOL_ROLES, Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.balance import set_frame
from scoring.actions.decision import propose_decisions
from scoring.actions.lock import lock_file, unlock_file
from scoring.actions.run import ask_run, store_run
from scoring.actions.scenario import retain_scenario
from scoring.actions.session import record_attendance
from scoring.enums import Motive
from scoring.models import Envelope, FileLock, FundingDecision, InterestDeclaration, Score, SelectionRun, SelectionScenario
from scoring.queries.balance import default_doctrine
from scoring.queries.scenario import lines_of
from scoring.wording.motives import motive_for_school
from tests.factories.accounts import person
from tests.factories.balance import PRIVATE, answer, ask, places, rule, sitting, solved

pytestmark = pytest.mark.django_db


# -- Asking -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["chair", "manager", "juror", "finance", "other chair", *Role])
def test_run_is_asked_by_whoever_runs_the_sitting(role):
    made = sitting()
    known = {"chair": made.chair, "manager": made.manager, "juror": made.juror, "finance": made.finance, "other chair": person(Role.CHAIR)}
    actor = known.get(role) or person(role, at=made.files[0].establishment if role in SCHOOL_ROLES else None)

    if role in ("chair", "manager", Role.CALL_MANAGER, Role.ADMIN):
        job = ask_run(session=made.session, actor=actor)
        assert (job.kind, job.params["doctrines"]) == ("scoring.select", ["merit", "sum"])
        assert JournalEntry.objects.filter(action="ask_run").count() == 1
    else:
        with pytest.raises(PermissionDenied):
            ask_run(session=made.session, actor=actor)
        assert (SelectionRun.objects.count(), Job.objects.count()) == (0, 0)


def test_same_run_asked_twice_is_one_job():
    made = sitting()

    first, second = (ask_run(session=made.session, actor=made.chair) for _ in range(2))
    rule(made, minimum=1)
    third = ask_run(session=made.session, actor=made.chair)

    assert (first.pk, first.pk == third.pk) == (second.pk, False)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda made: Envelope.objects.all().delete(), "n’a pas d’argent à répartir"),
        (lambda made: Score.objects.all().delete(), "à la fois une note et un montant"),
        (lambda made: type(made.session).objects.update(state="closed"), "ne change plus"),
    ],
)
def test_run_without_anything_to_choose_is_refused(spoil, reason):
    made = sitting()
    spoil(made)

    with pytest.raises(TransitionRefused, match=reason):
        ask_run(session=made.session, actor=made.chair)

    assert SelectionRun.objects.count() == 0


def test_method_shown_first_follows_the_places():
    made = sitting()

    free = default_doctrine(made.session)
    fixed = default_doctrine(places(made, 2).session)

    assert (free, fixed) == ("merit", "sum")


# -- Storing ----------------------------------------------------------------------------------------------------------------


def test_run_gives_the_ranked_list_and_both_methods():
    made = places(sitting(money=250), None, waiting_places=1)
    kept = rule(made, minimum=1)
    run = ask(made)
    a, b, _, d = (file.reference for file in made.files)
    told = {
        d: {"selected": True, "rules": [kept.code], "sentence": "Retenu pour le minimum."},
        b: {"rules": [kept.code], "sentence": "Écarté."},
    }
    answers = {
        "merit": answer(run, [a, d], files=told, waiting={"one_more": [b], "by_withdrawal": [], "sentence": ""}),
        "sum": answer(run, [a, b], doctrine="sum"),
    }

    stored = store_run(run=run, answers=answers, actor=made.chair)

    assert [(one.name, one.doctrine, one.status) for one in stored] == [
        ("Par rang", "ranked", ""),
        ("Ordre de mérite", "merit", "proven"),
        ("Total des notes", "sum", "proven"),
    ]
    lines = [(x.application.reference, x.is_selected, x.motive, x.waiting_rank, x.granted_amount) for x in lines_of(stored[1])]
    assert lines == [
        (a, True, Motive.MERIT, None, Decimal("100.00")),
        (b, False, Motive.RULE_OUT, 1, None),
        (made.files[2].reference, False, Motive.OVERALL_OUT, None, None),
        (d, True, Motive.RULE_IN, None, Decimal("100.00")),
    ]
    assert stored[1].summary["states"] == {"argent-commune": "tight", kept.code: "tight"}
    assert stored[0].summary["states"][kept.code] == "broken"
    assert (stored[1].digest, len(stored[1].digest)) == (run.digest, 64)


def test_run_is_stored_once():
    made = sitting()
    run = ask(made)
    answers = {"merit": answer(run, [made.files[0].reference])}

    first = store_run(run=run, answers=answers, actor=made.chair)
    again = store_run(run=run, answers=answers, actor=made.chair)

    assert (len(first), again) == (2, [])


def test_new_run_takes_the_place_of_the_scenarios_that_nobody_retained():
    made = sitting()
    first = solved(made, [made.files[0]])
    rule(made, minimum=1)

    second = solved(made, [made.files[3]])

    assert list(SelectionScenario.objects.order_by("pk").values_list("name", flat=True)) == ["Par rang", "Ordre de mérite"]
    assert SelectionScenario.objects.filter(pk=first.pk).count() == 0
    assert JournalEntry.objects.filter(action="store_run").latest("pk").data["replaced"][1] == f"Ordre de mérite {first.digest}"
    assert second.run.scenarios.count() == 2


def test_retained_scenario_stays_beside_a_new_run():
    made = sitting()
    kept = solved(made, [made.files[0]])
    SelectionScenario.objects.filter(pk=kept.pk).update(retained_at=made.session.held_at)

    solved(made, [made.files[3]])

    names = list(SelectionScenario.objects.order_by("pk").values_list("name", flat=True))
    assert names == ["Ordre de mérite", "Par rang", "Ordre de mérite (2)"]


def test_impossible_rules_leave_their_contradictions_and_the_ranked_list():
    made = sitting()
    run = ask(made)
    conflicts = [{"sides": ["a:min", "b:max"], "sentence": "A et B se contredisent."}]
    found = answer(run, [], status="infeasible", conflicts=conflicts) | {"selected": None}

    stored = store_run(run=run, answers={"merit": found, "sum": found}, actor=made.chair)

    run.refresh_from_db()
    assert ([one.name for one in stored], run.status) == (["Par rang"], "infeasible")
    assert run.contradictions["conflicts"] == conflicts


def test_impossible_rules_take_nothing_away_from_the_scenarios_that_stand():
    made = sitting()
    kept = solved(made, [made.files[0]])
    rule(made, minimum=1)
    run = ask(made)
    found = answer(run, [], status="infeasible") | {"selected": None}

    stored = store_run(run=run, answers={"merit": found, "sum": found}, actor=made.chair)

    assert stored == []
    assert list(SelectionScenario.objects.filter(doctrine="merit")) == [kept]


def test_ranked_list_with_places_stops_when_they_are_taken():
    made = places(sitting(money=400), 2)
    ranked = solved(made, made.files[:2], doctrine="sum").run.scenarios.get(doctrine="ranked")

    lines = [(line.is_selected, line.motive) for line in lines_of(ranked)]

    assert lines == [(True, "merit"), (True, "merit"), (False, "outscored"), (False, "outscored")]
    assert lines_of(ranked)[2].reason == "Les 2 places vont à des dossiers mieux classés."


def test_run_without_any_selection_in_time_is_a_failure():
    made = sitting()
    run = ask(made)
    found = answer(run, [], status="bounded") | {"selected": None}

    with pytest.raises(TransitionRefused, match="Aucune sélection n’a été trouvée"):
        store_run(run=run, answers={"merit": found}, actor=made.chair)

    run.refresh_from_db()
    assert run.status == ""


def test_run_on_a_ranking_that_changed_is_refused():
    made = sitting()
    run = ask(made)
    Score.objects.filter(assessment__application=made.files[0]).update(points=12)

    with pytest.raises(TransitionRefused, match="a changé pendant le calcul"):
        store_run(run=run, answers={"merit": answer(run, [])}, actor=made.chair)

    assert SelectionScenario.objects.count() == 0


# -- What if ----------------------------------------------------------------------------------------------------------------


def test_lock_keeps_who_said_why():
    made = sitting()

    lock_file(session=made.session, application=made.files[3], side="in", reason="Projet pilote", actor=made.chair)
    lock_file(session=made.session, application=made.files[3], side="out", reason=" Travaux ", actor=made.manager)
    run = ask(made, "merit")

    lock = FileLock.objects.get()
    assert (lock.side, lock.reason, lock.author) == ("out", "Travaux", made.manager)
    assert run.locks == [{"application": made.files[3].pk, "side": "out", "reason": "Travaux", "author": str(made.manager)}]
    assert run.instance["forced_out"] == [made.files[3].reference]
    unlock_file(lock=lock, actor=made.chair)
    unlock_file(lock=lock, actor=made.chair)
    assert sorted(JournalEntry.objects.values_list("action", flat=True)) == ["ask_run", "lock_file", "lock_file", "unlock_file"]


@pytest.mark.parametrize(("side", "reason"), [("in", "  "), ("sideways", "Motif")])
def test_lock_without_reason_or_side_is_refused(side, reason):
    made = sitting()

    with pytest.raises(TransitionRefused, match="Dites pourquoi"):
        lock_file(session=made.session, application=made.files[0], side=side, reason=reason, actor=made.chair)

    assert FileLock.objects.count() == 0


def test_lock_is_for_files_of_the_sitting_that_the_actor_may_see():
    made, other = sitting(), sitting()
    InterestDeclaration.objects.create(user=made.chair, application=made.files[0], reason="Ancien poste")

    for application in (other.files[0], made.files[0]):
        with pytest.raises(TransitionRefused, match="n’est pas de cette séance"):
            lock_file(session=made.session, application=application, side="in", reason="Motif", actor=made.chair)
    with pytest.raises(PermissionDenied):
        lock_file(session=made.session, application=made.files[1], side="in", reason="Motif", actor=made.juror)

    assert FileLock.objects.count() == 0


def test_composed_scenario_stands_beside_the_methods():
    made = sitting()
    solved(made, [made.files[0]])
    lock_file(session=made.session, application=made.files[3], side="in", reason="Projet pilote", actor=made.chair)

    composed = solved(made, [made.files[0], made.files[3]], composed=True)

    assert (composed.name, composed.run.is_composed) == ("Composé en séance", True)
    assert SelectionScenario.objects.count() == 3
    assert composed.lines.get(application=made.files[3]).motive == Motive.FORCED_IN


# -- From the scenario to decisions ---------------------------------------------------------------------------------------------


def closed(made, scenario):
    record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    made.session = perform(made.session, "open", actor=made.chair)
    retain_scenario(scenario=scenario, actor=made.chair)
    made.session = perform(made.session, "close", actor=made.chair)
    return made


def test_decisions_follow_the_computed_scenario():
    made = sitting(money=250)
    scenario = solved(made, [made.files[0], made.files[3]])

    propose_decisions(session=closed(made, scenario).session, actor=made.finance)

    found = {x.application.reference: (x.outcome, x.granted_amount) for x in FundingDecision.objects.select_related("application")}
    assert found == {
        made.files[0].reference: ("awarded", Decimal("100.00")),
        made.files[1].reference: ("rejected", Decimal("0.00")),
        made.files[2].reference: ("rejected", Decimal("0.00")),
        made.files[3].reference: ("awarded", Decimal("100.00")),
    }


def test_partial_scenario_proposes_the_indispensable_needs_only():
    made = places(sitting((90, 80), (100, 100), money=150), None, partial_share=80)
    need = made.files[1].lines.get()
    need.pk, need.quantity, need.is_essential, need.label = None, 3, True, "Tablettes"
    made.files[1].lines.update(quantity=7)
    need.save()
    scenario = solved(made, [made.files[0].reference, (made.files[1].reference, "essential")])

    propose_decisions(session=closed(made, scenario).session, actor=made.finance)

    decision = FundingDecision.objects.get(application=made.files[1])
    assert (decision.outcome, decision.granted_amount) == ("partly_awarded", Decimal("30.00"))
    assert [(line.request_line.label, line.quantity) for line in decision.lines.all()] == [("Tablettes", 3)]
    assert decision.motive.replace("\u00a0", " ").endswith(
        "Il est retenu en partie, car l’enveloppe de l’appel ne permet de financer que ses besoins dits indispensables. "
        f"N’est pas retenu : parmi les autres besoins, {made.files[1].lines.get(is_essential=False).label} (7)."
    )


def test_decisions_take_the_envelope_that_the_scenario_chose():
    made = sitting(money=250)
    private = Envelope.objects.create(call=made.call, label="A, lycées privés", amount=100)
    set_frame(
        session=made.session,
        places=None,
        waiting_places=0,
        partial_share=None,
        offers={private.pk: (Decimal(100), PRIVATE)},
        actor=made.chair,
    )
    scenario = solved(made, [made.files[0], made.files[3]])

    propose_decisions(session=closed(made, scenario).session, actor=made.finance)

    taken = {decision.application: decision.envelope for decision in FundingDecision.objects.filter(outcome="awarded")}
    assert taken == {made.files[0]: made.envelope, made.files[3]: private}


def test_a_file_left_out_by_the_number_of_places_alone_is_not_said_to_break_a_rule_of_balance():
    made = places(sitting((90, 80, 70), (100, 100, 100), money=1000), 2)
    told = {made.files[2].reference: {"rules": ["places"], "sentence": "Écarté faute de place."}}

    last = lines_of(solved(made, made.files[:2], files=told))[2]

    assert last.motive == Motive.OUTSCORED
    sent = motive_for_school(motive=last.motive, rank=last.rank, score=last.score, scale=100, waiting_rank=None)
    assert sent.endswith("les dossiers retenus sont mieux notés, ou l’ont été à égalité et départagés.")
