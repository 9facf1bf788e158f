from django.conf import settings
from django.http import HttpRequest

from cms.forms import EditorPageForm


class Listed:
    """A page of the public site: how its editor's values are checked, how the site map for search engines lists it."""

    base_form_class = EditorPageForm

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict]:
        """The address under which the portal is published: the row of Wagtail's site may name the machine."""
        return [{"location": f"{settings.BASE_URL}{self.get_url(request)}", "lastmod": self.last_published_at}]
