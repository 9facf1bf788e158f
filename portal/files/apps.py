from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "portal.files"
    label = "files"
    verbose_name = "Fichiers privés"

    def ready(self) -> None:
        from portal.files import notifications  # noqa: F401 -- imported for what it registers
        from portal.journal import acts

        acts.register({"retire_file": "Pièce retirée", "read_file": "Pièce ouverte", "malware_found": "Programme malveillant reconnu"})
