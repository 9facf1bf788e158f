import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal.directory.importers.writing import import_directory


class Command(BaseCommand):
    help = (
        "Importe les lycées depuis le fichier public de l’annuaire de l’éducation (fr-en-annuaire-education, CSV d’origine). "
        "Le même fichier importé deux fois ne change rien. Un établissement absent du fichier est signalé, jamais fermé."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path, help="fichier CSV, tel que téléchargé")
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui changerait, n’enregistre rien")
        parser.add_argument("--report", metavar="OUT.json", type=Path, help="écrit le compte rendu détaillé, ligne par ligne")

    def handle(self, *, file: Path, dry_run: bool, report: Path | None, **options):
        try:
            with file.open("rb") as stream:
                found = import_directory(stream, size=file.stat().st_size, dry_run=dry_run, tell=self.tell)
        except OSError as error:
            raise CommandError(f"Impossible de lire {file} : {error.strerror}.") from error
        if report:
            report.write_text(json.dumps(found.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
        if found.file_error:
            raise CommandError(f"Rien n’a été importé. {found.error_message}")
        if options["verbosity"]:
            self.stdout.write("À blanc, rien n’est enregistré :" if dry_run else "Import terminé :")
            self.stdout.write("\n".join(found.summary()))

    def tell(self, done: int, total: int, note: str) -> None:
        """One line that rewrites itself, on a terminal only."""
        if sys.stderr.isatty():
            over = done >= total
            self.stderr.write(f"\r{100 * done // total:>3} %  {note:<60}", ending="\n" if over else "")
