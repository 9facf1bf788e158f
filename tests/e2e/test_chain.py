"""The whole chain, in the browser, by the people it is for: from the public page to an accepted delivery and closed works."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from calls.models import Application
from cms.models import ResultsPage
from orders.models import CablingWork, PurchaseOrder
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from scoring.models import Assessment, FundingDecision
from tests.e2e.sitting import jury_deliberates
from tests.factories.answers import ANSWERS, TICKED

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_the_whole_chain(people, region):
    reference = file_is_written_and_approved(people)
    file_is_checked(people, reference)
    file_is_scored(people)
    jury_deliberates(people)
    aid_is_decided_and_released(people, reference)
    orders_are_followed(people, reference)
    works_are_followed(people)
    everything_is_kept(people, reference)


def file_is_written_and_approved(people) -> str:
    visitor = people()
    visitor.go("/")
    visitor.looks("accueil")
    visitor.go("/appels/")
    visitor.looks("appels")
    visitor.press("Lycée 4.0, vague 2", role="link")
    visitor.looks("appel")

    team = people("equipe")
    team.looks("espace-equipe")
    team.go("/appels/lycee-4-0-vague-2/")
    team.press("Déposer un dossier", role="link")
    team.looks("commencer")
    team.press("Commencer un dossier")
    application = Application.objects.get()
    fill_sections(team, application)

    team.go(application.get_absolute_url())
    team.looks("dossier")
    team.go(f"/dossiers/{application.reference}/apercu/")
    team.reads("avec <b>un ordinateur</b> par élève")
    team.looks("apercu")
    team.go(application.get_absolute_url())
    team.act("Demander le visa")
    file_is_approved_and_filed(people("proviseure"), application)
    return application.reference


def file_is_approved_and_filed(head, application):
    head.looks("espace-proviseure")
    head.go(application.get_absolute_url())
    head.looks("dossier-visa")
    head.press("Donner le visa", role="link")
    head.looks("visa")
    head.press("Donner le visa")
    head.go(application.get_absolute_url())
    head.press("Déposer le dossier", role="link")
    head.looks("deposer")
    head.press("Déposer le dossier")
    head.looks("accuse")
    head.reads(application.reference)
    application.refresh_from_db()
    assert application.state == "submitted"


def fill_sections(team, application):
    """Answer every question as a person would; the needs table by its own form."""
    for section, answers in ANSWERS.items():
        page = team.go(f"/dossiers/{application.reference}/section/{section}/")
        for label, text in answers.items():
            page.get_by_label(label).first.fill(text)
        if section in TICKED:
            page.get_by_label(TICKED[section]).check()
        team.looks(f"section-{section}")
        team.press("Enregistrer")
    add_need(team, application, "Ajouter un équipement", "portable-11", "40")
    add_need(team, application, "Ajouter du câblage", "prise-rj45", "48")
    team.looks("besoins-remplis")
    application.refresh_from_db()
    assert str(application.requested_amount) == "28128.00"


def add_need(team, application, button, code, quantity):
    page = team.go(f"/dossiers/{application.reference}/section/besoins/")
    page.locator("summary", has_text=button).click()
    form = page.locator("details[open] form").last
    form.locator("select[name=item]").select_option(code)
    form.locator("input[name=quantity]").fill(quantity)
    form.get_by_role("button", name="Ajouter", exact=True).click()
    expect(page.locator("tr", has_text=re.compile("portable" if code.startswith("portable") else "RJ45")).first).to_be_visible()


def file_is_checked(people, reference):
    manager, officer = people("appels"), people("instruction")
    manager.looks("espace-appels")
    manager.go("/pilotage/")
    manager.looks("pilotage")
    manager.go("/pilotage/L40-V2/")
    manager.looks("pilotage-appel")
    manager.press("Clore l’appel maintenant")
    manager.act("Ouvrir l’instruction")
    officer.looks("espace-instruction")
    officer.go("/dossiers/")
    officer.looks("dossiers")
    officer.press(reference, role="link")
    officer.looks("dossier-instruction")
    officer.press("Demander des compléments", role="link")
    officer.looks("demande-complements")
    officer.page.get_by_role("checkbox", name="Outils de mesure des usages").check()
    officer.page.locator("summary", has_text="Motif, précision").filter(has_text="Outils de mesure des usages").click()
    officer.page.get_by_label("Ce que vous demandez, Outils de mesure des usages").fill("Merci de nommer les outils.")
    officer.press("Envoyer la demande")

    team = people("equipe")
    team.go(f"/dossiers/{reference}/")
    team.looks("dossier-complements")
    team.go(f"/dossiers/{reference}/section/evaluation/")
    team.page.get_by_label("Outils de mesure des usages").fill("Statistiques de connexion et grille d’observation.")
    team.press("Enregistrer")
    team.go(f"/dossiers/{reference}/")
    team.act("Envoyer les compléments")

    officer.go(f"/dossiers/{reference}/")
    officer.reads("Ce que les compléments ont changé")
    officer.looks("dossier-complements-recus")
    officer.go(f"/dossiers/{reference}/recevabilite/")
    officer.looks("points-a-cocher")
    for answer in officer.page.get_by_role("radio", name="Oui").all():
        answer.check()
    officer.press("Enregistrer")
    officer.act("Déclarer recevable")
    assert Application.objects.get().state == "admissible"


def file_is_scored(people):
    manager = people("appels")
    manager.go("/pilotage/L40-V2/")
    manager.act("Ouvrir la notation")
    manager.go("/jury/appels/L40-V2/grille/")
    manager.looks("grille")
    manager.go("/jury/appels/L40-V2/membres/")
    manager.looks("membres")
    manager.go("/jury/appels/L40-V2/attribution/?readings=3")
    manager.looks("attribution")
    manager.press("Confier 3 lectures")
    readings = list(Assessment.objects.select_related("juror"))
    assert len(readings) == 3
    for number, reading in enumerate(readings):
        juror = people(reading.juror.email.partition("@")[0])
        juror.go("/jury/mes-dossiers/")
        if number == 0:
            juror.looks("pile")
        juror.go(reading.get_absolute_url())
        if number == 0:
            juror.looks("notation")
            arrows_mark_nothing(juror, reading)
        for criterion in juror.page.locator("fieldset.pr-crit").all():
            criterion.locator("label.pr-level").nth(2).click()
        juror.press("Rendre mon évaluation")
        if number == 0:
            juror.looks("rendre")
        juror.press("Rendre mon évaluation")
    assert set(Assessment.objects.values_list("state", flat=True)) == {"submitted"}


def arrows_mark_nothing(juror, reading):
    """Arrows go from level to level and from criterion to criterion; the space bar marks."""
    first, second = (juror.page.locator("fieldset.pr-crit").nth(place) for place in (0, 1))
    first.locator("input[type=radio]").first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "ArrowRight"):
        juror.page.keyboard.press(key)
    expect(first.locator("input[type=radio]").nth(1)).to_be_focused()
    expect(juror.page.locator("fieldset.pr-crit input[type=radio]:checked")).to_have_count(0)
    assert not reading.scores.exists()
    juror.page.keyboard.press("ArrowDown")
    expect(second.locator("input[type=radio]").first).to_be_focused()
    with juror.page.expect_response("**/criteres/**"):
        juror.page.keyboard.press("Space")
    expect(second.locator("input[type=radio]").first).to_be_checked()
    assert reading.scores.count() == 1


def aid_is_decided_and_released(people, reference):
    finance, manager = people("finances"), people("appels")
    finance.go("/decisions/?appel=L40-V2")
    finance.press("Proposer les décisions", role="link")
    finance.press("Proposer les 1 décision")
    finance.looks("decisions")
    finance.go(FundingDecision.objects.get().get_absolute_url())
    finance.looks("decision")
    team = people("equipe")
    team.go(f"/dossiers/{reference}/")
    expect(team.page.get_by_text("Retenu", exact=True)).to_have_count(0)
    finance.go("/decisions/vote/L40-V2/")
    finance.page.get_by_label("Numéro de délibération").fill("26CP-0999")
    finance.page.get_by_label(re.compile("Date")).first.fill(date.today().isoformat())  # noqa: DTZ011 -- as above
    finance.looks("vote")
    finance.press("Enregistrer le vote")

    manager.go("/decisions/notification/L40-V2/")
    manager.looks("notification")
    manager.page.get_by_label("J’ai relu la liste des envois").check()
    manager.press("Notifier")
    assert Application.objects.get().state == "decided"
    assert ResultsPage.objects.live().count() == 1
    people().go("/resultats/lycee-4-0-vague-2/")
    people().looks("resultats")

    head = people("proviseure")
    head.go(f"/dossiers/{reference}/")
    head.looks("dossier-decision")
    with head.page.expect_download() as letter:
        head.page.get_by_role("link", name=f"Décision {reference}").click()
    assert letter.value.suggested_filename == f"decision-{reference}.pdf"
    head.act("Accepter l’aide")


def orders_are_followed(people, reference):
    order = PurchaseOrder.objects.get()
    buyer, team, head = people("commandes"), people("equipe"), people("proviseure")
    buyer.looks("espace-commandes")
    buyer.go("/commandes/")
    buyer.looks("commandes")
    buyer.go(f"{order.get_absolute_url()}modifier/")
    buyer.looks("commande-modifier")
    buyer.page.locator("[name=due_on]").fill((date.today() + timedelta(days=30)).isoformat())  # noqa: DTZ011 -- as above
    buyer.press("Enregistrer")
    buyer.act("Valider la commande")
    buyer.act("Envoyer au titulaire")
    buyer.looks("commande-envoyee")

    for number, quantity in (("BL-1", "25"), ("BL-2", "15")):
        team.go(f"{order.get_absolute_url()}livraison/")
        team.page.get_by_label("Livré le").fill(date.today().isoformat())  # noqa: DTZ011 -- as above
        team.page.get_by_label("Numéro du bon de livraison").fill(number)
        team.page.get_by_label("Quantité reçue").fill(quantity)
        team.looks(f"livraison-{number}")
        team.press("Enregistrer une livraison")
    order.refresh_from_db()
    assert order.state == "delivered"

    head.go(f"{order.get_absolute_url()}reception/")
    head.looks("reception")
    accept_with_a_reserve(head, "Un chargeur manque.")
    order.refresh_from_db()
    assert order.state == "accepted_with_reserves"
    head.looks("commande-reserves")
    head.press("Lever cette réserve (1)", role="link")
    head.looks("lever-reserve")
    lift_the_reserve(head, "Chargeur reçu et essayé.")
    order.refresh_from_db()
    assert order.state == "accepted"


def accept_with_a_reserve(person, text):
    person.page.get_by_label(re.compile("avec réserve", re.I)).check()
    person.page.get_by_label(re.compile("Réserve 1")).fill(text)
    person.press("Signer le procès-verbal")


def lift_the_reserve(person, note):
    person.page.get_by_role("textbox").last.fill(note)
    person.press("Constater la levée")


def works_are_followed(people):
    work = CablingWork.objects.get()
    technician, buyer, head = people("technicien"), people("commandes"), people("proviseure")
    technician.go("/travaux/")
    technician.looks("travaux")
    technician.go(work.get_absolute_url())
    technician.looks("travaux-fiche")
    technician.press("Noter la visite du site", role="link")
    technician.looks("travaux-etape")
    technician.press("Noter la visite du site")
    technician.press("Enregistrer le devis", role="link")
    technician.page.get_by_label("Montant du devis HT").fill("5 640,00")
    technician.page.get_by_label("Référence du devis").fill("D-118 du 3 mars")
    technician.press("Enregistrer le devis")
    technician.reads("D-118 du 3 mars")

    buyer.go(work.get_absolute_url())
    buyer.press("Émettre l’ordre de service", role="link")
    buyer.looks("ordre-de-service")
    buyer.press("Émettre l’ordre de service")

    technician.go(work.get_absolute_url())
    technician.press("Noter le démarrage", role="link")
    technician.press("Noter le démarrage des travaux")
    technician.press("Tenir les OPR", role="link")
    technician.press("Tenir les opérations préalables à la réception")
    technician.press("Prononcer la réception", role="link")
    technician.looks("travaux-reception")
    accept_with_a_reserve(technician, "Prise B-12 sans signal.")
    work.refresh_from_db()
    assert work.state == "accepted_with_reserves"
    works_are_closed(work, head, buyer)


def works_are_closed(work, head, buyer):
    head.go(work.get_absolute_url())
    head.looks("travaux-reserves")
    head.press("Lever cette réserve (1)", role="link")
    lift_the_reserve(head, "Prise B-12 reprise et mesurée.")
    buyer.go(work.get_absolute_url())
    buyer.press("Noter une facture", role="link")
    buyer.page.get_by_label("Numéro de la facture").fill("F-2026-118")
    buyer.looks("travaux-facture")
    buyer.press("Noter une facture")
    buyer.reads("F-2026-118")
    buyer.act("Clore les travaux")
    work.refresh_from_db()
    assert (work.state, work.quote_amount) == ("closed", Decimal("5640.00"))
    buyer.go("/deploiements/")
    buyer.looks("deploiements")


def everything_is_kept(people, reference):
    auditor = people("audit")
    auditor.looks("espace-audit")
    auditor.go("/journal/")
    auditor.looks("journal")
    acts = set(JournalEntry.objects.values_list("action", flat=True))
    assert {
        "submit",
        "declare_admissible",
        "save_rule",
        "store_run",
        "lock_file",
        "verify_certificate",
        "replay_scenario",
        "close",
        "record_vote",
        "release",
        "send",
        "accept_with_reserves",
        "lift_reserves",
    } <= acts
    assert JournalEntry.objects.filter(sequence=None).count() == 0
    assert (
        Message.objects.filter(code="application_received").count()
        == Message.objects.filter(code="application_received").values("to_email").distinct().count()
    )
    people("appels").go("/exports/")
    people("appels").looks("exports")
    for path in ("/etablissements/", "/accessibilite/", "/mentions-legales/", "/donnees-personnelles/"):
        people("equipe").go(path)
        people("equipe").looks(path.strip("/"))
