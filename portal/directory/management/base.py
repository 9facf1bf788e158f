"""What the commands that import a public file share: the file, the try-out, the account of it."""

import json
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.directory.importers.report import ImportReport


class ImportCommand(BaseCommand):
    """Imports one public file: `read` says how."""

    def read(self, stream: BinaryIO, *, dry_run: bool) -> ImportReport:
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="fichier CSV ou Excel, tel que téléchargé")
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui changerait, n’enregistre rien")
        parser.add_argument("--report", metavar="OUT.json", type=Path, help="écrit le compte rendu détaillé, ligne par ligne")

    def handle(self, *, file: Path, dry_run: bool, report: Path | None, **options) -> None:
        try:
            with file.open("rb") as stream:
                found = self.read(stream, dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"Impossible de lire {file} : {error.strerror}.") from error
        if report:
            report.write_text(json.dumps(found.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
        if found.file_error:
            raise CommandError(f"Rien n’a été importé. {found.error_message}")
        if options["verbosity"]:
            self.stdout.write("À blanc, rien n’est enregistré :" if dry_run else "Import terminé :")
            self.stdout.write("\n".join(found.summary()))
