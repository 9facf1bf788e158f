from typing import BinaryIO

from portal.directory.importers.agencies import import_agencies
from portal.directory.importers.report import ImportReport
from portal.directory.management.base import ImportCommand


class Command(ImportCommand):
    help = (
        "Importe la table des agences territoriales : une colonne agence, et une colonne uai, commune (code Insee) ou departement. "
        "Le fichier remplace toute la table."
    )

    def read(self, stream: BinaryIO, *, dry_run: bool) -> ImportReport:
        return import_agencies(stream, dry_run=dry_run)
