"""The public page of a rehearsed call: the texts of the real one as they are written now, with its pictures and documents, at the dates of the rehearsal.

The page has its place in the tree of the rehearsal and the numbers of its own rows; what its texts show keeps its number, since they name it. A link
to another page of the real site leads nowhere.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Model
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection

from calls.models import Call
from cms.actions import draft_call_page
from cms.models import CallPage
from portal.accounts.models import User

LATER = {
    "collection",
    "collection_id",
    "uploaded_by_user",
    "uploaded_by_user_id",
    "file",
}  # what a picture or a document takes where it is copied


@dataclass(frozen=True)
class ShownFile:
    """A picture or a document of the page: the row without what it takes there, the name of its file and what it holds."""

    row: Model
    name: str
    content: bytes


@dataclass(frozen=True)
class PageTexts:
    """What a page of a call says. `closed_on`: the closing around which its steps were dated."""

    body: list[dict[str, Any]]
    milestones: list[dict[str, Any]]
    contact: str
    search_description: str
    closed_on: date
    shown: tuple[ShownFile, ...] = ()


def texts_of(call: Call) -> PageTexts | None:
    """What the page of a call says, its last draft where there is one; None without a page. Read in the portal, before the rehearsal is entered."""
    page = CallPage.objects.filter(call=call).first()
    if page is None:
        return None
    written = page.get_latest_revision_as_object()
    return PageTexts(
        body=_raw(written.body), milestones=_raw(written.milestones), contact=written.contact, search_description=written.search_description,
        closed_on=timezone.localdate(call.closes_at), shown=tuple(_shown(written)),
    )  # fmt: skip


def draw_page(call: Call, texts: PageTexts | None, actor: User) -> CallPage | None:
    """The page of the call in the rehearsal, in draft: the publication of the call publishes it. Without texts, it says what the call says."""
    page = draft_call_page(call=call, actor=actor)
    if page is None or texts is None:
        return page
    for each in texts.shown:
        _copy(each)
    days = timezone.localdate(call.closes_at) - texts.closed_on
    page.body = json.dumps(texts.body)
    page.milestones = json.dumps([step | {"value": _moved(step["value"], days)} for step in texts.milestones])
    page.contact, page.search_description = texts.contact, texts.search_description
    page.save_revision(user=actor)
    page.save(update_fields=["body", "milestones", "contact", "search_description"])
    return page


def _raw(stream: Any) -> list[dict[str, Any]]:
    """A stream as it is stored, whatever the page keeps it as."""
    return json.loads(json.dumps(list(stream.get_prep_value()), default=str))


def _shown(page: CallPage) -> Iterator[ShownFile]:
    """Its pictures and documents; one whose file is lost is left out, as the page leaves it out."""
    seen = set()
    for model, key, *_path in page.body.stream_block.extract_references(page.body):
        if model not in (get_image_model(), get_document_model()) or (model, key) in seen:
            continue
        seen.add((model, key))
        row = model._base_manager.filter(pk=key).first()
        if row is None or not row.file.storage.exists(row.file.name):
            continue
        with row.file.storage.open(row.file.name, "rb") as content:
            yield ShownFile(row, row.file.name.rpartition("/")[2], content.read())


def _copy(shown: ShownFile) -> None:
    kept = {field.attname: getattr(shown.row, field.attname) for field in shown.row._meta.concrete_fields if field.name not in LATER}
    copy = type(shown.row)(collection=Collection.get_first_root_node())
    copy.file.save(shown.name, ContentFile(shown.content), save=False)
    for name, value in kept.items():  # after the file, whose sides would be read again
        setattr(copy, name, value)
    copy.save(force_insert=True)


def _moved(step: dict[str, Any], days: timedelta) -> dict[str, Any]:
    """A step of the calendar as far from the closing of the rehearsal as it was from the real one."""
    dates = {name: str(date.fromisoformat(step[name]) + days) for name in ("starts_on", "ends_on") if step.get(name)}
    return step | dates
