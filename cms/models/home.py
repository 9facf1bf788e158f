from datetime import datetime

from django.db import models
from django.http import Http404, HttpRequest
from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from cms.blocks import StandardBodyBlock
from cms.models.listed import Listed
from cms.queries import calls, home, news, results
from cms.topics import Topic

EXAMINED = ("closed", "examination")


class HomePage(Listed, Page):
    """The home page of the public site: the open calls first."""

    lede = models.CharField("en une phrase", max_length=300, blank=True)
    body = StreamField(StandardBodyBlock(required=False), verbose_name="contenu", blank=True)

    content_panels = [*Page.content_panels, "lede", "body"]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    template = "cms/home.html"

    class Meta:
        verbose_name = "accueil"

    @property
    def in_a_sentence(self) -> str:
        return self.search_description or self.lede

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """The page at this address below the home page, found at once: two queries however deep it is, where Wagtail asks two at each step.

        Raises Http404 where there is none, or none published.
        """
        if not path_components:
            return super().route(request, path_components)
        steps = [f"{self.url_path}{'/'.join(path_components[:depth])}/" for depth in range(1, len(path_components) + 1)]
        found = {page.url_path: page for page in Page.objects.filter(url_path__in=steps)}
        if steps[-1] not in found:
            raise Http404
        page = found[steps[-1]].specific
        page._cached_parent_obj = found.get(steps[-2]) if len(steps) > 1 else self  # what treebeard reads to know the parent
        return page.route(request, [])

    def changes_at(self) -> list[datetime]:
        return calls.next_changes(timezone.now())

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        cards, now, released = calls.call_cards(), timezone.now(), results.published_results()
        return super().get_context(request, *args, **kwargs) | {
            "now": now,
            "open_calls": [card for card in cards if card.code == "open"],
            "upcoming_calls": [card for card in cards if card.code == "upcoming"],
            "examined_calls": home.examined([card for card in cards if card.code in EXAMINED], now),
            "published_calls": len(cards),
            "latest_results": home.latest_results(released),
            "latest_news": list(news.published_news()[:3]),
            "granted": home.granted(released),
            "programmes": list(calls.programmes_with_calls()),
            "subscription_topics": Topic.choices,
        }
