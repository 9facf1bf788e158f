"""A small real portal for the browser: three schools, the demonstration's people, one open call, a catalogue."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from portal.accounts.models import User
from tests.factories.directory import AuthorityFactory, EstablishmentFactory

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "best-practice"]
NAMES = "label-content-name-mismatch"  # still an experimental rule for axe: no tag brings it
WRONG = """([tags, named]) => axe.run({runOnly: tags, rules: {[named]: {enabled: true}}, resultTypes: ["violations"]}).then(
    found => found.violations.map(v => `${v.id} ${v.nodes.map(n => n.html.slice(0, 160)).join(" ")}`))"""  # little to carry
BY_FORM = ("equipe", "appels")  # without a code, with a code
PICTURES = os.environ.get("PICTURES", "")  # a folder: every page of the walk is photographed there at both widths


@pytest.fixture
def region(transactional_db, settings):
    """The portal as `make demo` leaves it, with three schools and no file yet."""
    from django.core.management import call_command
    from django.db import connection

    assert not connection.settings_dict["NAME"].startswith("file:memory"), "give TEST_DATABASE_FILE=…, or a PostgreSQL"
    from cms.demo.setting import WAVE_2, open_call
    from orders.demo import create_catalogue
    from portal.accounts.demo import create_demo_accounts

    settings.DEMO = True
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
    schools = [
        EstablishmentFactory(name="Lycée polyvalent Simone-Lhuillier", commune_name="Toul"),
        EstablishmentFactory(name="Lycée privé Sainte-Odette", private=True),
        EstablishmentFactory(name="Lycée agricole des Étangs", agricultural=True),
    ]
    AuthorityFactory(region=True)
    call_command("create_starter_pages", verbosity=0)
    create_demo_accounts(schools)
    create_catalogue()
    call = open_call(WAVE_2)
    return {"schools": schools, "call": call}


class Person:
    """Somebody at their browser, signed in: those of BY_FORM through the form, with the code that the demonstration shows."""

    def __init__(self, browser: Browser, base: str, login: str, findings: list[str]):
        self.base = base
        self.findings = findings
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" and "status of 4" not in m.text else None)
        if login in BY_FORM:
            self.sign_in(login)
        elif login:
            self.is_recognised(login)

    def sign_in(self, login: str) -> None:
        self.go("/compte/login/")
        self.page.get_by_label("Adresse de messagerie").fill(f"{login}@preau.example")
        self.page.get_by_label("Mot de passe").fill("Demonstration-2026!")
        self.page.get_by_role("button", name="Se connecter").click()
        code = self.page.locator("#code-demonstration")
        self.page.wait_for_load_state()
        if code.count():
            self.page.get_by_label("Code").fill(code.inner_text())
            self.page.get_by_role("button", name="Continuer").click()
        expect(self.page).to_have_url(f"{self.base}/espace/")

    def is_recognised(self, login: str) -> None:
        """As somebody who has signed in before: the form has been walked by the others."""
        client = Client()
        client.force_login(User.objects.get(email=f"{login}@preau.example"))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.base}])
        self.go("/espace/")

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.base}{path}")
        return self.page

    def press(self, name: str, *, role: str = "button", exact: bool = False) -> None:
        self.page.get_by_role(role, name=name, exact=exact).first.click()
        self.page.wait_for_load_state()

    def act(self, label: str) -> None:
        """Press a button of a workflow, and confirm where it asks."""
        button, link = self.page.get_by_role("button", name=label), self.page.get_by_role("link", name=label)
        button.or_(link).first.click()
        self.page.wait_for_load_state()
        if "/action/" in self.page.url:
            button.click()
            self.page.wait_for_load_state()

    def reads(self, text: str) -> None:
        """This text is on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def looks(self, name: str) -> None:
        """Note what is wrong with this page: accessibility, width, errors in the console. The walk goes on."""
        self.page.evaluate(Axe().axe_script)
        for width in (1280, 360):
            self.page.set_viewport_size({"width": width, "height": 900})
            if PICTURES:
                self.page.screenshot(path=Path(PICTURES, f"{name}-{width}.png"), full_page=True)
            self.findings += [f"{name} à {width} px : {wrong}" for wrong in self.page.evaluate(WRONG, [RULES, NAMES])]
            if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                self.findings.append(f"{name} défile à {width} px")
            if self.page.evaluate("document.querySelector('.pr-nav')?.offsetHeight > 100"):
                self.findings.append(f"{name} : le menu passe à la ligne à {width} px")
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.tells_errors(name)

    def tells_errors(self, where: str) -> None:
        """Note what the console has reported since the last time: a script that fails, a style that the policy refuses, a missing image."""
        self.findings += [f"{where} : {error}" for error in self.errors]
        self.errors.clear()


@pytest.fixture
def people(chromium, live_server, region):
    """`people("equipe")`: that person, signed in; the same browser each time they come back. "" is a visitor."""
    present: dict[str, Person] = {}
    findings: list[str] = []

    def come(login: str = "") -> Person:
        if login not in present:
            present[login] = Person(chromium, live_server.url, login, findings)
        return present[login]

    yield come
    for login, person in present.items():
        person.tells_errors(f"à la fin, {login or 'visiteur'}")
        person.context.close()
    assert findings == []
