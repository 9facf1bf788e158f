"""Every row has its file, every file has its row, and nothing has changed since it was received."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.storage import Storage
from django.utils import timezone

from portal.files.models import StoredFile
from portal.reading import in_pieces

logger = logging.getLogger(__name__)
YOUNG = timedelta(hours=24)  # a file without a row may belong to a request that is still under way


@dataclass
class Findings:
    """Ids of rows, or paths in the storage."""

    checked: int = 0
    missing: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not (self.missing or self.altered)


def check_files() -> Findings:
    """Read every private file once and compare it with the SHA-256 taken when it was received."""
    findings = Findings()
    known = set()
    for stored in in_pieces(StoredFile.objects.order_by("pk")):
        known.add(stored.content.name)
        findings.checked += 1
        digest = _digest(stored)
        if digest is None:
            findings.missing.append(str(stored.pk))
        elif digest != stored.sha256:
            findings.altered.append(str(stored.pk))
    findings.orphans = sorted(path for path in _paths(_storage()) if path not in known and not _is_young(path))
    return findings


def remove_orphans(findings: Findings) -> int:
    """Delete files that no row refers to. Asked for by a person: after a restore, an orphan may be the only copy of a file."""
    storage = _storage()
    for path in findings.orphans:
        storage.delete(path)
    return len(findings.orphans)


def nightly_check() -> str:
    """For the schedule: log the result, as an error when something is wrong."""
    findings = check_files()
    if not findings.is_sound:
        logger.error("private files: %s missing %s, %s altered %s", len(findings.missing), findings.missing[:20],
                     len(findings.altered), findings.altered[:20])  # fmt: skip
    if findings.orphans:
        logger.warning("private files: %s without a row", len(findings.orphans))
    return f"{findings.checked} fichiers vérifiés, {len(findings.missing)} manquants, {len(findings.altered)} altérés"


def _storage() -> Storage:
    return StoredFile._meta.get_field("content").storage


def _digest(stored: StoredFile) -> str | None:
    digest = hashlib.sha256()
    try:
        with stored.content.open("rb") as content:
            for chunk in content.chunks():
                digest.update(chunk)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def _paths(storage: Storage, folder: str = "") -> Iterator[str]:
    """Every file of the storage, whatever it is: a folder, a bucket."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" if folder else name for name in files)
    for name in folders:
        yield from _paths(storage, f"{folder}/{name}" if folder else name)


def _is_young(path: str) -> bool:
    return _storage().get_modified_time(path) > timezone.now() - YOUNG
