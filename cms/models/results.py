from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from calls.models import Call
from cms.blocks import StandardBodyBlock
from cms.models.kept import KeptWithItsCall
from cms.models.listed import Listed
from cms.queries import results as queries
from scoring.queries.publication import public_selection, why_not_public
from scoring.queries.scenario import retained_amounts_rule
from scoring.wording.publication import declined_told


class ResultsIndexPage(Listed, Page):
    """The results of every call, the latest first."""

    intro = StreamField(StandardBodyBlock(required=False), verbose_name="introduction", blank=True)

    content_panels = [*Page.content_panels, "intro"]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.ResultsPage"]
    max_count = 1
    template = "cms/results_index.html"

    class Meta:
        verbose_name = "liste des résultats"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        return super().get_context(request, *args, **kwargs) | {"results": queries.published_results()}


class ResultsPage(KeptWithItsCall, Listed, Page):
    """The lycées retained by one call. It reads what the release wrote and nothing else; before, it does not exist."""

    call = models.OneToOneField(Call, verbose_name="appel", on_delete=models.PROTECT, related_name="results_page")
    intro = StreamField(StandardBodyBlock(required=False), verbose_name="introduction", blank=True)

    content_panels = [FieldPanel("call", read_only=True), FieldPanel("intro")]
    promote_panels = [MultiFieldPanel(["seo_title", "search_description"], heading="Pour les moteurs de recherche")]
    parent_page_types = ["cms.ResultsIndexPage"]
    subpage_types: list[str] = []
    is_creatable = False  # made by the release (cms.hooks.receivers)
    template = "cms/results.html"

    class Meta:
        verbose_name = "résultats d’un appel"
        verbose_name_plural = "résultats des appels"

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not self.call.has_results:
            raise Http404("results are not released")
        return super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        search = queries.ResultSearch.from_query(request.GET)
        shown = queries.shown_results(self.call, search, request.GET.get("page"))
        verifiable = public_selection(self.call)
        return super().get_context(request, *args, **kwargs) | {
            "call": self.call,
            "verifiable": verifiable,
            "declined_told": declined_told(verifiable.retained, shown.summary.total) if verifiable else "",
            "why_not_public": "" if verifiable else why_not_public(self.call),
            "amounts": retained_amounts_rule(self.call),
            "vote": queries.vote_of(self.call),
            "search": search,
            "shown": shown,
            "summary": shown.summary,
            "page_obj": shown.page,
        }
