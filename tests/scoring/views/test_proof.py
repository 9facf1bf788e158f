"""The proof of a scenario on the screens: said, checked again, downloaded, refused when it was altered."""

import pytest

from portal.journal.models import JournalEntry
from scoring.actions.run import store_run
from scoring.models import SelectionProof, SelectionScenario
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
    assert "Prouvé en nombres entiers, sans croire le solveur : aucune autre sélection conforme aux règles n’est aussi bonne." in text
    assert "steps" not in scenario.result


def test_what_it_has_not_is_said_to_be_the_word_of_the_solver(client):
    made, scenario = proved(lines=0)

    text = page_of(client, made, scenario)

    assert "Optimum d’après le solveur" in text
    assert "Optimum prouvé" not in text
    assert "D’après le solveur seulement" in text
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
