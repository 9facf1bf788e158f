"""Pages of the site in lists, maps and feeds."""

from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex, Site
from wagtail.query import PageQuerySet

from calls.enums import CallState
from calls.models import Call
from cms.queries.calls import call_cards, public_pages
from cms.queries.dates import dates_moved

PUBLIC = "public"  # the tag by which an editor says that a document is public, whatever shows it


def listed_pages(request: HttpRequest) -> PageQuerySet:
    """The public pages of the site, in the order of the tree; a call not public, results not released, have no page here."""
    site = Site.find_for_request(request)
    if site is None:
        return Page.objects.none()
    hidden = Call.objects.filter(state__in=CallState.HIDDEN, page__isnull=False)
    waiting = Call.objects.exclude(state__in=CallState.WITH_RESULTS).filter(results_page__isnull=False)
    pages = public_pages().descendant_of(site.root_page, inclusive=True)
    return pages.exclude(pk__in=hidden.values("page__pk")).exclude(pk__in=waiting.values("results_page__pk")).order_by("path")


def is_open(document_id: str) -> bool:
    """Whether everybody may read this document of the site: its editor said so, or a public page shows it."""
    return get_document_model().objects.filter(pk=int(document_id), tags__name=PUBLIC).exists() or is_shown(document_id)


def is_shown(document_id: str) -> bool:
    """Whether a page that everybody reads shows this document of the site, as that page is published: a draft shows nothing."""
    uses = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(get_document_model()),
        to_object_id=str(int(document_id)),
        base_content_type=ContentType.objects.get_for_model(Page),
    )
    unpublished = Call.objects.filter(state=CallState.DRAFT, page__isnull=False)
    pages = [int(key) for key in uses.values_list("object_id", flat=True)]
    return public_pages().filter(pk__in=pages).exclude(pk__in=unpublished.values("page__pk")).exists()


def site_map(request: HttpRequest) -> list[dict]:
    """The public pages as a tree: {"page": page, "children": [...]}, below the home page."""
    nodes = {page.path: {"page": page, "children": []} for page in listed_pages(request)}
    roots = []
    for path, node in nodes.items():
        parent = nodes.get(path[: -Page.steplen])
        (parent["children"] if parent else roots).append(node)
    return roots


def recent_calls(now: datetime, limit: int = 30) -> list[Call]:
    """The calls of the feed with their pages: already public, first those announced, or whose dates moved, last (`dates_moved_at`)."""
    shown = [card.call.pk for card in call_cards() if card.call.opens_at <= now + timedelta(days=366)]
    calls = list(Call.objects.filter(pk__in=shown).select_related("programme", "page"))
    moved = dates_moved(calls)
    for call in calls:
        call.dates_moved_at = moved.get(call.pk)
    return sorted(calls, key=lambda call: call.dates_moved_at or call.page.first_published_at or call.opens_at, reverse=True)[:limit]
