"""The files of an act on several: what the checks read of them, and what a page has shown of each."""

from collections.abc import Collection, Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Prefetch, QuerySet

from calls.checks import read_partners
from calls.models import Application, Attachment
from calls.queries.files import files_visible_to
from calls.queries.opinions import current_state
from portal.accounts.models import User
from portal.journal.models import JournalEntry

NO_CHANGE = ("remind", "erase_content")  # lines that the clock writes, and that change nothing of what a file is


def read_files(user: User, keys: Collection[int], *, with_content: bool) -> list[Application]:
    """These files, as far as this person may see them, in the order of their references. A constant number of queries.

    `with_content`: with the answers, needs and attachments that admissibility and conditions read.
    """
    files = files_visible_to(user).filter(pk__in=keys).select_related("call", "establishment__authority", "officer", "questionnaire")
    files = files.annotate(opinion_state=current_state())
    if with_content:
        attachments = Prefetch("attachments", Attachment.objects.current().select_related("file"))
        files = files.prefetch_related("answers", "lines", "admissibility_ticks__ticked_by", attachments)
    found = list(files.order_by("reference"))
    if with_content:
        read_partners(found)
    return found


def _lines(keys: Iterable[int]) -> QuerySet[JournalEntry]:
    kind = ContentType.objects.get_for_model(Application)
    about = JournalEntry.objects.filter(subject_type=kind, subject_id__in=[str(key) for key in keys])
    return about.exclude(action__in=NO_CHANGE).order_by()


def stamps_of(keys: Collection[int]) -> dict[int, int]:
    """The last line of the journal about each of these files: what a page keeps, to know later that one has changed. One query."""
    found = dict.fromkeys(keys, 0)
    for key, last in _lines(keys).values_list("subject_id").annotate(last=Max("pk")):
        found[int(key)] = last
    return found


def last_line(key: int) -> JournalEntry | None:
    """The last line about one file, as `stamps_of` counts them."""
    return _lines([key]).order_by("-pk").first()
