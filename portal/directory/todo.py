"""What awaits each person about the directory."""

from django.urls import reverse

from portal.directory import queries, rules
from portal.directory.enums import Fact
from portal.roles import Person
from portal.text.french import count
from portal.ui.todo import TodoItem


def todo_for(user: Person) -> list[TodoItem]:
    """For who keeps the directory, declarations to answer; for a head, pathways that the directory does not say. One query each."""
    items = []
    if rules.keeps_directory(user) and (number := queries.declarations(user).to_answer().count()):
        title = f"Répondre à {count(number, 'déclaration')} {'de lycée' if number < 2 else 'de lycées'}"
        items.append(
            TodoItem(title, "L’annuaire ne dit pas ce qu’ils déclarent", reverse("directory:declarations"), "Répondre", level="warn")
        )
    if user.headed_ids:
        items += [
            TodoItem(
                "Déclarer les voies de formation de votre lycée",
                f"{school.name} · l’annuaire ne les dit pas ; un appel réservé à une voie refuserait votre dossier",
                reverse("directory:declare", args=[school.uai, Fact.PATHWAYS]),
                "Déclarer",
                level="info",
            )
            for school in queries.without_pathway(user.headed_ids)
        ]
    return items
