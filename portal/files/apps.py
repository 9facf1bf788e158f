from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "portal.files"
    label = "files"
    verbose_name = "Fichiers privés"

    def ready(self) -> None:
        from portal.files import notifications, periods, retention  # noqa: F401 -- imported for what they register
        from portal.journal import acts

        periods.register(40, "une pièce retirée d’un dossier", lambda: retention.SOFT, ", au cas où elle l’aurait été par erreur")
        acts.register({"retire_file": "Pièce retirée", "read_file": "Pièce ouverte", "malware_found": "Programme malveillant reconnu"})
