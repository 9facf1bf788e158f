from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cms.forms import EditorPageForm
from portal.ui.freshness import seconds_true, shared
from portal.ui.share_picture import SharePicture


class Listed:
    """A page of the public site: how its editor's values are checked, how the site map for search engines lists it."""

    base_form_class = EditorPageForm

    @property
    def in_a_sentence(self) -> str:
        """What a search engine or a shared link says of the page."""
        return self.search_description

    @property
    def share_words(self) -> SharePicture | None:
        """What the picture of a shared link says; none: links to this page have no picture."""
        return None

    def changes_at(self) -> Iterable[datetime]:
        """The instants at which the page says something else by itself; those that are past do not matter."""
        return ()

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The page; to whoever has no cookie, kept by caches until it may say something else."""
        response = super().serve(request, *args, **kwargs)
        return shared(request, response, seconds_true(self.changes_at(), timezone.now()))

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """With its own address, under which the portal is published, whatever was searched on it, and the picture of its shared links."""
        canonical = f"{settings.BASE_URL}{self.get_url(request) or ''}"
        words = self.share_words
        picture = {"address": f"{canonical}partage.png?v={words.mark}", "words": words} if words else None
        return super().get_context(request, *args, **kwargs) | {"canonical": canonical, "share_picture": picture}

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict]:
        """The address under which the portal is published: the row of Wagtail's site may name the machine."""
        return [{"location": f"{settings.BASE_URL}{self.get_url(request)}", "lastmod": self.last_published_at}]
