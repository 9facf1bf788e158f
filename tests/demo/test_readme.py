"""The walk of the README, step by step, by the accounts that it names, through what their pages offer; today, and a day later."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from calls.models import Application, Call
from orders.models import CablingWork, PurchaseOrder
from scoring.models import Assessment, FundingDecision
from tests.demo.visitor import Visitor
from tests.factories.answers import ANSWERS, TICKED
from tests.reading import elements_of

pytestmark = [pytest.mark.demo, pytest.mark.django_db(transaction=True)]
CALL = "L40-V2"


@pytest.mark.parametrize("days", [0, 1], ids=["today", "a-day-later"])
def test_the_walk_of_the_readme(demo, days):
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        reference = a_file_is_written()
        the_head_submits(reference)
        files_are_instructed()
        the_jury_scores()
        the_jury_sits()
        aid_is_voted_and_made_known()
        an_order_is_sent_and_works_are_followed()
        for team, head in (("equipe", "proviseure"), ("equipe3", "proviseur3")):
            equipment_is_received(team, head)

    assert Call.objects.get(reference=CALL).state == "released"


def a_file_is_written() -> str:
    team = Visitor("equipe").follow("Appels").follow("Lycée 4.0, vague 2").follow("Déposer un dossier").press("Commencer un dossier")
    reference = team.address.split("/")[2]
    for section, answers in ANSWERS.items():
        team.go(f"/dossiers/{reference}/section/{section}/")
        for label, text in answers.items():
            team.fill(label, text)
        if section in TICKED:
            team.tick(TICKED[section])
        team.press("Enregistrer", beside=next(iter(answers)))
    for item, quantity, beside in (("portable-11", "40", "portable"), ("prise-rj45", "48", "RJ45")):
        team.type_in(item=item, quantity=quantity).press("Ajouter", beside=beside)
    team.go(f"/dossiers/{reference}/").act("Demander le visa")
    assert team.reads("Le visa est demandé.")
    return reference


def the_head_submits(reference: str) -> None:
    head = Visitor("proviseure").go(f"/dossiers/{reference}/").follow("Donner le visa").press("Donner le visa")
    head.go(f"/dossiers/{reference}/").follow("Déposer le dossier").press("Déposer le dossier")
    assert head.reads("Votre dossier est déposé")
    assert head.offers(f"Accusé de dépôt {reference}")
    mails = Visitor("appels").go("/courriels/")
    assert mails.reads(reference)


def files_are_instructed() -> None:
    Visitor("appels").go(f"/pilotage/{CALL}/").press("Clore l’appel maintenant").act("Ouvrir l’instruction")
    officer = Visitor("instruction").go(f"/dossiers/?appel={CALL}")
    officer.type_in(dossier=[box["value"] for box in elements_of(officer.tree, "main input[name=dossier]")]).press("Déclarer recevables")
    officer.press("Déclarer")
    left = Application.objects.filter(call__reference=CALL, state="submitted")
    for reference in left.filter(completion_requests=None).values_list("reference", flat=True):
        officer.go(f"/dossiers/{reference}/recevabilite/")  # points that nobody has looked at yet
        officer.type_in(**{radio["name"]: "yes" for radio in elements_of(officer.tree, "main input[type=radio]")}).press("Enregistrer")
    for reference in left.filter(completion_requests=None).values_list("reference", flat=True):
        officer.go(f"/dossiers/{reference}/").follow("Déclarer recevable").press("Déclarer recevable")  # a piece may still follow
    for reference in left.values_list("reference", flat=True):
        officer.go(f"/dossiers/{reference}/").follow("Déclarer irrecevable")  # what was asked of them has not come
        name = elements_of(officer.tree, "main textarea")[0]["name"]
        officer.type_in(**{name: "Les compléments demandés ne sont pas venus."})
        officer.type_in(**{box["name"]: box["value"] for box in elements_of(officer.tree, "main input[name=sure]")})  # their day is to come
        officer.press("Déclarer irrecevable")


def the_jury_scores() -> None:
    manager = Visitor("appels").go(f"/pilotage/{CALL}/").act("Ouvrir la notation")
    manager.go(f"/jury/appels/{CALL}/attribution/?readings=3").press("Confier")
    jurors: dict[str, Visitor] = {}
    readings = Assessment.objects.filter(application__call__reference=CALL).select_related("juror")
    for reading in readings:
        login = reading.juror.email.partition("@")[0]
        juror = jurors.setdefault(login, jurors.get(login) or Visitor(login)).go(reading.get_absolute_url())
        names = {radio["name"] for radio in elements_of(juror.tree, "fieldset.pr-crit input[type=radio]")}
        juror.type_in(**{name: elements_of(juror.tree, f'input[name="{name}"]')[2]["value"] for name in names})
        juror.press("Rendre mon évaluation").press("Rendre mon évaluation")
    assert len(jurors) >= 3
    assert set(readings.all().values_list("state", flat=True)) == {"submitted"}
    manager.go(f"/pilotage/{CALL}/").act("Ouvrir la délibération")


def the_jury_sits() -> None:
    manager = Visitor("appels").go("/seances/nouvelle/").fill("Jour", timezone.localdate().isoformat()).fill("Heure", "00:00")
    manager.fill("Lieu", "Hôtel de Région").press("Préparer la séance")
    sitting = manager.address.removesuffix("presence/")
    chair = Visitor("presidence").go(sitting).follow("Présences")
    chair.type_in(present=[box["value"] for box in elements_of(chair.tree, "main input[name=present]")]).press("Enregistrer les présences")
    chair.act("Ouvrir la séance").follow("Règles").follow("Ajouter une règle")
    chair.tick("Public").fill("Au moins", "1").fill("Motif de l’écart", "Le jury tient à un lycée public.").press("Enregistrer la règle")
    chair.go(sitting).press("Calculer les trois méthodes").go(sitting)
    for method in ("Par rang", "Ordre de mérite", "Total des notes"):
        assert chair.offers(method), method
    chair.follow("Écarter").fill("Motif", "Travaux reportés d’un an.").press("Recalculer avec ce choix")
    chair.go(sitting).press("Retenir ce scénario").act("Clore la séance")
    assert chair.reads("La séance est close.")
    assert chair.go("/seances/").reads("6 sur 6")


def aid_is_voted_and_made_known() -> None:
    finance = Visitor("finances").go(f"/decisions/?appel={CALL}").follow("Proposer les décisions").press("Proposer les")
    finance.go(f"/decisions/vote/{CALL}/").fill("Numéro de délibération", "26CP-0999").fill("Date", timezone.localdate().isoformat())
    finance.press("Enregistrer le vote")
    manager = Visitor("appels").go(f"/decisions/notification/{CALL}/").tick("J’ai relu").press("Notifier")
    decisions = FundingDecision.objects.filter(application__call__reference=CALL)
    assert manager.address.startswith("/taches/")  # the page of the work under way, here already ended
    assert set(decisions.values_list("state", flat=True)) == {"released"}


def an_order_is_sent_and_works_are_followed() -> None:
    order = PurchaseOrder.objects.filter(state="draft").order_by("pk").first()
    buyer = Visitor("commandes").go(f"{order.get_absolute_url()}modifier/").fill("Contact sur place", "Odile Zimmermann, au portail nord")
    buyer.press("Enregistrer").act("Valider la commande").act("Envoyer au titulaire")
    assert PurchaseOrder.objects.get(pk=order.pk).state == "sent"
    work = CablingWork.objects.filter(state="requested").order_by("pk").first()
    technician = Visitor("technicien").go(work.get_absolute_url()).follow("Noter la visite du site").press("Noter la visite du site")
    technician.follow("Enregistrer le devis").fill("Montant du devis HT", "5 640,00").fill("Référence du devis", "D-118")
    technician.press("Enregistrer le devis")
    assert technician.reads("D-118")


def equipment_is_received(team_login: str, head_login: str) -> None:
    """A partial delivery, then the rest; accepted with a reserve, which is lifted."""
    team = Visitor(team_login).follow("Voir la commande")
    order = team.address
    for number in ("BL-1", "BL-2"):
        team.follow("Enregistrer une livraison").fill("Numéro du bon de livraison", number)
        if number == "BL-1":
            team.type_in(**{field["name"]: "1" for field in elements_of(team.tree, "main input[name^=quantity]")})
        team.press("Enregistrer une livraison")
    head = Visitor(head_login).go(order).follow("Réceptionner")
    head.tick("Accepté avec réserves").fill("Réserve 1", "Un chargeur manque.").press("Signer le procès-verbal")
    head.follow("Lever cette réserve").type_in(note="Chargeur reçu et essayé.").press("Constater la levée")
    assert head.offers("Procès-verbal de levée des réserves")
