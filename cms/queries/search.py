"""The search of the public site: what everybody may read now, whatever was written when it was published."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, Model, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, QueryDict
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex

from calls.conditioned.retained import retained
from calls.enums import CallState
from calls.models import Application, Call
from cms.queries.calls import public_pages
from cms.queries.site import PUBLIC, listed_pages
from portal.text.folding import fold
from portal.text.search import LONGEST, matching, tidy, words

IN_A_GROUP, PER_PAGE = 5, 20
SCHOOLS, DOCUMENTS = "lycees", "documents"
BEFORE, LONG = 8, 34  # words of an excerpt: before the first one found, in all
BEGINS = re.compile(r"[«“(]?[^\W\d_]")  # a word: neither a sign left alone by its space, nor a number cut from what it measures
EDGES = re.compile(r"^(\W*)(.*?)(\W*)$", re.DOTALL)


@dataclass(frozen=True)
class SiteSearch:
    """What is looked for, as the address says it: words, and one kind of things (empty: all)."""

    text: str = ""
    kind: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "SiteSearch":
        return cls(tidy(query.get("q"))[:LONGEST], query.get("dans", "")[:12])

    @property
    def words(self) -> list[str]:
        return words(self.text)


@dataclass(frozen=True)
class Hit:
    """One thing found: its title and an excerpt, with the words looked for marked."""

    title: SafeString
    address: str
    excerpt: SafeString
    detail: str = ""


@dataclass(frozen=True)
class HitGroup:
    code: str
    label: str
    total: int
    hits: Sequence[Hit]
    page: ListPage | None = None  # when this kind alone is shown


def results_of(search: SiteSearch, request: HttpRequest) -> list[HitGroup]:
    """What is found, by kind, those that hold something; one kind alone is given page by page. As many queries whatever is found."""
    if not search.words:
        return []
    kinds = _model("SearchedText").Kind
    found = _found_texts(search, request)
    totals = dict(found.order_by().values_list("kind").annotate(number=Count("pk")))
    groups = [HitGroup(kind.value, kind.label, totals.get(kind.value, 0), ()) for kind in kinds]
    documents, schools = _found_documents(search), _found_schools(search)
    groups.insert(3, HitGroup(SCHOOLS, "Lycées retenus", schools.count(), ()))
    groups.append(HitGroup(DOCUMENTS, "Documents", len(documents), ()))
    best = [] if search.kind else list(_best(found))
    return [_filled(group, search, request, found, best, schools, documents) for group in groups if group.total]


def _model(name: str) -> type[Model]:
    return apps.get_model("cms", name)  # models are above the queries that they ask


def _found_texts(search: SiteSearch, request: HttpRequest) -> QuerySet:
    """Texts of pages that anybody reads now, those whose title holds every word first, then the latest."""
    in_title = Q()
    for word in search.words:
        in_title &= Q(folded_title__contains=word)
    texts = _model("SearchedText").objects.filter(page__in=listed_pages(request).order_by().values("pk"))
    texts = matching(texts, search.text, "folded").annotate(titled=Case(When(in_title, then=1), default=0))
    return texts.select_related("page").order_by("-titled", F("told_at").desc(nulls_last=True), "page_id", "position")


def _best(found: QuerySet) -> QuerySet:
    """The first few of each kind, in one query."""
    rank = Window(
        RowNumber(), partition_by="kind", order_by=[F("titled").desc(), F("told_at").desc(nulls_last=True), "page_id", "position"]
    )
    return found.annotate(rank=rank).filter(rank__lte=IN_A_GROUP)


def _filled(
    group: HitGroup, search: SiteSearch, request: HttpRequest, found: QuerySet, best: list, schools: QuerySet, documents: list
) -> HitGroup:
    sources = {SCHOOLS: (schools, _hit_of_school), DOCUMENTS: (documents, _hit_of_document)}
    rows, make = sources.get(group.code, (found.filter(kind=group.code), _hit_of_text))
    if search.kind == group.code:
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        return HitGroup(group.code, group.label, group.total, [make(row, search) for row in page], page)
    if search.kind:
        return group
    shown = rows[:IN_A_GROUP] if group.code in sources else [row for row in best if row.kind == group.code]
    return HitGroup(group.code, group.label, group.total, [make(row, search) for row in shown])


def _hit_of_text(row: Model, search: SiteSearch) -> Hit:
    is_question = row.kind == row.Kind.FAQ
    place = f"#q-{slugify(row.title)}" if is_question else ""
    detail = row.page.title if is_question else ""
    return Hit(marked(row.title, search.words), f"{row.page.get_url()}{place}", excerpt(row.text, search.words), detail)


# -- Lycées retained -----------------------------------------------------------------------------------------------------------


def _found_schools(search: SiteSearch) -> QuerySet[Application]:
    """Files retained by calls whose results are public, which name their lycée, its commune, its project."""
    calls = Call.objects.filter(state__in=CallState.WITH_RESULTS, results_page__page_ptr__in=public_pages().values("pk"))
    files = Application.objects.filter(retained(), call__in=calls)
    return matching(files, search.text).select_related("establishment", "call__results_page").order_by("establishment__name", "pk")


def _hit_of_school(file: Application, search: SiteSearch) -> Hit:
    school = file.establishment
    address = f"{file.call.results_page.get_url()}?q={school.uai}#liste"
    excerpt_of = marked(file.title, search.words)
    return Hit(marked(f"{school.name}, {school.commune_name}", search.words), address, excerpt_of, f"Retenu : {file.call.title}")


# -- Documents -----------------------------------------------------------------------------------------------------------------


def _found_documents(search: SiteSearch) -> list[Model]:
    """Documents that anybody may open (`cms.queries.site.is_open`) whose title holds every word."""
    model = get_document_model()
    shown = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(model), base_content_type=ContentType.objects.get_for_model(Page)
    )
    unpublished = Call.objects.filter(state=CallState.DRAFT, page__isnull=False).values("page__pk")
    uses = list(shown.values_list("to_object_id", "object_id"))
    public = set(public_pages().filter(pk__in={int(page) for _, page in uses}).exclude(pk__in=unpublished).values_list("pk", flat=True))
    keys = {int(document) for document, page in uses if int(page) in public}
    documents = model.objects.filter(Q(pk__in=keys) | Q(tags__name=PUBLIC)).distinct().order_by("title", "pk")
    return [document for document in documents if all(word in fold(document.title) for word in search.words)]


def _hit_of_document(document: Model, search: SiteSearch) -> Hit:
    return Hit(marked(document.title, search.words), document.url, SafeString(""), document.file_extension.upper())


# -- Words ---------------------------------------------------------------------------------------------------------------------


def marked(text: str, looked_for: Iterable[str]) -> SafeString:
    """The text, escaped, the words that hold one of those looked for marked, accents or not."""
    return mark_safe(" ".join(_mark(word, looked_for) for word in text.split()))  # noqa: S308 -- each word is escaped


def _mark(word: str, looked_for: Iterable[str]) -> str:
    if not _holds(word, looked_for):
        return escape(word)
    before, middle, after = EDGES.match(word).groups()
    return f"{escape(before)}<mark>{escape(middle)}</mark>{escape(after)}"


def _holds(word: str, looked_for: Iterable[str]) -> bool:
    folded = fold(word)
    return any(wanted in folded for wanted in looked_for)


def excerpt(text: str, looked_for: Sequence[str]) -> SafeString:
    """Some thirty words around the first one found; the beginning of the text when its title alone holds them. It begins at a word."""
    tokens = text.split()
    first = next((rank for rank, token in enumerate(tokens) if _holds(token, looked_for)), 0)
    start = next((rank for rank in range(max(0, first - BEFORE), first) if BEGINS.match(tokens[rank])), first)
    cut = tokens[start : start + LONG]
    before, after = "… " if start else "", " …" if start + LONG < len(tokens) else ""
    return mark_safe(f"{before}{marked(' '.join(cut), looked_for)}{after}")  # noqa: S308 -- `marked` has escaped


def suggestion(search: SiteSearch, request: HttpRequest) -> str:
    """Words near those typed, among the titles of public pages; empty when there are none. One query."""
    titles = (
        _model("SearchedText").objects.filter(page__in=listed_pages(request).order_by().values("pk")).values_list("folded_title", flat=True)
    )
    known = sorted({word for title in titles for word in re.findall(r"\w{3,}", title)})
    near = [(get_close_matches(word, known, n=1, cutoff=0.75) or [word])[0] for word in search.words]
    return "" if near == search.words else " ".join(near)
