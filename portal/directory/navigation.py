from portal.directory.models import FactDeclaration, SchoolClosure
from portal.directory.todo import todo_for
from portal.journal import acts
from portal.ui import navigation, todo


def register() -> None:
    navigation.register("Lycées", "directory:list", order=60)
    todo.register(todo_for)
    acts.register(
        {
            "import_directory": "Annuaire importé",
            "declare_fact": "Fait déclaré par le lycée",
            "declare_pathways": "Voies déclarées par le lycée",
            "close_lycee": "Fermeture notée",
        }
    )
    acts.register_moves(
        FactDeclaration, {"supersede": "Déclaration remplacée par l’annuaire", "replace": "Déclaration remplacée par une autre"}
    )
    acts.register_details(
        {
            "import_directory": lambda data: data["file"],
            "declare_fact": lambda data: data["declared"],
            "declare_pathways": lambda data: data["pathways"],
            "close_lycee": lambda data: f"au {acts.said(data['closed_on'])}",
        }
    )
    acts.register_moves(SchoolClosure, {"supersede": "Fermeture reprise par l’annuaire"})
