"""A file being sent: how far it is, stopped, cut, sent again; on a phone too, and without JavaScript as before."""

import pytest
from playwright.sync_api import expect

from calls.models import Application, Attachment
from tests.portal.files.samples import pdf

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_sending_that_is_cut_says_so_and_goes_on_with_the_same_file(people, region):
    team = people("equipe")
    team.go("/appels/lycee-4-0-vague-2/deposer/")
    team.press("Commencer un dossier")
    application = Application.objects.get()
    keys = [s.key for s in application.questionnaire.schema.sections for q in s.questions if q.key == "deliberation"]
    page = team.go(f"/dossiers/{application.reference}/section/{keys[0]}/")
    page.set_viewport_size({"width": 360, "height": 900})
    form = page.locator("form[data-sending]").first
    form.locator("input[type=file]").set_input_files({"name": "deliberation.pdf", "mimeType": "application/pdf", "buffer": pdf()})

    page.route("**/pieces/**", lambda route: route.abort("connectionreset"))
    form.get_by_role("button", name="Joindre").click()
    again = form.get_by_role("button", name="Reprendre l’envoi")
    expect(again).to_be_focused()
    expect(page.locator("#annonces")).to_contain_text("La connexion a été coupée")
    assert form.locator("input[type=file]").evaluate("field => field.files.length") == 1
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert Attachment.objects.count() == 0

    page.unroute("**/pieces/**")
    held = []
    page.route("**/pieces/**", lambda route: held.append(route))
    again.click()
    expect(form.get_by_role("progressbar", name="Envoi du fichier")).to_be_visible()
    form.get_by_role("button", name="Annuler l’envoi").click()
    expect(form).to_contain_text("Envoi annulé")

    again.click()
    form.evaluate("form => form.request.upload.dispatchEvent(new ProgressEvent('progress', {lengthComputable: true, loaded: 9, total: 9}))")
    expect(form).to_contain_text("Envoyé, le portail le vérifie…")
    expect(form.get_by_role("button", name="Annuler l’envoi")).to_be_hidden()  # it may be joined already
    form.evaluate("form => form.request.abort()")

    page.unroute("**/pieces/**")
    again.click()
    expect(page.get_by_text("« deliberation.pdf » est joint.").first).to_be_visible(timeout=20_000)  # the page is drawn again
    assert Attachment.objects.count() == 1
    team.errors.clear()  # the cut itself is in the console
