from cms.models.calls import CallIndexPage, CallPage
from cms.models.home import HomePage
from cms.models.publisher import Publisher
from cms.models.results import ResultsIndexPage, ResultsPage
from cms.models.standard import StandardPage
from cms.models.subscription import Subscription

__all__ = ["CallIndexPage", "CallPage", "HomePage", "Publisher", "ResultsIndexPage", "ResultsPage", "StandardPage", "Subscription"]
