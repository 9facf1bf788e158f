"""On whose word each block of explanations rests: said on the pages of a sitting, once where one word is enough."""

import pytest

from portal.jobs.tasks import run_job
from portal.text.typography import typo
from scoring.actions.proof import ask_proof, record_proof
from scoring.actions.run import store_run
from scoring.actions.verification import record_draws, record_replay
from scoring.models import SelectionProof, SelectionScenario
from scoring.optimiser.process import Solve, solve_all
from scoring.screens import backing
from scoring.selection.explanations.evidence import Evidence
from scoring.selection.explanations.explain import explain
from scoring.selection.instance import Instance
from scoring.selection.proof.proving import Budget, best
from scoring.selection.result import Doctrine
from tests.factories.balance import ask, rule, sitting, taken

pytestmark = pytest.mark.django_db


def computed(seconds: float | None, **fields) -> tuple:
    """A sitting whose total of scores was computed and explained, with proofs within a time, as the worker does."""
    made = sitting(**fields)
    rule(made, minimum=1)
    run = taken(ask(made))
    instance = Instance.from_dict(run.instance)
    result = best(instance, Doctrine.SUM, budget=Budget())
    evidence = Evidence(instance, result, seconds)
    told = explain(instance, result, evidence=evidence)
    answer = result.to_dict() | {"warnings": [], "figures": {}, "gauges": [], "explanations": told}
    answer["proof"] |= {"explanations": evidence.claims}
    store_run(run=run, answers={"sum": answer}, actor=made.chair)
    return made, SelectionScenario.objects.filter(doctrine="sum").first()


def computed_first(**fields) -> tuple:
    """The same as when the room waits: explained, the proofs of the explanations being still to come."""
    made = sitting(**fields)
    rule(made, minimum=1)
    run = taken(ask(made))
    store_run(run=run, answers={"sum": solve_all(run.instance, [Solve("sum")])[0]}, actor=made.chair)
    return made, SelectionScenario.objects.get(doctrine="sum")


def page_of(client, made, address) -> str:
    client.force_login(made.chair)
    return client.get(address).content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_what_is_proved_is_said_once_a_block(client):
    made, scenario = computed(None)

    text = page_of(client, made, scenario.get_absolute_url())

    assert "tout le reste égal. Prouvé en nombres entiers." in text
    assert "Motifs des dossiers : prouvés en nombres entiers." in text
    assert "D’après le solveur, sans preuve." not in text
    assert backing.MARK not in text


def test_what_is_not_is_the_word_of_the_solver(client):
    made, scenario = computed(0)

    text = page_of(client, made, scenario.get_absolute_url())

    assert "tout le reste égal. D’après le solveur, sans preuve." in text
    assert "tout le reste égal. Prouvé" not in text


def test_the_room_does_not_wait_for_the_proof_of_explanations_which_follows(client):
    made, scenario = computed_first()
    record_draws(scenario=scenario, robustness={"draws": 200})
    reasons = list(scenario.lines.values_list("reason", flat=True))
    job = ask_proof(scenario=scenario, actor=made.chair)
    before = page_of(client, made, scenario.get_absolute_url())

    assert run_job(str(job.pk)) == "done"

    after = page_of(client, made, scenario.get_absolute_url())
    scenario = SelectionScenario.objects.get(pk=scenario.pk)
    assert "c’est prouvé" in before
    assert "La preuve des explications continuera dès qu’un poste est libre" in before
    assert "tout le reste égal. D’après le solveur, sans preuve." in before
    assert "La preuve des explications" not in after
    assert "tout le reste égal. Prouvé en nombres entiers." in after
    assert "Motifs des dossiers : prouvés en nombres entiers." in after
    assert ask_proof(scenario=scenario, actor=made.chair) is None
    assert (scenario.result["explanations"]["robustness"], list(scenario.lines.values_list("reason", flat=True))) == (
        {"draws": 200},
        reasons,
    )


def test_a_reason_that_a_proof_corrects_is_corrected_where_it_is_read():
    made, scenario = computed_first()
    reference, row = next(iter(scenario.result["explanations"]["files"].items()))
    scenario.result["explanations"]["files"][reference] = row | {"sentence": "Le solveur se trompait."}
    scenario.save(update_fields=["result"])
    line = scenario.lines.get(application__reference=reference)
    scenario.lines.filter(pk=line.pk).update(reason="Le solveur se trompait. Imposé (Mme Roy)")

    run_job(str(ask_proof(scenario=scenario, actor=made.chair).pk))

    line.refresh_from_db()
    assert line.reason == f"{typo(row['sentence'])} Imposé (Mme Roy)"


def test_contradictions_say_it_too(client):
    made, scenario = computed(None, money=50)  # a private lycée at least, and not one that costs so little
    assert scenario is None

    text = page_of(client, made, made.session.get_absolute_url())

    assert "Ces règles ne peuvent pas être tenues ensemble" in text
    assert text.count("Prouvé en nombres entiers.") == 2


def test_a_block_of_two_minds_marks_the_lines_that_are_not_proved():
    rows = [{"sentence": "Une.", "proved": True}, {"sentence": "Deux.", "proved": False}]

    assert backing.told(rows) == backing.ToldBlock(["Une.", "Deux. (d’après le solveur)"], backing.MIXED)
    assert backing.told([{"sentence": "Avant."}]) == backing.ToldBlock(["Avant."], backing.SWORN)
    assert backing.motives_word({"A": {"proved": True}, "B": {"proved": False}}).endswith("sauf, d’après le solveur, B.")


def test_a_replay_reads_them_again_and_a_longer_proof_of_the_answer_keeps_them(client):
    made, scenario = computed(None)
    answer = scenario.result | {"proof": {key: value for key, value in scenario.proof.content.items() if key != "explanations"}}

    record_proof(scenario=scenario, answer=answer, actor=made.chair)

    again = SelectionScenario.objects.get(pk=scenario.pk)
    assert again.proof.content == scenario.proof.content
    record_replay(scenario=again, answer=scenario.result, actor=made.chair)
    assert "Explications : toutes prouvées" in again.replay["proof"]


def test_an_explanation_altered_in_the_database_is_refused_by_a_replay():
    made, scenario = computed(None)
    SelectionProof.objects.filter(scenario=scenario).update(content=scenario.proof.content | {"explanations": {}})
    altered = SelectionScenario.objects.get(pk=scenario.pk)

    record_replay(scenario=altered, answer=scenario.result, actor=made.chair)

    assert "Explications refusées" in altered.replay["proof"]


def test_beside_a_proved_list_what_rests_on_the_solver_is_who_else_was_as_good_and_nothing_of_the_list():
    proved, sworn = [{"sentence": "Une.", "proved": True}], [{"sentence": "Une.", "proved": False}]

    assert backing.ties_word(proved, is_proved=True) == backing.PROVED
    assert backing.ties_word(sworn, is_proved=False) == backing.SWORN
    assert backing.ties_word(sworn, is_proved=True).replace("\u00a0", " ") == (
        "La liste retenue est prouvée, égalités départagées comprises. Qui d’autre valait autant : d’après le solveur, sans preuve."
    )
    assert backing.ties_word([], is_proved=True) == ""
    assert "la liste serait la même" in backing.alone(is_proved=True)
    assert backing.alone(is_proved=False) == "Aucune autre sélection ne vaut autant, d’après le solveur."
