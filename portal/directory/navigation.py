from portal.ui import acts, navigation


def register() -> None:
    navigation.register("Lycées", "/etablissements/", order=60)
    acts.register({"import_directory": "Annuaire importé"})
