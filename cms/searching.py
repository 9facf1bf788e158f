"""What the search of the site reads is written when a page is published, from that publication: a draft never enters it.

Who may read is asked again at each search (`cms.queries.search`); nothing here decides of it.
"""

from collections.abc import Iterator
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

from calls.models import Call
from cms.models import CallPage, NewsPage, ResultsPage, SearchedText
from portal.text.folding import fold

Kind = SearchedText.Kind
KIND_OF = {CallPage: Kind.CALL, NewsPage: Kind.NEWS, ResultsPage: Kind.RESULTS}
STREAMS = ("intro", "body")


@transaction.atomic
def index(page: Page) -> None:
    """Write anew what a published page says; nothing is kept of one that is not published. `page` is as it is in the database."""
    SearchedText.objects.filter(page=page).delete()
    if page.live:
        SearchedText.objects.bulk_create(_texts(page))


def index_call(call: Call) -> None:
    """The page of a call whose words have changed elsewhere than on its page: in the call, in its form."""
    page = CallPage.objects.filter(call=call).first()
    if page:
        index(page)


@transaction.atomic
def rebuild() -> str:
    """Every published page, read again. Safe at any time; a schedule does it every night."""
    SearchedText.objects.all().delete()
    rows = [row for page in Page.objects.live().filter(depth__gt=1).specific() for row in _texts(page)]
    SearchedText.objects.bulk_create(rows, batch_size=200)
    return f"{len(rows)} textes du site relus"


def _texts(page: Page) -> Iterator[SearchedText]:
    kind, told_at = KIND_OF.get(type(page), Kind.PAGE), _date(page)
    words = [getattr(page, "in_a_sentence", ""), *_blocks(page), *_words_of_call(page)]
    yield _row(page, kind, 0, page.title, words, told_at)
    questions = [entry for block in getattr(page, "body", ()) if block.block_type == "faq" for entry in block.value]
    for rank, entry in enumerate(questions):
        yield _row(page, Kind.FAQ, rank, entry["question"], [get_text_for_indexing(entry["answer"].source)], told_at)


def _row(page: Page, kind: str, position: int, title: str, words: list[str], told_at: datetime | None) -> SearchedText:
    text = " · ".join(" ".join(piece.split()) for piece in words if piece and not piece.isspace())
    return SearchedText(
        page_id=page.pk, kind=kind, position=position, title=title[:255], text=text,
        folded_title=fold(title), folded=fold(f"{title} {text}"), told_at=told_at,
    )  # fmt: skip


def _date(page: Page) -> datetime | None:
    if isinstance(page, NewsPage):
        return timezone.make_aware(datetime.combine(page.dated_on, time()))
    return page.last_published_at


def _blocks(page: Page) -> Iterator[str]:
    """The words of the blocks, but for the questions, which have rows of their own."""
    for name in STREAMS:
        for block in getattr(page, name, None) or ():
            if hasattr(block, "block_type") and block.block_type != "faq":
                yield from block.block.get_searchable_content(block.value)


def _words_of_call(page: Page) -> Iterator[str]:
    """The words that a call gives its page: its own, its dates, the questions of its form, the criteria of its grid."""
    if not isinstance(page, CallPage | ResultsPage):
        return
    call = page.call
    yield f"{call.programme.name}, {call.reference}"
    if isinstance(page, ResultsPage):
        yield call.summary
        return
    yield from (step.value["label"] for step in page.milestones)
    form = call.questionnaire
    for section in form.schema.sections if form else ():
        yield from (section.title, section.help)
        for part in section.parts:
            yield part.label
            yield part.text if part.is_notice else " ".join([part.help, *part.possible])
