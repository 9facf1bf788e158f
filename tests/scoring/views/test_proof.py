"""The proof of a scenario on the screens: said, checked again, downloaded, refused when it was altered."""

import pytest

from portal.journal.models import JournalEntry
from scoring.actions.run import store_run
from scoring.actions.verification import record_replay
from scoring.models import ProofChecker, SelectionProof, SelectionScenario
from scoring.optimiser.checking import checker_text, digest_of
from scoring.selection.instance import Instance
from scoring.selection.proof.check_selection import check
from scoring.selection.proof.proving import Budget, best
from scoring.selection.result import Doctrine
from tests.factories.accounts import person
from tests.factories.balance import ask, rule, sitting

pytestmark = pytest.mark.django_db


def proved(**budget) -> tuple:
    """A sitting whose total of scores was computed, with its proof, as the worker does."""
    made = sitting()
    rule(made, minimum=1)
    run = ask(made)
    result = best(Instance.from_dict(run.instance), Doctrine.SUM, budget=Budget(**budget))
    answer = result.to_dict() | {"warnings": [], "figures": {}, "gauges": [], "explanations": {}}
    store_run(run=run, answers={"sum": answer}, actor=made.chair)
    return made, SelectionScenario.objects.get(doctrine="sum")


def page_of(client, made, scenario) -> str:
    client.force_login(made.chair)
    return client.get(scenario.get_absolute_url()).content.decode().replace("\u00a0", " ")


def test_what_the_checker_has_accepted_is_said_to_be_proved(client):
    made, scenario = proved()

    text = page_of(client, made, scenario)

    assert "Optimum prouvé" in text
    assert "Aucune sélection conforme aux règles n’a un meilleur total : c’est prouvé." in text
    assert "La preuve est en nombres entiers, sans croire le solveur." in text
    assert "steps" not in scenario.result


def test_what_it_has_not_is_said_to_be_the_word_of_the_solver(client):
    made, scenario = proved(lines=0)

    text = page_of(client, made, scenario)

    assert "Optimum d’après le solveur" in text
    assert "Optimum prouvé" not in text
    assert "Aucune sélection conforme aux règles n’a un meilleur total, d’après le solveur" in text
    assert "le départage par ordre de dépôt" in text


def test_anybody_who_reads_the_scenario_checks_it_at_home(client):
    made, scenario = proved()
    client.force_login(made.chair)
    base = f"/seances/{made.session.pk}/scenarios/{scenario.pk}/"

    instance, result = (client.get(f"{base}{part}.json").content.decode() for part in ("instance", "resultat"))
    client.logout()
    program = client.get("/seances/check_selection.py")

    assert check(instance, result) == (0, "Prouvé : aucune autre sélection conforme aux règles n’est aussi bonne.")
    assert program.content.decode().startswith('"""Vérifie, en nombres entiers')
    assert program["Content-Disposition"] == 'attachment; filename="check_selection.py"'


def test_the_button_runs_the_checker_and_the_journal_keeps_its_answer(client):
    made, scenario = proved()
    client.force_login(made.chair)

    response = client.post(f"/seances/{made.session.pk}/scenarios/{scenario.pk}/verifier/", follow=True)

    assert "Prouvé : aucune autre sélection conforme aux règles n’est aussi bonne." in response.content.decode().replace("\u00a0", " ")
    kept = JournalEntry.objects.filter(action="verify_certificate").get().data
    assert (kept["valid"], kept["proved"], kept["checker"]) == (True, True, "check_selection/1")


def test_a_proof_altered_since_is_refused(client):
    made, scenario = proved()
    proof = SelectionProof.objects.get()
    proof.content["steps"]["score"]["tree"] = [["B", 1]]
    proof.save()
    client.force_login(made.chair)

    response = client.post(f"/seances/{made.session.pk}/scenarios/{scenario.pk}/verifier/", follow=True)

    assert "Refusé :" in response.content.decode().replace("\u00a0", " ")


def test_a_juror_of_another_call_downloads_nothing(client):
    made, scenario = proved()
    client.force_login(person())

    assert client.get(f"/seances/{made.session.pk}/scenarios/{scenario.pk}/resultat.json").status_code == 404


def kept_with(made, client, text: str, sha256: str = "") -> str:
    """What the button answers once the proof was accepted by a program with this text."""
    program = ProofChecker.objects.create(sha256=sha256 or digest_of(text), version="check_selection/0", text=text)
    SelectionProof.objects.update(program=program)
    client.force_login(made.chair)
    scenario = SelectionScenario.objects.get(doctrine="sum")
    response = client.post(f"/seances/{made.session.pk}/scenarios/{scenario.pk}/verifier/", follow=True)
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_a_proof_is_read_again_by_the_very_program_that_accepted_it_and_by_todays(client):
    made, _ = proved()

    text = kept_with(made, client, f"{checker_text()}\n# as it was\n")

    accepted = "Prouvé : aucune autre sélection conforme aux règles n’est aussi bonne."
    assert "Vérificateur gardé avec la preuve (check_selection/0, " in text
    assert f"{accepted} Son texte a changé depuis ; celui d’aujourd’hui répond : {accepted}" in text
    assert JournalEntry.objects.get(action="verify_certificate").data["today"] == 0


@pytest.mark.parametrize("program", ["raise SystemExit(1)", "print('Refusé : non.'); raise SystemExit(1)", "import os; os.abort()"])
def test_a_kept_program_that_does_not_accept_makes_the_proof_doubtful(client, program):
    made, _ = proved()

    kept_with(made, client, program)

    kept = JournalEntry.objects.get(action="verify_certificate").data
    assert (kept["valid"], kept["proved"]) == (False, False)


def test_a_kept_program_whose_text_was_altered_is_not_run(client, tmp_path):
    made, _ = proved()
    left = tmp_path / "ran"

    text = kept_with(made, client, f"open({str(left)!r}, 'w')", sha256="0" * 64)

    assert "Le texte du vérificateur gardé ne porte plus son empreinte." in text
    assert not left.exists()


def test_a_kept_program_is_downloaded_by_its_digest(client):
    made, scenario = proved()
    client.force_login(made.chair)
    page = client.get(scenario.get_absolute_url()).content.decode()
    client.logout()

    address = f"/seances/verificateurs/{scenario.proof.program.sha256}/check_selection.py"

    assert address in page
    assert client.get(address).content.decode() == checker_text()
    assert client.get(f"/seances/verificateurs/{'0' * 64}/check_selection.py").status_code == 404


def test_a_replay_says_what_the_kept_proof_is_worth():
    made, scenario = proved()

    record_replay(scenario=scenario, answer=scenario.result, actor=made.chair)

    assert scenario.replay["proof"] == "Prouvé : aucune autre sélection conforme aux règles n’est aussi bonne."
