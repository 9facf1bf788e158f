from typing import BinaryIO

from portal.directory.importers.ips import import_ips
from portal.directory.importers.report import ImportReport
from portal.directory.management.base import ImportCommand


class Command(ImportCommand):
    help = "Importe l’IPS des lycées (DEPP, fr-en-ips_lycees ou fr-en-ips-lycees-ap2023), depuis le fichier public en CSV, pour les lycées que le portail connaît."

    def read(self, stream: BinaryIO, *, dry_run: bool) -> ImportReport:
        return import_ips(stream, dry_run=dry_run)
