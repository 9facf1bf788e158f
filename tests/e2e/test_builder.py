"""A form of five questions, one of them under a condition, written by keyboard alone, then tried as a lycée fills it in."""

import pytest
from playwright.sync_api import Locator, Page, expect

from calls.enums import CallState
from calls.models import Call, Questionnaire
from calls.questionnaire import errors_in, parse
from tests.factories.calls import DEFINITION, CallFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
MOST_TABS = 120


def reach(page: Page, what: Locator) -> None:
    """Tab to a control, as far as it is."""
    for _ in range(MOST_TABS):
        if what.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {what}")


def press(page: Page, role: str, name: str) -> None:
    """A link or a button that leads to another page."""
    reach(page, page.get_by_role(role, name=name, exact=False).first)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, label: str, text: str) -> None:
    reach(page, page.get_by_label(label, exact=False).first)
    page.keyboard.type(text)


def add(page: Page, kind: str, label: str, before_saving=lambda: None) -> None:
    press(page, "link", "Ajouter une question")
    press(page, "link", kind)
    write(page, "Question", label)
    before_saving()
    press(page, "button", "Enregistrer")
    expect(
        page.get_by_text(f"La question « {label} » est ajoutée.".replace("« ", "«\u00a0").replace(" »", "\u00a0»")).first
    ).to_be_visible()


def choose(page: Page, control: Locator, label: str) -> None:
    """Go down a list with the arrows until it says this."""
    reach(page, control)
    for _ in range(30):
        if label in control.evaluate("list => list.selectedOptions[0].textContent"):
            break
        page.keyboard.press("ArrowDown")
    page.wait_for_timeout(1_200)  # the list sends itself a moment after the last arrow
    expect(control).to_be_focused()


def compose(page: Page) -> None:
    """« Posée si « Avez-vous un référent ? » est « Oui » »."""
    row = page.locator("#id_shown_if-row")
    reach(page, row)
    page.keyboard.press("Enter")
    subject = page.locator("#id_shown_if-0-subject")
    expect(subject).to_be_visible()
    choose(page, subject, "Avez-vous un référent")
    choose(page, page.locator("#id_shown_if-0-value"), "Oui")
    expect(page.locator("#id_shown_if-said")).to_contain_text("Avez-vous un référent")


def test_the_keyboard_alone_builds_a_form_of_five_questions_with_a_condition(people, region):
    call = CallFactory(reference="CLAVIER-1", state=CallState.DRAFT, upcoming=True, with_questionnaire=False)
    manager = people("appels")
    page = manager.go(f"/pilotage/{call.reference}/formulaire/")
    manager.looks("formulaire vide")

    press(page, "link", "Ajouter la première section")
    manager.looks("section")
    write(page, "Titre de la section", "Projet")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    add(page, "Oui ou non", "Avez-vous un référent ?")
    add(page, "Texte court", "Son nom", lambda: compose(page))
    add(page, "Nombre entier", "Combien d’élèves ?")
    manager.looks("formulaire écrit")
    page.reload()
    add(page, "Pièce jointe", "Plan des locaux")

    form = parse(Call.objects.get(pk=call.pk).questionnaire.definition)
    assert [question.kind for question in form.questions] == ["text", "yes_no", "text", "number", "file"]
    assert form.rules.of_question("son-nom") == ["Posée si « Avez-vous un référent ? » est « Oui »."]
    assert errors_in(call.questionnaire.definition) == []

    reach(page, page.locator("#monter-question-plan-des-locaux"))
    page.keyboard.press("Enter")
    expect(page.locator("#annonces")).to_contain_text("4e sur 5")
    expect(page.locator("#monter-question-plan-des-locaux")).to_be_focused()
    reach(page, page.get_by_role("button", name="Annuler la dernière modification"))
    page.keyboard.press("Enter")
    expect(page.locator("#annonces")).to_contain_text("Annulé")

    every_page_is_looked_at(manager, call)

    page = manager.go(f"/pilotage/{call.reference}/formulaire/apercu/projet/")
    expect(page.get_by_label("Son nom")).to_have_count(0)
    reach(page, page.get_by_label("Oui", exact=True))
    page.keyboard.press("Space")
    expect(page.get_by_label("Son nom")).to_be_visible()
    manager.looks("aperçu")


def every_page_is_looked_at(manager, call):
    manager.go(f"/pilotage/{call.reference}/formulaire/section/projet/question/")
    manager.looks("natures")
    for kind in ("choice", "group", "needs", "computed"):
        manager.go(f"/pilotage/{call.reference}/formulaire/section/projet/question/{kind}/")
        manager.looks(f"question {kind}")
    manager.go(f"/pilotage/{call.reference}/formulaire/question/son-nom/")
    manager.looks("question sous condition")
    manager.go(f"/pilotage/{call.reference}/formulaire/limites/ajouter/")
    manager.looks("limite")


def test_the_pointer_puts_a_question_in_another_section(people, region):
    call = CallFactory(reference="POINTEUR-1", state=CallState.DRAFT, upcoming=True, with_questionnaire=False)
    Questionnaire.objects.create(call=call, definition=DEFINITION)
    page = people("appels").go(f"/pilotage/{call.reference}/formulaire/")
    page.set_viewport_size({"width": 1280, "height": 2000})
    page.locator("#monter-question-eleves").focus()

    held, target = page.locator("[data-part=niveau] .pr-handle").bounding_box(), page.locator("[data-part=deliberation]").bounding_box()
    page.mouse.move(held["x"] + 5, held["y"] + 8)
    page.mouse.down()
    page.mouse.move(target["x"] + 60, target["y"] + 4, steps=5)
    page.mouse.up()

    expect(page.locator("#section-pieces [data-part]").first).to_have_attribute("data-part", "niveau")
    expect(page.locator("#annonces")).to_contain_text(
        "dans la section « Pièces jointes »".replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    )
    form = Questionnaire.objects.get(call=call).schema
    assert [question.key for question in form.section("pieces").questions] == ["niveau", "deliberation"]
