from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "portal.files"
    label = "files"
    verbose_name = "Fichiers privés"

    def ready(self) -> None:
        from portal.journal import acts

        acts.register({"retire_file": "Pièce retirée", "malware_found": "Programme malveillant reconnu"})
