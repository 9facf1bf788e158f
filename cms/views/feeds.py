"""The feeds of the public site, for feed readers: the calls; the news and the results."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, time

from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Rss201rev2Feed
from django.views.decorators.http import require_safe

from calls.models import Call
from cms.queries import news, results, site
from portal.text.dates import day, moment

NEWS_TOLD = 30


class AskedFeed(Feed):
    """A feed that every copy asks for again by a validator drawn from the feed itself.

    Django says when its latest entry dates from, and nothing else: a cache may then keep for days (a tenth of that age, RFC 9111, 4.2.2) a
    feed that does not have the call just published, and a corrected title would not change it.
    """

    def __call__(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = super().__call__(request, *args, **kwargs)
        del response["Last-Modified"]
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()}"'
        response["Cache-Control"] = "public, no-cache"
        return get_conditional_response(request, etag=response["ETag"], response=response)


class CallsFeed(AskedFeed):
    """The calls, the latest announced first, for feed readers."""

    feed_type = Rss201rev2Feed
    title = "Préau : les appels à projets de la Région et de ses lycées"
    link = "/appels/"
    description = "Les appels à projets publiés, avec leurs dates d’ouverture et de clôture."
    language = "fr"

    def items(self) -> list[Call]:
        return site.recent_calls(timezone.now())

    def item_title(self, call: Call) -> str:
        return call.title

    def item_description(self, call: Call) -> str:
        told = f"Dépôts du {moment(call.opens_at)} au {moment(call.closes_at)} (heure de Paris)."
        if call.dates_moved_at:
            told = f"Dates changées le {day(call.dates_moved_at)}. {told}"
        return f"{call.summary} {told}".strip()

    def item_link(self, call: Call) -> str:
        return call.get_absolute_url()

    def item_guid(self, call: Call) -> str:
        return f"preau:appel:{call.reference}"

    item_guid_is_permalink = False

    def item_pubdate(self, call: Call) -> datetime:
        """When the call was announced, which is before it opens, or when its dates last moved: readers then show it again."""
        return call.dates_moved_at or call.page.first_published_at or call.opens_at

    def item_updateddate(self, call: Call) -> datetime:
        """When its page or its dates last changed."""
        return max(filter(None, [call.page.last_published_at, self.item_pubdate(call)]))

    def item_categories(self, call: Call) -> list[str]:
        return [call.programme.name]


calls_feed = login_not_required(require_safe(CallsFeed()))


@dataclass(frozen=True)
class FeedEntry:
    """One entry of the feed of news: a piece of news, or the results of a call."""

    key: str
    title: str
    text: str
    address: str
    at: datetime
    kind: str


class NewsFeed(AskedFeed):
    """The news and the results, the latest first."""

    feed_type = Rss201rev2Feed
    title = "Préau : les actualités et les résultats"
    link = "/actualites/"
    description = "Les actualités du portail et les résultats des appels à projets, dès leur publication."
    language = "fr"

    def items(self) -> list[FeedEntry]:
        told = [
            FeedEntry(
                f"actualite:{page.pk}",
                page.title,
                page.intro,
                page.get_url(),
                timezone.make_aware(datetime.combine(page.dated_on, time(8))),
                "Actualité",
            )
            for page in news.published_news()[:NEWS_TOLD]
        ]
        told += [_results(call) for call in results.published_results()]
        return sorted(told, key=lambda one: one.at, reverse=True)[:NEWS_TOLD]

    def item_title(self, told: FeedEntry) -> str:
        return told.title

    def item_description(self, told: FeedEntry) -> str:
        return told.text

    def item_link(self, told: FeedEntry) -> str:
        return told.address

    def item_guid(self, told: FeedEntry) -> str:
        return f"preau:{told.key}"

    item_guid_is_permalink = False

    def item_pubdate(self, told: FeedEntry) -> datetime:
        return told.at

    def item_categories(self, told: FeedEntry) -> list[str]:
        return [told.kind]


def _results(call: Call) -> FeedEntry:
    page = call.results_page
    vote = f"Vote de la Commission permanente du {day(call.vote.held_on)}. " if hasattr(call, "vote") else ""
    text = f"{vote}Les lycées retenus et les montants accordés sont publics."
    return FeedEntry(
        f"resultats:{call.reference}", page.title, text, page.get_url(), page.first_published_at or call.closes_at, "Résultats"
    )


news_feed = login_not_required(require_safe(NewsFeed()))
