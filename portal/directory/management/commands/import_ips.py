from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal.directory.importers.ips import import_ips


class Command(BaseCommand):
    help = "Importe l’IPS des lycées (DEPP, fr-en-ips_lycees ou fr-en-ips-lycees-ap2023), depuis le fichier public en CSV, pour les lycées que le portail connaît."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path, help="fichier CSV, tel que téléchargé")
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui changerait, n’enregistre rien")

    def handle(self, *, file: Path, dry_run: bool, **options):
        try:
            with file.open("rb") as stream:
                found = import_ips(stream, dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"Impossible de lire {file} : {error.strerror}.") from error
        if found.file_error:
            raise CommandError(f"Rien n’a été importé. {found.error_message}")
        if options["verbosity"]:
            self.stdout.write("À blanc, rien n’est enregistré :" if dry_run else "Import terminé :")
            self.stdout.write("\n".join(found.summary()))
