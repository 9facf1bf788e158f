"""What is read aloud: the regions that speak stay on the page, and are written into."""

import pytest
from playwright.sync_api import expect

from calls.models import Application
from portal.accounts.models import User
from portal.jobs.models import Job
from tests.factories.jobs import JobFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_what_happens_is_said_by_regions_that_stay(people, region):
    team = people("equipe")
    team.go("/appels/lycee-4-0-vague-2/")
    team.press("Déposer un dossier", role="link")
    team.press("Commencer un dossier")
    application = Application.objects.get()
    page = team.go(f"/dossiers/{application.reference}/section/projet/")
    said, note = page.locator("#dit"), page.locator("#enregistre")
    mark = "element => { element.staysHere = true }"
    note.evaluate(mark)
    said.evaluate(mark)

    pupils = page.get_by_label("Élèves concernés")
    pupils.fill("environ douze")
    pupils.blur()
    expect(note).to_have_text("Gardé, mais pas valable")
    expect(said).to_contain_text("Gardé tel quel, mais pas valable.")
    pupils.fill("180")
    pupils.blur()
    expect(note).to_contain_text("Enregistré à")
    assert [region.evaluate("element => element.staysHere === true") for region in (said, note)] == [True, True]

    team.press("Enregistrer")
    expect(page.locator("#dit")).to_contain_text("Vos réponses sont enregistrées.")
    team.looks("section-dite")


def test_the_end_of_a_job_is_said_and_gives_the_focus_to_its_result(people, region):
    team = people("equipe")
    owner = User.objects.get(email="equipe@preau.example")
    job = JobFactory(owner=owner, state=Job.State.RUNNING, return_url="/espace/", done=1, total=2)
    page = team.go(job.get_absolute_url())
    expect(page.locator("#dit")).to_have_text("En cours")

    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, error="Le fichier est vide.")

    expect(page.locator("#dit")).to_contain_text("Le travail n’a pas abouti. Le fichier est vide.")
    expect(page.locator("#resultat")).to_be_focused()
