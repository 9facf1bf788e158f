"""What every page of a form reads of its file, for its lycée: each query is composed once per process."""

from collections.abc import Iterable

from django.db.models import QuerySet, prefetch_related_objects

from calls.models import Answer, Application, Attachment, Presence, RequestLine
from portal.prepared import fill, is_filled, prepared

SHOWN = 6  # files of one's school on one's own page
AROUND = ("call", "questionnaire", "establishment__authority", "establishment__department")  # what its pages read beside it


@prepared
def file_of_writer(user: int, schools: frozenset[int], reference: str) -> QuerySet[Application]:
    """A file of these lycées, or a personal draft of this person."""
    return Application.everything.written_by(user, schools).filter(reference=reference).select_related(*AROUND)


@prepared
def files_of_schools(schools: frozenset[int]) -> QuerySet[Application]:
    """The files of these lycées, the earliest first, with what says what they await."""
    return Application.objects.filter(establishment__in=schools).select_related("call", "establishment", "questionnaire").order_by("pk")


@prepared
def latest_of_schools(schools: frozenset[int]) -> QuerySet[Application]:
    """The latest files of these lycées, with all that a line of their list shows."""
    files = Application.objects.filter(establishment__in=schools).select_related(
        "call", "establishment__authority", "establishment__department", "officer"
    )
    return files.order_by("-created_at", "-pk")[:SHOWN]


@prepared
def drafts_kept_for(user: int) -> QuerySet[Application]:
    """The personal drafts of a person, the latest first."""
    return Application.everything.filter(kept_for=user).select_related("call", "establishment").order_by("-created_at", "-pk")


@prepared
def _answers(file: int) -> QuerySet[Answer]:
    return Answer.objects.filter(application=file).select_related("updated_by").order_by("pk")


@prepared
def _lines(file: int) -> QuerySet[RequestLine]:
    return RequestLine.objects.filter(application=file).order_by("kind", "position", "pk")


@prepared
def _attachments(file: int) -> QuerySet[Attachment]:
    return Attachment.objects.current().filter(application=file).select_related("file__uploaded_by").order_by("pk")


@prepared
def _presences(file: int) -> QuerySet[Presence]:
    return Presence.objects.filter(application=file)


_READ = {"answers": _answers, "lines": _lines, "attachments": _attachments, "presences": _presences}


def read_requests(files: Iterable[Application]) -> None:
    """The requests for complements of these files. One query at most: nothing was asked of what was never filed."""
    filed = []
    for file in files:
        if file.submitted_at:
            filed.append(file)
        else:
            fill(file, "completion_requests", [], "application")
    prefetch_related_objects(filed, "completion_requests")


def read(application: Application, *names: str) -> None:
    """Its answers, needs, attachments and presences, as far as they are named and were not read yet: one query each."""
    for name in names:
        if not is_filled(application, name):
            fill(application, name, _READ[name](application.pk), "application")
