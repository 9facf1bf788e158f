"""The jury sits, in the browser: attendance, the rules, the three methods, the scenario that it retains."""

import re
from datetime import date

from scoring.models import SelectionScenario


def jury_deliberates(people):
    manager, chair = people("appels"), people("presidence")
    manager.go("/jury/appels/L40-V2/classement/")
    manager.looks("classement")
    manager.press("Statistiques des notes", role="link")
    manager.looks("statistiques")
    manager.go("/pilotage/L40-V2/")
    manager.act("Ouvrir la délibération")
    manager.go("/seances/nouvelle/")
    manager.looks("preparer-seance")
    manager.page.get_by_label("Jour").fill(date.today().isoformat())  # noqa: DTZ011 -- the day of this machine, as a person types it
    manager.page.get_by_label("Heure").fill("00:00")
    manager.page.get_by_label("Lieu").fill("Hôtel de Région")
    manager.press("Préparer la séance")

    chair.go("/seances/")
    chair.looks("seances")
    chair.page.locator("main a[href^='/seances/']").first.click()
    chair.press("Présences", role="link")
    chair.looks("presences")
    for box in chair.page.get_by_role("checkbox").all():
        box.check()
    chair.press("Enregistrer les présences")
    chair.act("Ouvrir la séance")
    optimiser_is_used(chair)
    chair.press("Retenir ce scénario")
    chair.act("Clore la séance")


def optimiser_is_used(chair):
    """Rules, the three methods, a file left out then given back, a certificate checked and a replay."""
    sitting = chair.page.url.partition("?")[0].removeprefix(chair.base)
    chair.press("Règles", role="link", exact=True)
    chair.looks("regles-vides")
    chair.press("Ajouter une règle", role="link")
    chair.looks("regle")
    chair.page.get_by_label("Public (1)").check()
    chair.page.get_by_label("Au moins").fill("1")
    chair.page.get_by_label("Motif de l’écart").fill("Le jury tient à un lycée public.")  # the call has published its rules
    chair.press("Enregistrer la règle")
    chair.reads("Au moins 1 dossier public")
    chair.looks("regles")

    chair.go(sitting)
    chair.press("Calculer les trois méthodes")
    chair.go(sitting)
    chair.reads("Optimum prouvé")
    chair.looks("seance")
    ranked = SelectionScenario.objects.get(doctrine="ranked")
    chair.go(ranked.get_absolute_url())
    chair.press("Vérifier la liste")
    chair.reads("mêmes dossiers, même empreinte")
    chair.looks("seance-par-rang")
    a_file_is_left_out_then_given_back(chair, sitting)

    scenario = SelectionScenario.objects.get(doctrine="merit", name="Ordre de mérite")
    chair.go(scenario.get_absolute_url())
    chair.press("Vérifier la preuve")
    chair.press("Rejouer")
    chair.go(scenario.get_absolute_url())
    chair.reads("même liste, à l’identique")
    chair.looks("seance-rejouee")


def a_file_is_left_out_then_given_back(chair, sitting):
    chair.go(sitting)
    chair.page.get_by_role("link", name=re.compile("^Écarter")).first.click()
    chair.looks("essayer")
    chair.page.get_by_label("Motif").fill("Travaux reportés d’un an.")
    chair.press("Recalculer avec ce choix")
    chair.go(sitting)
    chair.reads("Ces règles ne peuvent pas être tenues ensemble")
    chair.looks("seance-impossible")
    chair.press("Lever")
    chair.go(sitting)
    chair.reads("Composé en séance")
