"""Issuing a document: drawn once for each act that it follows, frozen with its SHA-256, never drawn again."""

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet

from exports.models import IssuedDocument
from exports.registry import DocumentKind, document_kind
from portal.accounts.models import User
from portal.files.access import allow
from portal.files.intake import store_bytes
from portal.files.models import StoredFile
from portal.journal import recorder
from portal.prepared import prepared
from portal.workflow.actors import SYSTEM, SystemActor

PURPOSE = "issued_document"


def issued(kind_code: str, subject: Model) -> IssuedDocument | None:
    """The document of this kind about this subject, when it has been issued."""
    return (
        IssuedDocument.objects.select_related("file")
        .filter(kind=kind_code, subject_type=ContentType.objects.get_for_model(subject), subject_id=str(subject.pk))
        .order_by("-edition")
        .first()
    )


def issue_document(kind_code: str, subject: Model, *, actor: User | SystemActor = SYSTEM) -> IssuedDocument:
    """The document, drawn and kept if this is the first time it is asked for. Safe to call again and from two processes.

    Of a kind of several editions, the last one, and with it those before that were not drawn yet.
    """
    kind, document = document_kind(kind_code), issued(kind_code, subject)
    wanted = max(kind.editions(subject), 1) if kind.editions else 1
    for edition in range(document.edition + 1 if document else 1, wanted + 1):
        try:
            with transaction.atomic():
                document = _draw(kind, subject, actor, edition=edition)
        except IntegrityError:  # another process has just issued it
            document = issued(kind_code, subject)
    return document


def issue_anew(kind_code: str, subject: Model, *, actor: User | SystemActor = SYSTEM) -> IssuedDocument:
    """The document of an act done again after it was undone: a further edition, beside those already issued, which stay readable.

    In the transaction of the act, which the gate lets happen once: two processes never draw the same edition.
    """
    earlier = issued(kind_code, subject)
    return _draw(document_kind(kind_code), subject, actor, edition=earlier.edition + 1 if earlier else 1)


def _draw(kind: DocumentKind, subject: Model, actor: User | SystemActor, *, edition: int = 1) -> IssuedDocument:
    name, title = kind.filename(subject), kind.title(subject)
    if edition > 1:
        name, title = f"{name.removesuffix('.pdf')}-edition-{edition}.pdf", f"{title}, édition {edition}"
    content = kind.render(subject, edition) if kind.editions else kind.render(subject)
    stored = store_bytes(name, content, "application/pdf", purpose=PURPOSE, subject=subject, actor=actor if actor.pk else None)
    document = IssuedDocument.objects.create(
        kind=kind.code,
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=str(subject.pk),
        edition=edition,
        title=title,
        file=stored,
    )
    recorder.record(subject, "document_issued", actor=actor, data={"document": kind.label, "edition": edition, "sha256": stored.sha256})
    return document


def documents_about(subject: Model) -> list[IssuedDocument]:
    """Everything issued about one subject, oldest first."""
    return _about(ContentType.objects.get_for_model(subject).pk, str(subject.pk))


@prepared
def _about(kind: int, subject: str) -> QuerySet[IssuedDocument]:
    return IssuedDocument.objects.filter(subject_type=kind, subject_id=subject).select_related("file").order_by("issued_at")


@allow(PURPOSE)
def may_read_document(user: User, stored_file: StoredFile) -> bool:
    """A document is as closed as what it is about."""
    document = IssuedDocument.objects.filter(file=stored_file).first()
    if document is None:
        return False
    kind = document_kind(document.kind)
    subject = apps.get_model(kind.model)._base_manager.filter(pk=document.subject_id).first()
    return subject is not None and kind.may_read(user, subject)
