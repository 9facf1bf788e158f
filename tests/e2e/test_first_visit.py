"""The first page of somebody who has nothing in their browser yet: what it shows stays where it is."""

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => { if (!entry.hadRecentInput) window.shifted += entry.value }))
  .observe({type: "layout-shift", buffered: true})"""
SETTLED = """document.fonts.ready.then(() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(window.shifted))))))"""


@pytest.mark.parametrize(("login", "path"), [("", "/appels/lycee-4-0-vague-2/"), ("finances", "/espace/"), ("instruction", "/dossiers/")])
@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_moves_under_the_eyes_of_a_reader(people, login, path, width):
    reader = people(login)
    fresh = reader.context.browser.new_context(
        viewport={"width": width, "height": 900}, locale="fr-FR", storage_state=reader.context.storage_state()
    )
    fresh.add_init_script(SHIFTS)
    page = fresh.new_page()
    page.goto(f"{reader.base}{path}", wait_until="load")
    shifted = page.evaluate(SETTLED)
    fresh.close()

    assert shifted <= 0.05


def test_the_menu_keeps_its_line_before_the_fonts_have_come(people):
    page = people("finances").page
    page.route("**/*.woff", lambda route: route.abort())
    page.goto(page.url, wait_until="load")
    people("finances").errors.clear()  # the fonts that this test refuses

    assert page.locator(".pr-nav").bounding_box()["height"] < 80
