"""The news that anybody may read."""

from django.apps import apps
from django.db.models import Prefetch
from wagtail.images import get_image_model
from wagtail.query import PageQuerySet

CARD = "fill-640x360"  # the picture of a card, twice its size on the screen


def published_news() -> PageQuerySet:
    """Live, without restriction, the latest first; each as its own type, with its picture and the small copy of it that cards show."""
    model = apps.get_model("cms", "NewsPage")  # models are above: they ask for it
    pictures = get_image_model().objects.prefetch_renditions(CARD)
    kept = model.objects.live().public().order_by("-dated_on", "-pk").defer("body")
    return kept.prefetch_related(Prefetch("picture", queryset=pictures))
