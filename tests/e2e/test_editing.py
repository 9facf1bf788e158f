"""A call is made in the browser: created, its questionnaire composed, its page published, then read by anybody."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calls.enums import CallState
from calls.models import Call
from tests.factories.scoring import CriterionFactory, GridFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_call_is_created_composed_and_published(people, region):
    manager = people("appels")
    manager.go("/pilotage/")
    manager.looks("pilotage")

    create_call(manager)
    compose_questionnaire(manager)
    CriterionFactory(grid=GridFactory(call=Call.objects.get(reference="UN-2028")))  # the grid has its own walk
    publish_page(manager)

    call = Call.objects.get(reference="UN-2028")
    assert (call.state, call.slug) == (CallState.PUBLISHED, "usages-numeriques-2028")
    assert [question["label"] for question in call.questionnaire.definition["sections"][0]["questions"]] == [
        "Titre du projet",
        "Décrivez votre projet",
    ]
    manager.go("/pilotage/UN-2028/")
    manager.reads("version 1, figée")
    manager.looks("pilotage-appel")

    visitor = people()
    visitor.go("/appels/usages-numeriques-2028/")
    visitor.reads("Toute équipe peut répondre.")
    visitor.looks("appel-publie")


def create_call(manager) -> None:
    manager.press("Créer un appel", role="link")
    manager.press("Créer un appel d’après « Appel vierge »", role="link")
    page = manager.page
    today = timezone.localdate()
    page.fill("#id_reference", "un-2028")
    page.fill("#id_title", "Usages numériques 2028")
    page.select_option("#id_programme", index=1)
    page.fill("#id_opens_at", f"{today + timedelta(days=20)}T08:00")
    page.fill("#id_closes_at", f"{today + timedelta(days=300)}T18:00")
    page.fill("#id_summary", "Des pratiques nouvelles, dont la Région finance les moyens.")
    page.fill("#id_contact_email", "appels@preau.example")
    page.fill("#id_budget_amount", "500000")
    manager.press("Créer l’appel")
    manager.reads("est créé, en brouillon")


def compose_questionnaire(manager) -> None:
    page = manager.page
    manager.press("Écrire le formulaire", role="link")
    manager.press("Ajouter la première section", role="link")
    page.get_by_label("Titre de la section").fill("Projet pédagogique")
    manager.press("Enregistrer la section")
    manager.press("Ajouter une question", role="link")
    manager.press("Texte long", role="link")
    page.get_by_label("Question").fill("Décrivez votre projet")
    page.get_by_role("button", name="Enregistrer", exact=True).last.click()
    expect(page).to_have_url(f"{manager.base}/pilotage/UN-2028/formulaire/#question-decrivez-votre-projet")


def publish_page(manager) -> None:
    manager.go("/pilotage/UN-2028/")
    manager.press("Rédiger la page publique", role="link")
    page = manager.page
    page.locator(".c-sf-add-button").first.click()
    page.get_by_role("option", name="Texte", exact=True).click()
    page.locator(".public-DraftEditor-content").first.press_sequentially("Toute équipe peut répondre.", delay=5)
    page.wait_for_timeout(600)  # the rich text editor hands over what was typed a quarter of a second later
    page.locator("footer .w-dropdown-button [aria-expanded]").first.click()
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("a été publiée")).to_be_visible()
    manager.errors.clear()  # the editing site has no strict policy: its own notices are not ours
