from portal.journal import acts
from portal.ui import navigation


def register() -> None:
    navigation.register("Lycées", "directory:list", order=60)
    acts.register({"import_directory": "Annuaire importé"})
