from typing import BinaryIO

from portal.directory.importers.density import import_density
from portal.directory.importers.report import ImportReport
from portal.directory.management.base import ImportCommand


class Command(ImportCommand):
    help = "Importe le niveau de densité des communes (INSEE, grille à 7 niveaux), depuis le fichier public en CSV, pour les lycées que le portail connaît."

    def read(self, stream: BinaryIO, *, dry_run: bool) -> ImportReport:
        return import_density(stream, dry_run=dry_run)
