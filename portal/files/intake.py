"""Receiving files. What is refused says why, and leaves nothing behind (docs/adr/0005-private-files.md)."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from portal.files.antivirus import EICAR, PATIENCE, ScannerUnavailable, find_malware
from portal.files.formats import Format, Harmless, UnsafeContent, WrongContent, format_of
from portal.files.models import StoredFile
from portal.files.names import clean_name, extension_of
from portal.files.recognition import recognise, told
from portal.journal import recorder
from portal.roles import Actor

logger = logging.getLogger(__name__)
MEBIBYTE = 1024 * 1024
KEPT = "Vos réponses sont gardées."


class UploadRefused(Exception):
    """The file was not kept. The message, in French, says why, what was kept and what to do."""


def store_upload(
    uploaded: UploadedFile,
    *,
    purpose: str,
    subject: Model | None,
    actor: Actor,
    allowed: Iterable[str] = ("pdf",),
    max_bytes: int | None = None,
) -> StoredFile:
    """Check a file that a person sent, then keep it privately.

    `allowed` holds the extensions of `portal.files.formats.FORMATS` accepted here, `subject` the object that the file
    belongs to (or None), `max_bytes` replaces `settings.UPLOAD_MAX_BYTES`. Raises UploadRefused.
    """
    checked = check_upload(uploaded, allowed=allowed, max_bytes=max_bytes)
    name = checked.name
    stored = StoredFile(
        name=name,
        content_type=checked.format.content_type,
        size=checked.content.size,
        sha256=checked.sha256,
        original_sha256=checked.original_sha256,
        changes=checked.changes,
        scan=checked.scan,
        purpose=purpose,
        uploaded_by_id=actor.pk,
        **_subject_fields(subject),
    )
    try:
        _write(stored, _rewound(checked.content))
    except StorageFailed as error:
        raise UploadRefused(
            f"« {name} » n’a pas pu être enregistré : l’espace de stockage du portail ne répond pas ou est plein. "
            f"{KEPT} Essayez de nouveau dans quelques minutes ; l’équipe technique est prévenue."
        ) from error
    return stored


@dataclass(frozen=True)
class CheckedUpload:
    """What the checks say of a file that may be kept."""

    name: str
    format: Format
    content: File  # what is kept: what was sent, or the same made harmless
    sha256: str  # of `content`
    original_sha256: str  # of what was sent, where something else is kept; "" otherwise
    changes: str  # what the sender is told of the difference, in French
    scan: str  # a value of StoredFile.Scan


def check_upload(uploaded: UploadedFile, *, allowed: Iterable[str], max_bytes: int | None = None, kept: str = KEPT) -> CheckedUpload:
    """The checks that every file sent to the portal passes, wherever it is then kept: size, extension, content, antivirus, what it does.

    `kept` says in a sentence what the person has not lost. Raises UploadRefused.
    """
    name, allowed = clean_name(uploaded.name or ""), tuple(allowed)
    format_ = _check_envelope(uploaded, name, allowed, max_bytes or settings.UPLOAD_MAX_BYTES, kept)
    try:
        format_.check(_rewound(uploaded))
        harmless = format_.harmless(_rewound(uploaded))
    except WrongContent as reason:
        told_instead = "" if isinstance(reason, UnsafeContent) else _true_kind(uploaded, name, allowed)
        raise UploadRefused(f"« {name} » n’a pas été enregistré : {told_instead or reason}. {kept}") from reason
    sent, scan = _fingerprint(uploaded, name, kept), _scan(uploaded, name, kept)
    if harmless is None:
        return CheckedUpload(name, format_, uploaded, sent, original_sha256="", changes="", scan=scan)
    return _made_harmless(name, format_, harmless, sent, scan)


def _made_harmless(name: str, format_: Format, harmless: Harmless, sent: str, scan: str) -> CheckedUpload:
    """What is kept in place of what was sent, under the name that its new format wants."""
    if format_.kept_as:
        name = clean_name(f"{name.rpartition('.')[0]}.{format_.kept_as}")
    sha256 = hashlib.sha256(harmless.content).hexdigest()
    content = ContentFile(harmless.content, name=name)
    return CheckedUpload(name, format_, content, sha256, original_sha256=sent, changes=harmless.changes, scan=scan)


def store_bytes(
    name: str,
    content: bytes,
    content_type: str,
    *,
    purpose: str,
    subject: Model | None = None,
    actor: Actor | None = None,
    expires_at: datetime | None = None,
) -> StoredFile:
    """Keep what the portal made itself (PDF, export). After `expires_at` the file is no longer served.

    Raises StorageFailed when the storage does not take it; nothing is left behind then.
    """
    stored = StoredFile(
        name=clean_name(name),
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        purpose=purpose,
        uploaded_by_id=actor.pk if actor else None,
        expires_at=expires_at,
        **_subject_fields(subject),
    )
    _write(stored, ContentFile(content))
    return stored


class StorageFailed(Exception):
    """The disk is full, or the object store does not answer."""


@transaction.atomic
def retire(stored_file: StoredFile, actor: Actor, *, told: bool = True) -> StoredFile:
    """Take a file away from every reader at once; its content is kept 30 days, in case it was a mistake. `told`: to the journal."""
    if stored_file.deleted_at is None:
        stored_file.deleted_at = timezone.now()
        stored_file.save(update_fields=["deleted_at"])
        if told:
            recorder.record(stored_file, "retire_file", actor=actor, data={"name": stored_file.name, "sha256": stored_file.sha256})
    return stored_file


def _check_envelope(uploaded: UploadedFile, name: str, allowed: tuple[str, ...], limit: int, kept: str) -> Format:
    """Size and extension. Returns the format to check the content against."""
    accepted = ", ".join(extension.upper() for extension in allowed)
    if getattr(uploaded, "refusal", "") == "storage":
        raise UploadRefused(
            f"« {name} » n’a pas pu être reçu : l’espace de stockage du portail est plein. {kept} "
            "Essayez de nouveau dans quelques minutes ; l’équipe technique est prévenue."
        )
    if getattr(uploaded, "refusal", "") == "size" or uploaded.size > limit:
        raise UploadRefused(
            f"« {name} » n’a pas été enregistré : il pèse {uploaded.size / MEBIBYTE:.0f} Mo, "
            f"la limite est de {limit // MEBIBYTE} Mo. {kept} Réduisez le fichier puis joignez-le de nouveau."
        )
    if not uploaded.size:
        raise UploadRefused(f"« {name} » n’a pas été enregistré : il est vide. {kept} Vérifiez le fichier puis joignez-le de nouveau.")
    extension = extension_of(name)
    format_ = format_of(extension, allowed)
    if format_ is None:
        kind = recognise(uploaded)
        what = f"c’est {kind.name} ; {kind.advice}. Les" if kind and kind.advice else "les"
        raise UploadRefused(f"« {name} » n’a pas été enregistré : {what} formats acceptés ici sont {accepted}. {kept}")
    return format_


def _fingerprint(uploaded: UploadedFile, name: str, kept: str) -> str:
    """SHA-256 of the content, in hexadecimal. Refuses the antivirus test file on the way, wherever it hides."""
    digest, tail = hashlib.sha256(), b""
    for chunk in _rewound(uploaded).chunks():
        digest.update(chunk)
        if EICAR in tail + chunk:
            raise _infected(name, "EICAR", kept)
        tail = chunk[-len(EICAR) :]
    return digest.hexdigest()


def _scan(uploaded: UploadedFile, name: str, kept: str) -> str:
    """Verdict of the antivirus. Without one, the file is shown as not scanned; when it does not answer, it is held until it does."""
    try:
        found = find_malware(_rewound(uploaded).chunks(), timeout=PATIENCE)
    except ScannerUnavailable as error:
        logger.warning("antivirus gave no answer, file held: %s", error)
        return StoredFile.Scan.WAITING
    if found:
        raise _infected(name, found, kept)
    return StoredFile.Scan.NOT_SCANNED if found is None else StoredFile.Scan.CLEAN


def _infected(name: str, malware: str, kept: str) -> UploadRefused:
    logger.warning("upload refused, malware found: %s", malware)
    return UploadRefused(
        f"« {name} » n’a pas été enregistré : l’antivirus y reconnaît un programme malveillant ({malware}). {kept} "
        "Faites vérifier votre ordinateur avant de recommencer."
    )


def _write(stored: StoredFile, content: File) -> None:
    """Content first, row second: a row always has its file. A failure leaves neither."""
    storage = stored.content.storage
    path = stored._meta.get_field("content").generate_filename(stored, stored.name)
    try:
        stored.content.save(stored.name, content, save=False)
    except Exception as error:  # a disk and an object store fail in ways of their own
        logger.exception("private storage refused a file of %s bytes", stored.size)
        _discard(storage, path)
        raise StorageFailed(str(error)) from error
    try:
        with transaction.atomic():
            stored.save(force_insert=True)
    except Exception:
        _discard(storage, stored.content.name)
        raise


def _discard(storage: Storage, path: str) -> None:
    try:
        storage.delete(path)
    except Exception:  # the nightly check finds what could not be removed now
        logger.exception("half-written private file left at %s", path)


def _rewound(uploaded: File) -> File:
    uploaded.seek(0)
    return uploaded


def _subject_fields(subject: Model | None) -> dict:
    if subject is None:
        return {}
    return {"subject_type": ContentType.objects.get_for_model(subject), "subject_id": str(subject.pk)}


def _true_kind(uploaded: BinaryIO, name: str, allowed: tuple[str, ...]) -> str:
    """What the content is and what to do, where it is not what its name says; "" otherwise."""
    kind = recognise(uploaded)
    return told(kind, allowed) if kind and kind.extension != extension_of(name) else ""
