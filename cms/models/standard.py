from django.http import HttpRequest
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import StandardBodyBlock
from cms.models.listed import Listed
from cms.queries import site


class StandardPage(Listed, Page):
    """A page of text: legal notice, personal data, accessibility, open data, site map, contact, help."""

    body = StreamField(StandardBodyBlock(), verbose_name="contenu")

    content_panels = [*Page.content_panels, "body"]
    parent_page_types = ["cms.HomePage", "cms.StandardPage"]
    subpage_types = ["cms.StandardPage"]
    template = "cms/standard.html"

    class Meta:
        verbose_name = "page de texte"
        verbose_name_plural = "pages de texte"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        if any(block.block_type == "site_map" for block in self.body):
            context["site_map"] = site.site_map(request)
        return context
