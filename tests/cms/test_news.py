"""News: published ones alone, the latest first, everywhere that they are told."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from calls.enums import CallState
from cms import actions
from cms.models import NewsPage
from portal.ui.kept_pages import forget
from tests.factories.calls import CallFactory
from tests.factories.site import news, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(site):
    today = timezone.localdate()
    return [news(f"Nouvelle {rank}", dated_on=today - timedelta(days=rank)) for rank in (2, 1, 3)]


def test_the_latest_come_first_and_drafts_nowhere(client, three):
    news("Émeraude", live=False)

    shown = [page.title for page in client.get("/actualites/").context["page_obj"]]

    assert shown == ["Nouvelle 1", "Nouvelle 2", "Nouvelle 3"]
    for path in ("/", "/actualites/", "/actualites/flux.rss", "/sitemap.xml", "/plan-du-site/", "/recherche/?q=emeraude"):
        assert "Émeraude" not in client.get(path).text


def test_home_tells_the_last_three(client, three):
    news("Nouvelle 0", dated_on=timezone.localdate())

    assert [page.title for page in client.get("/").context["latest_news"]] == ["Nouvelle 0", "Nouvelle 1", "Nouvelle 2"]


def test_an_article_has_its_day_its_picture_and_the_others(client, site):
    news("Une autre", dated_on=date(2026, 3, 1))
    page = news("Les tablettes arrivent", dated_on=date(2026, 3, 12), picture=picture(), picture_alt="Des élèves sous un préau")

    response = client.get(page.get_url())

    assert "12\u00a0mars 2026" in response.text or "12 mars 2026" in response.text
    assert 'alt="Des élèves sous un préau"' in response.text
    assert [other.title for other in response.context["others"]] == ["Une autre"]


def test_a_picture_is_described_or_said_to_be_decorative(site):
    page = NewsPage(title="Sans mot", slug="sans-mot", intro="Une phrase.", picture=picture())

    with pytest.raises(ValidationError) as refused:
        page.clean()
    page.picture_is_decorative = True
    page.clean()

    assert list(refused.value.message_dict) == ["picture_alt"]
    assert page.alternative == ""


def test_no_news_says_so(client, site):
    assert "Aucune actualité n’est encore publiée" in client.get("/actualites/").text


def test_the_feed_tells_news_and_results_the_latest_first(client, three):
    call = CallFactory(slug="fini", title="Lycée 4.0, vague 1", state=CallState.RELEASED, closed=True)
    actions.publish_results_page(call=call)
    hidden = CallFactory(slug="cache", title="Pas encore", state=CallState.VOTED, closed=True)
    assert hidden.has_results is False

    feed = ElementTree.fromstring(client.get("/actualites/flux.rss").content)  # noqa: S314 -- our own

    assert [item.findtext("title") for item in feed.iter("item")] == [
        "Lycée 4.0, vague 1 : résultats",
        "Nouvelle 1",
        "Nouvelle 2",
        "Nouvelle 3",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_news_query_count(client, site, count, django_assert_num_queries):
    for rank in range(count):
        news(f"Nouvelle {rank}", picture=picture(), picture_is_decorative=True)
    client.get("/actualites/")
    forget()

    with django_assert_num_queries(11):
        client.get("/actualites/")
