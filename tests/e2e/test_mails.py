"""Every message as a mail reader draws it: on a telephone, by day and by night."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from portal.notifications.html import html_of
from tests.e2e.conftest import NAMES, RULES, WRONG
from tests.factories.mailed import letters, samples

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]
PICTURES = os.environ.get("PICTURES", "")
# In one document, which keeps axe: the next mail takes the place of the one before, its head and styles included.
SHOW = "mail => { document.documentElement.innerHTML = new DOMParser().parseFromString(mail, 'text/html').documentElement.innerHTML }"
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_every_mail_is_read_on_a_telephone_by_day_and_by_night(chromium, settings):
    """No message is wider than 320 px, and axe finds nothing wrong in any, by day nor by night; no mail asks for anything."""
    settings.BASE_URL = "https://appels-a-projets.region-grand-est.example"
    mails = {code: html_of(subject, text) for code, (subject, text) in (samples() | letters()).items()}
    context = chromium.new_context(viewport={"width": 320, "height": 800}, locale="fr-FR")
    page, wrong, asked = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(next(iter(mails.values())))  # with its language, which the others keep
    page.evaluate(Axe().axe_script)
    for code, markup in mails.items():
        page.evaluate(SHOW, markup)
        for scheme, rules in (("light", RULES), ("dark", ["color-contrast"])):
            page.emulate_media(color_scheme=scheme)
            wrong += [f"{code} ({scheme}) : {found}" for found in page.evaluate(WRONG, [rules, NAMES])]
            if PICTURES:
                page.screenshot(path=Path(PICTURES, f"mail-{code.replace('/', '-')}-{scheme}.png"), full_page=True)
        wrong += [f"{code} déborde"] * page.evaluate(WIDE)
    context.close()

    assert len(mails) > 110
    assert (wrong, asked) == ([], [])
