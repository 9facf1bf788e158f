"""What the removal of a scenario does, said before it is pressed."""

from portal.text.french import count
from scoring.models import SelectionScenario


def what_dropping_does(scenario: SelectionScenario) -> list[str]:
    """What goes, what stays, and how it comes back, in sentences."""
    lines = count(scenario.summary.get("files", 0), "dossier")
    proof = ", sa preuve et ses explications" if hasattr(scenario, "proof") else ""
    told = [f"La liste de ce scénario ({lines}, avec leur motif){proof} ne se lisent plus, ni ne se téléchargent."]
    told.append("Rien n’est décidé par là : les règles de la séance, les choix de la salle, les autres scénarios et les notes restent.")
    told.append("Le journal garde qui l’a supprimé, et l’empreinte de ses données.")
    if scenario.is_ranked_list or scenario.is_optimised:
        again = "Un nouveau calcul, avec les mêmes notes et les mêmes règles, redonne la même liste."
    else:
        again = "Il vient d’une version antérieure du portail : il ne se calcule plus, et ne pourra pas être refait."
    return [*told, again]
