"""What makes a computed scenario worth believing: the worker, a second solver, a replay, a certificate."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from portal.jobs.models import Job
from portal.jobs.progress import JobFailed
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused
from scoring.actions.balance import set_frame
from scoring.actions.verification import ask_replay, record_confirmation, record_replay, verify_scenario
from scoring.hooks import jobs
from scoring.models import InterestDeclaration, Score, SelectionScenario
from scoring.queries.scenario import lines_of
from tests.factories.accounts import person
from tests.factories.balance import PRIVATE, answer, ask, places, rule, sitting, solved
from tests.factories.scoring import EnvelopeFactory

pytestmark = pytest.mark.django_db


def test_replay_that_gives_the_same_list_is_said_and_journalled():
    made = sitting()
    scenario = solved(made, [made.files[0]])

    record_replay(scenario=scenario, answer=answer(scenario.run, [made.files[0].reference]), actor=made.chair)

    scenario.refresh_from_db()
    assert (scenario.replay["same"], scenario.replay["entering"], scenario.replay["leaving"]) == (True, [], [])
    assert JournalEntry.objects.get(action="replay_scenario").data["same"] is True


def test_replay_names_what_differs():
    made = sitting()
    scenario = solved(made, [made.files[0]])

    record_replay(scenario=scenario, answer=answer(scenario.run, [made.files[1].reference]), actor=made.chair)

    told = (scenario.replay["same"], scenario.replay["entering"], scenario.replay["leaving"])
    assert told == (False, [made.files[1].reference], [made.files[0].reference])


def test_a_scenario_removed_while_it_is_computed_again_is_said_so():
    """Before the worker begins, or while it computes: a sentence, and no line of the journal."""
    made = sitting()
    scenario = solved(made, [made.files[0]])
    found = answer(scenario.run, [made.files[0].reference])
    SelectionScenario.objects.filter(pk=scenario.pk).delete()

    with pytest.raises(TransitionRefused, match="a été supprimé ou remplacé"):
        record_replay(scenario=scenario, answer=found, actor=made.chair)
    with pytest.raises(JobFailed, match="a été supprimé ou remplacé"):
        run_job("replay", made, {"scenario": scenario.pk})
    assert not JournalEntry.objects.filter(action="replay_scenario").exists()


def test_second_solver_confirms_or_not():
    made = sitting()
    scenario = solved(made, [made.files[0]])

    same = record_confirmation(scenario=scenario, answer=answer(scenario.run, [made.files[0].reference]), actor=made.chair).confirmation[
        "same"
    ]
    other = record_confirmation(scenario=scenario, answer=answer(scenario.run, []), actor=made.chair).confirmation["same"]

    assert (same, other) == (True, False)


@pytest.mark.parametrize("role", ["juror", "finance", Role.AUDITOR, Role.CHAIR, Role.OFFICER])
def test_proofs_are_asked_by_whoever_runs_the_sitting(role):
    made = sitting()
    scenario = solved(made, [made.files[0]])
    actor = person(role) if isinstance(role, Role) else getattr(made, role)

    for act in (ask_replay, verify_scenario):
        with pytest.raises(PermissionDenied):
            act(scenario=scenario, actor=actor)

    assert Job.objects.filter(kind="scoring.replay").count() == 0


def test_ranked_list_is_verified_from_its_lines_and_has_nothing_to_solve_again():
    made = sitting()
    ranked = solved(made, [made.files[0]]).run.scenarios.get(doctrine="ranked")

    verdict = verify_scenario(scenario=ranked, actor=made.chair)
    with pytest.raises(TransitionRefused, match="se refait sans solveur"):
        ask_replay(scenario=ranked, actor=made.chair)

    assert (verdict.holds, verdict.sentence) == (
        True,
        "La liste a été refaite depuis ses lignes figées : mêmes dossiers, même empreinte.",
    )
    assert JournalEntry.objects.get(action="verify_certificate").data == {"valid": True, "digest": ranked.digest}
    ranked.lines.filter(position=1).update(score=1)
    assert verify_scenario(scenario=ranked, actor=made.chair).sentence.startswith("Les données figées ne portent plus leur empreinte")


def run_job(kind, made, params):
    """What the worker does, without a queue."""
    handler = {"select": jobs.select, "confirm": jobs.confirm, "replay": jobs.replay}[kind]
    job = Job.objects.create(kind=f"scoring.{kind}", label="Calcul", owner=made.chair, params=params)
    return handler(job, lambda *step: None)


def test_worker_solves_confirms_replays_and_the_certificate_holds():
    made = sitting((90, 80, 70, 60), (120, 90, 80, 70), money=250)
    rule(made, minimum=1)
    run = ask(made)

    told = run_job("select", made, {"run": run.pk, "doctrines": ["merit", "sum"]})
    run_job("confirm", made, {"session": made.session.pk})
    scenario = SelectionScenario.objects.get(doctrine="sum")
    again = run_job("replay", made, {"scenario": scenario.pk})
    scenario.refresh_from_db()

    assert len(told["scenarios"]) == 3
    assert [line.is_selected for line in lines_of(scenario)] == [False, True, True, True]
    assert (scenario.status, scenario.confirmation["same"], again) == ("proven", True, {"same": True})
    assert verify_scenario(scenario=scenario, actor=made.chair).holds
    shares = scenario.result["explanations"]["robustness"]["selected"]
    assert shares == {file.reference: "1.0000" for file in made.files[1:]}  # one juror each: nothing else to draw


def test_worker_draws_nothing_from_marks_that_have_changed():
    made = sitting()
    run_job("select", made, {"run": ask(made).pk, "doctrines": ["merit"]})
    Score.objects.filter(assessment__application=made.files[0]).update(points=12)

    run_job("confirm", made, {"session": made.session.pk})

    scenario = SelectionScenario.objects.get(doctrine="merit")
    assert (scenario.confirmation["same"], scenario.result["explanations"]["robustness"]) == (True, None)


def test_worker_tells_contradictions_in_french():
    made = places(sitting((90, 80, 70, 60), (100, 100, 100, 100), money=400), 2)
    rule(made, minimum=1)
    rule(made, ["sector:public"], minimum=2)
    run = ask(made)

    run_job("select", made, {"run": run.pk, "doctrines": ["merit", "sum"]})

    run.refresh_from_db()
    assert run.status == "infeasible"
    assert len(run.contradictions["conflicts"]) == 1
    assert run.contradictions["relaxations"][0]["steps"][0]["side"] != ""


def test_worker_tells_a_conflicted_chair_nothing_of_a_failure(monkeypatch):
    made = sitting()
    InterestDeclaration.objects.create(user=made.chair, application=made.files[0], reason="Ancien poste")
    run = ask(made)

    def fail(instance, tasks, *, tell):
        tell(1, 2, made.files[0].establishment.name)
        raise jobs.SolvingFailed(made.files[0].reference)

    monkeypatch.setattr(jobs, "solve_all", fail)
    notes = []
    job = Job.objects.create(kind="scoring.select", label="Calcul", owner=made.chair, params={"run": run.pk, "doctrines": ["merit"]})

    with pytest.raises(JobFailed, match="^Le calcul n’a pas abouti.$"):
        jobs.select(job, lambda done, total, note: notes.append(note))

    assert notes == ["Calcul en cours"]


def test_worker_reads_every_kind_of_rule_and_of_money():
    made = sitting((90, 80, 70, 60), (120, 90, 80, 70), money=250)
    private = EnvelopeFactory(call=made.call, label="Lycées privés", amount=Decimal(80))
    need = made.files[0].lines.get()
    need.pk, need.quantity, need.is_essential = None, 4, True
    made.files[0].lines.update(quantity=6)
    need.save()
    offers = {private.pk: (Decimal(80), PRIVATE)}
    made.session = set_frame(session=made.session, places=None, waiting_places=2, partial_share=60, offers=offers, actor=made.chair)
    rule(made, measure="count_share", maximum="50")
    rule(made, ["sector:public"], measure="amount", minimum="100", penalty_points=Decimal("1.5"))
    rule(made, measure="amount_share", maximum="45")

    run_job("select", made, {"run": ask(made).pk, "doctrines": ["merit", "sum"]})

    total = SelectionScenario.objects.get(doctrine="sum")
    chosen = [(line.application, line.amount, line.is_partial, line.envelope) for line in total.lines.filter(is_selected=True)]
    assert chosen == [
        (made.files[0], Decimal("48.00"), True, made.envelope),
        (made.files[1], Decimal("90.00"), False, made.envelope),
        (made.files[2], Decimal("80.00"), False, made.envelope),
        (made.files[3], Decimal("70.00"), False, private),
    ]
    assert verify_scenario(scenario=total, actor=made.chair).holds
