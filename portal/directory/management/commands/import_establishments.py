import sys
from pathlib import Path
from typing import BinaryIO

from portal.directory.importers.report import ImportReport
from portal.directory.importers.writing import import_directory
from portal.directory.management.base import ImportCommand


class Command(ImportCommand):
    help = (
        "Importe les lycées depuis le fichier public de l’annuaire de l’éducation (fr-en-annuaire-education, CSV d’origine). "
        "Le même fichier importé deux fois ne change rien. Un établissement absent du fichier est signalé, jamais fermé."
    )

    def read(self, stream: BinaryIO, *, dry_run: bool) -> ImportReport:
        return import_directory(stream, size=Path(stream.name).stat().st_size, dry_run=dry_run, tell=self.tell)

    def tell(self, done: int, total: int, note: str) -> None:
        """One line that rewrites itself, on a terminal only."""
        if sys.stderr.isatty():
            over = done >= total
            self.stderr.write(f"\r{100 * done // total:>3} %  {note:<60}", ending="\n" if over else "")
