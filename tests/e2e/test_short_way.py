"""A teacher who comes for the first time: from the home page to the visa asked for, twelve needs pasted, on a phone.

With the mouse, every click counted; by keyboard alone; without JavaScript.
"""

import pytest
from playwright.sync_api import Locator, Page, expect

from calls.models import Application, RequestLine

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
MOST_CLICKS = 30
MOST_TABS = 150
ARTICLES = ("Ordinateur portable 11 pouces", "Ordinateur portable 15 pouces", "Tablette hybride")
WRITTEN = {
    "projet": ("Manuels numériques en seconde", "Les six classes de seconde.", "Le projet suit l’axe 2.", ["Seconde"], "180"),
    "comite": ("Un comité de huit personnes.", "24", None),
    "evaluation": ("Un bilan chaque trimestre.", "Un questionnaire aux classes."),
    "besoins": ("Deux salles à équiper.",),
}


class Hands:
    """How somebody acts on a page; a click is counted, a key is not."""

    def __init__(self, page: Page, *, by_keyboard: bool):
        self.page, self.by_keyboard, self.clicks = page, by_keyboard, 0

    def reach(self, target: Locator) -> None:
        """Put the focus there, as one does: a click, or the key that goes from one control to the next."""
        if not self.by_keyboard:
            self.clicks += 1
            target.click()
            return
        for _ in range(MOST_TABS):
            if target.evaluate("control => control === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} ne s’atteint pas au clavier")

    def press(self, target: Locator) -> None:
        self.reach(target)
        if self.by_keyboard:
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.insert_text(text)

    def tick(self, target: Locator) -> None:
        self.reach(target)
        if self.by_keyboard:
            self.page.keyboard.press("Space")


def pasted() -> str:
    lines = [f"{ARTICLES[rank % 3]}\t{rank + 1}\t{1 + rank % 4}\tsalle {rank}" for rank in range(12)]
    return "\n".join(["Article\tQuantité\tPriorité\tPrécision", *lines])


@pytest.mark.parametrize("way", ["mouse", "keyboard", "no script"])
def test_a_new_teacher_goes_from_the_home_page_to_the_visa_asked_for(chromium, live_server, region, way):
    context = chromium.new_context(viewport={"width": 360, "height": 800}, locale="fr-FR", java_script_enabled=way != "no script")
    page = context.new_page()
    page.set_default_timeout(20_000)
    hands = Hands(page, by_keyboard=way == "keyboard")
    page.goto(live_server.url)
    come_and_begin(hands)
    for section, answers in WRITTEN.items():
        fill(hands, section, answers)
    hands.press(page.get_by_role("link", name="Relecture et visa").last)
    hands.press(page.get_by_role("link", name="Demander le visa").first)
    page.wait_for_url("**/action/request_approval/")
    hands.press(page.get_by_role("button", name="Demander le visa"))

    expect(page.get_by_text("Visa demandé").first).to_be_visible()
    file = Application.objects.get()
    assert file.state == "awaiting_approval"
    assert RequestLine.objects.filter(application=file).count() == 12
    assert hands.clicks <= MOST_CLICKS
    context.close()


def come_and_begin(hands: Hands) -> None:
    page = hands.page
    hands.press(page.get_by_role("link", name="Lycée 4.0").first)
    hands.press(page.get_by_role("link", name="Déposer un dossier").or_(page.get_by_role("link", name="Candidater")).first)
    hands.write(page.get_by_label("Adresse de messagerie"), "equipe@preau.example")
    hands.write(page.get_by_label("Mot de passe"), "Demonstration-2026!")
    hands.press(page.get_by_role("button", name="Se connecter"))
    hands.press(page.get_by_role("button", name="Commencer un dossier").first)


def fill(hands: Hands, section: str, answers: tuple) -> None:
    """The questions of a section in their order, then the next one."""
    page = hands.page
    page.wait_for_url(f"**/section/{section}/**")
    questions = next(s for s in Application.objects.get().questionnaire.schema.sections if s.key == section).questions
    for question, answer in zip(questions, answers, strict=False):
        if isinstance(answer, str):
            hands.write(page.locator(f"#q-{question.key}"), answer)
        else:
            hands.tick(page.locator(f"#q-{question.key} input").first)
    if section == "besoins":
        paste(hands)
        return
    hands.press(page.get_by_role("button", name="Enregistrer et continuer").first)


def paste(hands: Hands) -> None:
    page = hands.page
    hands.press(page.get_by_role("button", name="Enregistrer", exact=True).first)
    hands.reach(page.locator("summary").filter(has_text="Coller depuis un tableur"))
    if hands.by_keyboard:
        page.keyboard.press("Enter")
    hands.write(page.get_by_label("Lignes copiées d’un tableur"), pasted())
    hands.press(page.get_by_role("button", name="Lire ces lignes"))
    hands.press(page.get_by_role("button", name="Ajouter les lignes cochées"))
