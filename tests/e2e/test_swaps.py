"""A part of a page that htmx brings: no style comes with it, and its rows are drawn whole on a narrow screen."""

import pytest
from playwright.sync_api import expect

from calls.models import Application

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

GROUNDS = "row => [row, ...row.children].map(element => getComputedStyle(element).backgroundColor)"


def test_a_stretched_field_brings_no_style_that_the_policy_refuses(people, region):
    """htmx carries attributes over to what comes back under the same id; the console, read by `people`, must have nothing to say."""
    team = people("equipe")
    team.go("/appels/lycee-4-0-vague-2/deposer/")
    team.press("Commencer un dossier")
    page = team.go(f"/dossiers/{Application.objects.get().reference}/section/besoins/")
    page.locator("summary", has_text="Ajouter un équipement").click()
    for code, label in (("portable-11", "11,6 pouces"), ("portable-15", "15,6 pouces")):
        form = page.locator("details[open] form").last
        form.get_by_label("Précision").evaluate("field => { field.style.width = '12rem' }")
        form.locator("select[name=item]").select_option(code)
        form.locator("input[name=quantity]").fill("4")
        form.get_by_role("button", name="Ajouter", exact=True).click()
        expect(page.locator("#annonces")).to_contain_text(label)
        expect(page.locator("#q-besoins [style]")).to_have_count(0)

    page.set_viewport_size({"width": 360, "height": 900})
    for part in ("tr:not([role=row])", "td:not([role=cell])", "tbody th:not([role=rowheader])", "thead th:not([role=columnheader])"):
        expect(page.locator(f"#q-besoins {part}")).to_have_count(0)  # a stack is still said as a table
    row = page.locator("#q-besoins tr[id^=ligne-]").first
    row.hover()
    first, *cells = row.evaluate(GROUNDS)
    assert set(cells) <= {first, "rgba(0, 0, 0, 0)"}
