import copy

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import expect

from portal.roles import Role
from portal.ui import navigation
from tests.factories.accounts import person
from tests.factories.directory import EstablishmentFactory
from tests.portal.ui import sample

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def test_no_component_reads_what_it_was_not_given(settings):
    settings.TEMPLATES = copy.deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "INCONNU(%s)"
    request = RequestFactory().get("/composants/")
    request.user = AnonymousUser()

    html = engines["django"].from_string(sample.SOURCE.read_text()).render(sample.context(request), request)

    assert html.count("INCONNU") == 0


@pytest.fixture(params=[1280, 360])
def screen(chromium, request):
    """A page of the width of a desk or of a telephone; an error of the console fails the test."""
    page = chromium.new_page(viewport={"width": request.param, "height": 900})
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


@pytest.mark.e2e
@pytest.mark.django_db
def test_components_are_accessible_and_fit_the_screen(live_server, screen):
    screen.goto(f"{live_server.url}/composants/")

    findings = Axe().run(screen, options=RULES).response["violations"]

    assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in findings] == []
    assert screen.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.e2e
@pytest.mark.django_db
def test_summary_of_errors_takes_the_focus_and_the_counter_follows(live_server, screen):
    screen.goto(f"{live_server.url}/composants/")

    expect(screen.locator("[data-focus]")).to_be_focused()
    screen.get_by_label("En quoi ces besoins").fill("abc")
    expect(screen.locator("#id_summary_compte")).to_have_text("3\u00a0signes sur 1\u00a0200")
    screen.get_by_label("En quoi ces besoins").fill("x" * 1203)
    expect(screen.locator("#id_summary_compte")).to_have_text("1\u00a0203\u00a0signes sur 1\u00a0200, 3 de trop")


@pytest.mark.e2e
@pytest.mark.django_db
def test_menu_of_a_telephone_opens_and_closes_with_the_keyboard(live_server, chromium):
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{live_server.url}/page/")
    menu = page.locator("details.pr-menu:visible")

    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Se connecter")).to_be_visible()
    page.keyboard.press("Escape")

    expect(menu.get_by_role("link", name="Se connecter")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()
    page.close()


SHOWN = "els => els.filter(e => e.checkVisibility()).map(e => e.textContent)"


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [992, 1280])
@pytest.mark.parametrize("role", [Role.ADMIN, Role.TECHNICIAN, Role.MEMBER, None])
def test_menu_of_a_desk_keeps_one_line_and_folds_the_rest(live_server, chromium, client, role, width):
    for rank, label in enumerate(("Dossiers", "Pilotage", "Jury", "Séances", "Décisions", "Commandes", "Travaux", "Déploiements")):
        navigation.register(label, f"/liste-{rank}/", order=10 + rank)
    window = chromium.new_context(viewport={"width": width, "height": 800})
    if role:
        client.force_login(person(role, at=EstablishmentFactory() if role == Role.MEMBER else None))
        window.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = window.new_page()
    page.goto(f"{live_server.url}/page/")
    more = page.locator(".pr-nav__more summary")
    every = page.locator(".pr-nav__more li a").all_text_contents()

    line = page.locator(".pr-nav > li:not(.pr-nav__more) > a").evaluate_all(SHOWN)
    assert page.locator(".pr-nav").bounding_box()["height"] < 80
    if role:
        more.focus()
        page.keyboard.press("Enter")
        assert line + page.locator(".pr-nav__more li a").evaluate_all(SHOWN) == every
        page.keyboard.press("Escape")
        expect(more).to_be_focused()
    else:
        assert line == every
        expect(more).to_be_hidden()
    window.close()


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True)
def test_text_outlives_the_session_and_is_saved_after_signing_in_again(live_server, chromium, client):
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory()))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    window = chromium.new_context()
    window.add_cookies([cookie])
    page = window.new_page()
    page.goto(f"{live_server.url}/saisie/")

    window.clear_cookies(name="sessionid")
    page.get_by_label("Texte").fill("Une longue réponse")
    page.get_by_label("Texte").blur()
    expect(page.locator("#annonces")).to_contain_text("Votre session est terminée.")
    expect(page.get_by_role("link", name="Se reconnecter dans un nouvel onglet")).to_have_attribute("target", "_blank")
    expect(page.locator("[data-autosave-status]")).to_have_text("Non enregistré")

    window.clear_cookies(name="csrftoken")  # signing in again, in another tab, changes the token
    window.add_cookies([cookie])
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#annonces")).to_contain_text("La session a repris")
    expect(page.get_by_label("Texte")).to_have_value("Une longue réponse")
    page.get_by_label("Texte").press("End")
    page.get_by_label("Texte").type(" de plus")
    page.get_by_label("Texte").blur()
    expect(page.locator("[data-autosave-status]")).to_contain_text("Enregistré à")
    window.close()


@pytest.mark.e2e
@pytest.mark.django_db
def test_every_page_reads_without_script(live_server, chromium):
    page = chromium.new_context(java_script_enabled=False).new_page()

    page.goto(f"{live_server.url}/composants/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Tous les composants")
    expect(page.get_by_role("button", name="Enregistrer")).to_be_visible()
    page.close()
