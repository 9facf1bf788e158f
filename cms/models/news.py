from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Page

from cms.blocks import StandardBodyBlock
from cms.models.listed import Listed
from cms.queries import news
from portal.text.dates import day
from portal.text.typography import typo
from portal.ui.paginate import paginate
from portal.ui.share_picture import SharePicture

ALTERNATIVE = "Décrivez l’image en une phrase, ou cochez « décorative » si elle n’apprend rien à qui ne la voit pas."


class NewsIndexPage(Listed, Page):
    """The news of the site, the latest first."""

    intro = StreamField(StandardBodyBlock(required=False), verbose_name="introduction", blank=True)

    content_panels = [*Page.content_panels, "intro"]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NewsPage"]
    max_count = 1
    template = "cms/news_index.html"

    class Meta:
        verbose_name = "liste des actualités"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        return super().get_context(request, *args, **kwargs) | {"page_obj": paginate(request, news.published_news(), per_page=12)}


class NewsPage(Listed, Page):
    """One piece of news: what happened, when, in a sentence, then in blocks."""

    dated_on = models.DateField(
        "date", default=timezone.localdate, help_text="Celle que les lecteurs voient ; les plus récentes viennent en tête."
    )
    intro = models.CharField("en une phrase", max_length=300, help_text="Lue dans les listes, le fil RSS et les liens partagés")
    picture = models.ForeignKey(
        get_image_model_string(), verbose_name="image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    picture_alt = models.CharField("texte de remplacement", max_length=240, blank=True, help_text=ALTERNATIVE)
    picture_is_decorative = models.BooleanField("image décorative", default=False)
    body = StreamField(StandardBodyBlock(required=False), verbose_name="contenu", blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("dated_on"),
        FieldPanel("intro"),
        MultiFieldPanel(["picture", "picture_alt", "picture_is_decorative"], heading="Image"),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "cms/news.html"

    class Meta:
        verbose_name = "actualité"
        verbose_name_plural = "actualités"

    def clean(self) -> None:
        super().clean()
        if self.picture_id and not self.picture_alt.strip() and not self.picture_is_decorative:
            raise ValidationError({"picture_alt": ALTERNATIVE})

    @property
    def in_a_sentence(self) -> str:
        return self.search_description or self.intro

    @property
    def share_words(self) -> SharePicture:
        return SharePicture("Actualité", typo(self.title), day(self.dated_on))

    @property
    def alternative(self) -> str:
        """What stands for the picture when it is not seen; empty when it says nothing."""
        return "" if self.picture_is_decorative else self.picture_alt

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        others = [page for page in news.published_news()[:4] if page.pk != self.pk]
        return super().get_context(request, *args, **kwargs) | {"others": others[:3]}
