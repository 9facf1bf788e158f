"""A passkey from its making to its use, with the authenticator that Chromium plays; and what a device that refuses leaves."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug(page: Page, **changes):
    """A device on this page: `unlock(False)` has it refuse its owner from then on."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    key = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | changes})["authenticatorId"]
    return lambda verified: session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": verified})


def sign_out(person) -> None:
    person.go("/compte/")
    person.press("Me déconnecter")


def test_a_passkey_is_made_named_used_alone_and_as_second_factor(people):
    officer = people("appels")
    page = officer.page
    unlock = plug(page)
    officer.go("/compte/2fa/")
    officer.press("Ajouter une clé d’accès", role="link")
    officer.looks("cle-ajout")
    page.get_by_label("Nom de la clé").fill("Ordinateur du bureau")
    page.keyboard.press("Enter")  # in the field: the device is asked, as by the button
    expect(page).to_have_url(f"{officer.base}/compte/2fa/recovery-codes/")  # the first factor that gives some
    officer.go("/compte/2fa/")
    officer.looks("second-facteur")
    officer.press("Les gérer", role="link")
    officer.reads("Ordinateur du bureau")
    officer.looks("cles")

    sign_out(officer)
    officer.go("/compte/login/")
    officer.looks("connexion")
    unlock(False)
    officer.press("Utiliser une clé d’accès")
    officer.reads("L’appareil n’a pas répondu, ou vous avez renoncé.")
    unlock(True)
    officer.press("Utiliser une clé d’accès")
    expect(page).to_have_url(f"{officer.base}/espace/")

    sign_out(officer)
    officer.go("/compte/login/?next=/pilotage/")
    page.get_by_label("Adresse de messagerie").fill("appels@preau.example")
    page.get_by_label("Mot de passe").fill("Demonstration-2026!")
    officer.press("Se connecter")
    officer.looks("second-pas")
    officer.press("Utiliser ma clé d’accès")
    expect(page).to_have_url(f"{officer.base}/pilotage/")


def test_a_device_that_holds_no_key_of_ours_says_so(people):
    visitor = people()
    plug(visitor.page)
    visitor.go("/compte/login/")

    visitor.press("Utiliser une clé d’accès")

    visitor.reads("L’appareil n’a pas répondu, ou vous avez renoncé.")


def test_without_script_the_sign_in_page_offers_none(chromium, live_server, region):
    context = chromium.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{live_server.url}/compte/login/")

    expect(page.get_by_role("button", name="Se connecter")).to_be_visible()
    expect(page.locator("[data-passkey]")).to_be_hidden()
    context.close()
