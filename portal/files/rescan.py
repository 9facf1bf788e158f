"""Files that came in while no antivirus answered: looked at once one does, those that are held first."""

import logging

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Value, When

from portal.files import malware as found_malware
from portal.files.antivirus import ScannerUnavailable, find_malware
from portal.files.models import StoredFile

logger = logging.getLogger(__name__)
BATCH = 200
WITHOUT_VERDICT = (StoredFile.Scan.WAITING, StoredFile.Scan.NOT_SCANNED)
_HELD_FIRST = Case(When(scan=StoredFile.Scan.WAITING, then=Value(0)), default=Value(1))


def scan_waiting() -> str:
    """For the schedule: give a verdict to the oldest files that have none. Returns what was done, in a sentence.

    A file in which malware is found is served to nobody any more, the journal says so and those whom it concerns are told. Stops when the
    antivirus is out of reach; a file that it will not judge (too large for its settings) waits without holding the others back. On a
    portal that no longer has an antivirus, nothing is held.
    """
    if not settings.CLAMD_ADDRESS:
        StoredFile.objects.filter(scan=StoredFile.Scan.WAITING).update(scan=StoredFile.Scan.NOT_SCANNED)
        return "Aucun antivirus n’est configuré."
    waiting = StoredFile.objects.filter(scan__in=WITHOUT_VERDICT, deleted_at=None).order_by(_HELD_FIRST, "created_at", "pk")
    judged = infected = 0
    for stored in waiting[:BATCH]:
        try:
            malware = find_malware(stored.content.chunks())
        except FileNotFoundError:
            continue  # the nightly check reports it
        except ScannerUnavailable as error:
            if isinstance(error.__cause__, OSError):
                logger.warning("antivirus unreachable, files wait: %s", error)
                break
            logger.warning("antivirus gives no verdict on %s: %s", stored.pk, error)
            continue
        judged += 1
        infected += _judge(stored, malware or "")
    return f"{judged} fichiers analysés, {infected} avec un programme malveillant"


@transaction.atomic
def _judge(stored: StoredFile, malware: str) -> bool:
    """Keep the verdict; whether it is a bad one."""
    verdict = StoredFile.Scan.INFECTED if malware else StoredFile.Scan.CLEAN
    judged = StoredFile.objects.filter(pk=stored.pk, scan__in=WITHOUT_VERDICT).update(scan=verdict)
    if malware and judged:
        logger.error("malware found in %s: %s", stored.pk, malware)
        found_malware.close(stored, malware)
    return bool(malware)
