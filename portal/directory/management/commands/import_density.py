from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal.directory.importers.density import import_density


class Command(BaseCommand):
    help = "Importe le niveau de densité des communes (INSEE, grille à 7 niveaux), depuis le fichier public en CSV, pour les lycées que le portail connaît."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path, help="fichier CSV, tel que téléchargé")
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui changerait, n’enregistre rien")

    def handle(self, *, file: Path, dry_run: bool, **options):
        try:
            with file.open("rb") as stream:
                found = import_density(stream, dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"Impossible de lire {file} : {error.strerror}.") from error
        if found.file_error:
            raise CommandError(f"Rien n’a été importé. {found.error_message}")
        if options["verbosity"]:
            self.stdout.write("À blanc, rien n’est enregistré :" if dry_run else "Import terminé :")
            self.stdout.write("\n".join(found.summary()))
