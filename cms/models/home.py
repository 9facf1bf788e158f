from datetime import datetime

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.models import Page

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
