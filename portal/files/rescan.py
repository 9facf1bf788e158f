"""Files that came in while no antivirus answered: looked at once one does."""

import logging

from django.conf import settings
from django.db import transaction

from portal.files.antivirus import ScannerUnavailable, find_malware
from portal.files.models import StoredFile
from portal.journal import recorder
from portal.workflow.actors import SYSTEM

logger = logging.getLogger(__name__)
BATCH = 200


def scan_waiting() -> str:
    """For the schedule: give a verdict to the oldest files that have none. Returns what was done, in a sentence.

    A file in which malware is found stays, is served to nobody any more, and the journal says so. Stops when the antivirus is
    out of reach; a file that it will not judge (too large) waits without holding the others back.
    """
    if not settings.CLAMD_ADDRESS:
        return "Aucun antivirus n’est configuré."
    waiting = StoredFile.objects.filter(scan=StoredFile.Scan.NOT_SCANNED, deleted_at=None).order_by("created_at", "pk")
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
    StoredFile.objects.filter(pk=stored.pk, scan=StoredFile.Scan.NOT_SCANNED).update(scan=verdict)
    if malware:
        logger.error("malware found in %s: %s", stored.pk, malware)
        recorder.record(stored, "malware_found", actor=SYSTEM, data={"name": stored.name, "sha256": stored.sha256, "malware": malware})
    return bool(malware)
