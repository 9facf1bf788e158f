"""Files whose time is over: exports that expired, files retired more than thirty days ago."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone

from portal.files.models import StoredFile
from portal.reading import in_pieces

logger = logging.getLogger(__name__)
SOFT = timedelta(days=30)  # a retired file can be brought back until then
GRACE = timedelta(hours=1)  # a download begun just before the end goes through


def purge_files() -> int:
    """Delete rows, then contents, of what is over. Returns how many. What an object still refers to stays.

    Row first: a failure in between leaves an orphan that the nightly check finds, never a row without its file.
    """
    now = timezone.now()
    over = StoredFile.objects.filter(Q(expires_at__lt=now - GRACE) | Q(deleted_at__lt=now - SOFT))
    purged = 0
    for stored in in_pieces(over.order_by("pk"), size=200):
        storage, path = stored.content.storage, stored.content.name
        try:
            with transaction.atomic():
                stored.delete()
        except ProtectedError:
            continue
        storage.delete(path)
        purged += 1
    logger.info("private files purged: %s", purged)
    return purged
