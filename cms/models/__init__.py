from cms.models.calls import CallIndexPage, CallPage
from cms.models.home import HomePage
from cms.models.news import NewsIndexPage, NewsPage
from cms.models.publisher import Publisher
from cms.models.results import ResultsIndexPage, ResultsPage
from cms.models.searched import SearchedText
from cms.models.standard import StandardPage
from cms.models.subscription import Subscription

__all__ = [
    "CallIndexPage",
    "CallPage",
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "Publisher",
    "ResultsIndexPage",
    "ResultsPage",
    "SearchedText",
    "StandardPage",
    "Subscription",
]
