"""Readers of every kind: keyboard, forced colours, no script."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LINE = "link => getComputedStyle(link).borderBottomColor"
NEEDS_A_SCRIPT = """<!doctype html><head><link rel="stylesheet" href="/static/ui/screens.css"></head>
<body><input type="checkbox" data-check-all="x"><button data-copy="x">Copier</button><span class="pr-kbd">S</span></body>"""
GROUND = "getComputedStyle(document.querySelector('.pr-head')).backgroundColor"


def test_the_keyboard_goes_past_the_menu_and_the_filters_to_the_list(people):
    page = people("instruction").go("/etablissements/")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller à la liste")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('table') !== null")
    people("instruction").looks("lycees")


def test_forced_colours_draw_the_line_of_the_current_entry_alone(people):
    page = people("instruction").page
    page.emulate_media(forced_colors="active")
    current = page.locator(".pr-nav > li > a[aria-current]").first
    others = page.locator(".pr-nav > li > a:not([aria-current])").all()

    assert {other.evaluate(LINE) for other in others if other.is_visible()} == {page.evaluate(GROUND)}
    assert current.evaluate(LINE) != page.evaluate(GROUND)


@pytest.mark.parametrize(("script", "drawn"), [(True, 3), (False, 0)])
def test_without_script_nothing_is_drawn_that_needs_one(chromium, live_server, script, drawn):
    reader = chromium.new_context(java_script_enabled=script)
    page = reader.new_page()
    page.route("**/essai/", lambda route: route.fulfill(body=NEEDS_A_SCRIPT, content_type="text/html"))
    page.goto(f"{live_server.url}/essai/")
    visible = [element for element in page.locator("body > *").all() if element.is_visible()]
    reader.close()

    assert len(visible) == drawn
