"""A page or a press about what somebody has removed meanwhile: who did, when, and the list where it was. To those alone who could see it."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from portal.journal.models import JournalEntry
from portal.text.dates import moment

Row = TypeVar("Row", bound=Model)


class AlreadyRemoved(Http404):
    """`entry` is the line of the journal that says it, `what` the beginning of a sentence, `back` where it was."""

    def __init__(self, what: str, entry: JournalEntry, back: str):
        super().__init__(what)
        self.what, self.entry, self.back = what, entry, back

    def sentence(self, reader_id: int | None) -> str:
        """Who removed it and when; a reader who did it is only told that it is done."""
        by = "" if self.entry.actor_id == reader_id else f" par {self.entry.actor_label}"
        return f"{self.what}{by} le {moment(self.entry.at)}."


class AlreadyRemovedMiddleware:
    """Says it on the page where the row was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, AlreadyRemoved):
            return None
        messages.warning(request, exception.sentence(request.user.pk))
        return redirect(exception.back)


def found_in(rows: QuerySet[Row], pk: int, *, above: Model, act: str, what: str | Callable[[JournalEntry], str], back: str) -> Row:
    """The row of this key. `above` is what the reader may see and from which rows are removed by `act`, which the journal keeps with their key (`row`).

    Raises AlreadyRemoved where somebody has removed it, Http404 where there never was one.
    """
    if row := rows.filter(pk=pk).first():
        return row
    if entry := removal_of(above, act, row=pk):
        raise AlreadyRemoved(what if isinstance(what, str) else what(entry), entry, back)
    raise Http404(act)


def removal_of(subject: Model, act: str, *, row: int | None = None) -> JournalEntry | None:
    """The last line of the journal by which `act` removed this row from `subject`, or `subject` itself."""
    about = JournalEntry.objects.filter(subject_type=ContentType.objects.get_for_model(subject), subject_id=str(subject.pk), action=act)
    return (about if row is None else about.filter(data__row=row)).order_by("-pk").first()
