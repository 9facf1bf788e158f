"""A proof left open goes on behind everything else: what it proves is said, what it finds better is never put in the list by itself."""

import io
import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from portal.jobs.models import Job
from portal.jobs.progress import JobPostponed, JobProgress
from portal.jobs.tasks import run_job
from portal.journal.models import JournalEntry
from portal.workflow.gate import TransitionRefused, perform
from scoring import rules
from scoring.actions.proof import ask_proof, record_proof
from scoring.actions.run import store_run
from scoring.actions.scenario import retain_scenario
from scoring.hooks import jobs
from scoring.models import InterestDeclaration, SelectionProof, SelectionScenario
from scoring.optimiser import proving
from scoring.queries.decision import vote_obstacles
from scoring.queries.scenario import lines_of, with_proof
from scoring.selection.instance import Instance
from scoring.selection.proof.check_selection import check
from scoring.selection.proof.proving import Budget, best
from scoring.selection.result import Doctrine, Result, Status
from tests.factories.accounts import person
from tests.factories.balance import ask, rule, sitting, taken

pytestmark = pytest.mark.django_db


def left_open() -> tuple:
    """A sitting whose total of scores was computed by a solver, with no time for its proof."""
    made = sitting()
    rule(made, minimum=1)
    run = taken(ask(made))
    result = best(Instance.from_dict(run.instance), Doctrine.SUM, budget=Budget(lines=0))
    return made, stored(made, run, result)


def with_a_lesser_answer() -> tuple:
    """The same, the solver having sworn by a selection that is not the best one."""
    made = sitting((90, 80, 70, 60), (100, 100, 100, 100), money=250)
    run = taken(ask(made))
    instance = Instance.from_dict(run.instance)
    proved = best(instance, Doctrine.SUM, budget=Budget())
    worst = tuple(sorted((file.reference, "full") for file in made.files[2:]))
    lesser = Result(Status.BOUNDED, Doctrine.SUM, worst, proved.objective - 40, 20_000, None, None, {}, instance.digest, "highs", "1.14.0")
    answer = lesser.to_dict() | {
        "proof": {"format": "", "checker": "check_selection/1", "steps": {}, "left": {"order": None}, "verdict": 3}
    }
    return made, stored(made, run, answer)


def stored(made, run, result) -> SelectionScenario:
    printed = result if isinstance(result, dict) else result.to_dict()
    answer = printed | {"warnings": [], "figures": {}, "gauges": [], "explanations": {}}
    store_run(run=run, answers={"sum": answer}, actor=made.chair)
    return SelectionScenario.objects.get(doctrine="sum", run=run)


def longer(given: dict, **budget) -> dict:
    """What the process of the proof prints, run here, within so many lines instead of so many seconds."""
    printed = io.StringIO()
    given = {key: value for key, value in given.items() if key != "seconds"} | budget
    assert proving.main(io.StringIO(json.dumps(given)), printed, io.StringIO()) == 0
    return json.loads(printed.getvalue())


@pytest.fixture
def worker(monkeypatch):
    """Runs a job of proof as the worker does, its process being run here."""

    def solve_all(given, tasks, *, tell):
        tell(0, 1, "Preuve de la sélection")
        return [longer(task.given) for task in tasks]

    monkeypatch.setattr(jobs, "solve_all", solve_all)

    def run(scenario, actor):
        job = ask_proof(scenario=scenario, actor=actor)
        return run_job(str(job.pk)), Job.objects.get(pk=job.pk)

    return run


def test_the_proof_goes_on_and_says_so_until_the_checker_has_accepted(client, worker):
    made, scenario = left_open()
    client.force_login(made.chair)
    ask_proof(scenario=scenario, actor=made.chair)
    page = f"/seances/{made.session.pk}/scenarios/{scenario.pk}/preuve/"

    before = client.get(page).content.decode().replace("\u00a0", " ")
    state, _ = worker(scenario, made.chair)
    after = client.get(page).content.decode().replace("\u00a0", " ")

    assert "d’après le solveur" in before
    assert "La preuve continuera dès qu’un poste est libre" in before
    assert 'data-hx-trigger="every 5s"' in before
    assert state == "done"
    assert "c’est prouvé. La preuve est en nombres entiers, sans croire le solveur." in after
    assert "every 5s" not in after


def test_what_is_kept_is_what_the_checker_accepts(worker):
    made, scenario = left_open()
    before = [line.is_selected for line in lines_of(scenario)]

    worker(scenario, made.chair)

    scenario = SelectionScenario.objects.get(pk=scenario.pk)
    assert (scenario.summary["proof"]["verdict"], scenario.summary["proof"]["left"]) == (0, {})
    assert check(json.dumps(scenario.run.instance), json.dumps(with_proof(scenario)))[0] == 0
    assert [line.is_selected for line in lines_of(scenario)] == before
    assert JournalEntry.objects.get(action="prove_scenario").data["verdict"] == 0


def test_one_proof_for_a_scenario_and_none_for_what_is_proved(worker):
    made, scenario = left_open()

    first, second = (ask_proof(scenario=scenario, actor=made.chair) for _ in range(2))
    run_job(str(first.pk))

    assert first == second
    assert ask_proof(scenario=SelectionScenario.objects.get(pk=scenario.pk), actor=made.chair) is None


def test_a_better_selection_changes_no_list_by_itself(client, worker):
    made, scenario = with_a_lesser_answer()
    before = [(line.application_id, line.is_selected) for line in lines_of(scenario)]

    worker(scenario, made.chair)

    scenario = SelectionScenario.objects.get(pk=scenario.pk)
    assert [(line.application_id, line.is_selected) for line in lines_of(scenario)] == before
    assert scenario.proof.better["objective"] == "170"
    client.force_login(made.chair)
    text = client.get(scenario.get_absolute_url()).content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert "Une meilleure sélection existe" in text
    assert "Une meilleure sélection que « Total des notes » existe : relancez le calcul, puis retenez le nouveau scénario." in text
    assert "La liste affichée n’a pas changé." in text


def test_a_scenario_that_is_no_longer_the_best_is_neither_retained_nor_voted(worker):
    made, scenario = with_a_lesser_answer()
    type(made.session).objects.filter(pk=made.session.pk).update(state="open", opened_at=timezone.now())
    retain_scenario(scenario=scenario, actor=made.chair)
    worker(scenario, made.chair)
    scenario = SelectionScenario.objects.get(pk=scenario.pk)
    told = "Une meilleure sélection que « Total des notes » existe"

    assert any(line.is_missing and told in line.sentence for line in rules.ready_to_close.lines(made.session))
    type(made.session).objects.filter(pk=made.session.pk).update(state="closed", closed_at=timezone.now())
    assert any(told in sentence and "rouvrez la séance" in sentence for sentence in vote_obstacles(made.call))
    type(made.session).objects.filter(pk=made.session.pk).update(state="open")
    SelectionScenario.objects.filter(pk=scenario.pk).update(retained_at=None)
    with pytest.raises(TransitionRefused, match=told):
        retain_scenario(scenario=scenario, actor=made.chair)


def test_computing_anew_begins_with_what_the_proof_found(worker):
    made, scenario = with_a_lesser_answer()
    worker(scenario, made.chair)

    run = taken(ask(made))
    job = Job.objects.create(kind="scoring.select", label="Calcul", owner=made.chair, params={"run": run.pk, "doctrines": ["sum"]})
    jobs.select(job, lambda *step: None)

    again = SelectionScenario.objects.get(doctrine="sum", run=run)
    assert [line.is_selected for line in lines_of(again)] == [True, True, False, False]
    assert again.summary["proof"]["verdict"] == 0
    assert not SelectionScenario.objects.filter(pk=scenario.pk).exists()


@pytest.mark.parametrize("ending", ["replaced", "cancelled"])
def test_a_proof_that_nobody_awaits_any_more_ends_without_a_word(worker, ending):
    made, scenario = left_open()
    answer = longer({"instance": scenario.run.instance, "result": with_proof(scenario)})
    job = ask_proof(scenario=scenario, actor=made.chair)
    if ending == "replaced":
        scenario.delete()
    else:
        perform(made.session, "cancel", actor=made.chair, reason="Reportée")

    assert run_job(str(job.pk)) == "done"
    assert record_proof(scenario=scenario, answer=answer, actor=made.chair) is None
    assert not JournalEntry.objects.filter(action="prove_scenario").exists()


def test_a_sitting_that_ends_ends_the_proof_at_work(monkeypatch):
    made, scenario = left_open()
    job = ask_proof(scenario=scenario, actor=made.chair)

    def solve_all(given, tasks, *, tell):
        perform(made.session, "cancel", actor=made.chair, reason="Reportée")
        tell(0, 1, "")
        raise AssertionError("the proof went on")

    monkeypatch.setattr(jobs, "LOOK", -1)
    monkeypatch.setattr(jobs, "solve_all", solve_all)

    assert run_job(str(job.pk)) == "done"
    assert SelectionProof.objects.get().content["verdict"] == 3


@pytest.mark.parametrize("before", ["another proof", "a sitting that waits"])
def test_a_proof_goes_after_everything_else(monkeypatch, before):
    made, scenario = left_open()
    job = ask_proof(scenario=scenario, actor=made.chair)
    now = timezone.now()
    if before == "another proof":
        Job.objects.create(kind="scoring.prove", label="Preuve", state="running", started_at=now - timedelta(minutes=3), heartbeat_at=now)
    else:
        Job.objects.create(kind="scoring.select", label="Calcul", created_at=now - timedelta(seconds=20))
    monkeypatch.setattr(jobs, "LOOK", -1)
    monkeypatch.setattr(jobs, "solve_all", lambda given, tasks, *, tell: tell(0, 1, ""))

    assert run_job(str(job.pk)) == "queued"
    job.refresh_from_db()
    assert job.attempts == 0
    with pytest.raises(JobPostponed):
        jobs.prove(job, JobProgress(job))


def test_a_worker_killed_in_the_middle_gives_its_proof_to_another(worker):
    made, scenario = left_open()
    job = ask_proof(scenario=scenario, actor=made.chair)
    silent = timezone.now() - timedelta(minutes=5)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, started_at=silent, heartbeat_at=silent)

    assert run_job(str(job.pk)) == "done"
    assert SelectionProof.objects.get().content["verdict"] == 0


def test_where_the_proof_stands_is_not_for_a_reader_with_a_conflict_nor_for_a_stranger(client):
    made, scenario = left_open()
    InterestDeclaration.objects.create(user=made.juror, application=made.files[0], reason="Ancien poste")
    page = f"/seances/{made.session.pk}/scenarios/{scenario.pk}/preuve/"

    for reader in (made.juror, person()):
        client.force_login(reader)
        assert client.get(page).status_code == 404
    with pytest.raises(PermissionDenied):
        retain_scenario(scenario=scenario, actor=made.juror)
