from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.files import integrity


class Command(BaseCommand):
    help = (
        "Vérifie les fichiers privés : chaque fiche a son fichier, chaque fichier son empreinte SHA-256 d’origine. "
        "Échoue si un fichier manque ou a changé. Les fichiers sans fiche de plus d’un jour sont listés."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove-orphans", action="store_true", help="supprime les fichiers qu’aucune fiche ne connaît")

    def handle(self, *, remove_orphans: bool, **options) -> None:
        findings = integrity.check_files()
        for label, items in (("manquant", findings.missing), ("altéré", findings.altered), ("sans fiche", findings.orphans)):
            for item in items:
                self.stdout.write(f"{label} : {item}")
        if remove_orphans:
            self.stdout.write(f"{integrity.remove_orphans(findings)} fichiers sans fiche supprimés.")
        if not findings.is_sound:
            raise CommandError(f"{len(findings.missing)} fichiers manquent et {len(findings.altered)} ont changé.")
        self.stdout.write(f"{findings.checked} fichiers vérifiés, tous présents et intacts.")
