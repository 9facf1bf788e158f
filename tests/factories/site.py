"""Pages of the public site, its pictures and its documents."""

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from cms.models import HomePage, NewsIndexPage, NewsPage, StandardPage


def picture(title: str = "Un préau"):
    """A small picture of the site."""
    content = BytesIO()
    Image.new("RGB", (1280, 720), "#0d5463").save(content, "PNG")
    return get_image_model().objects.create(title=title, file=ContentFile(content.getvalue(), name="preau.png"))


def document(title: str = "Règlement"):
    return get_document_model().objects.create(title=title, file=ContentFile(b"texte", name="reglement.csv"))


def publish(page):
    """Publish as an editor does: what follows a publication follows this one."""
    page.save_revision().publish(skip_permission_checks=True)
    page.refresh_from_db()
    return page


def news(title: str = "Les tablettes arrivent", *, live: bool = True, **fields):
    """A piece of news below the list that the starter pages have."""
    slug = fields.pop("slug", None) or f"actu-{NewsPage.objects.count()}"
    page = NewsPage(title=title, slug=slug, intro=fields.pop("intro", "En une phrase."), live=False, **fields)
    NewsIndexPage.objects.get().add_child(instance=page)
    return publish(page) if live else page


def text_page(title: str, blocks: list, slug: str = "page-de-texte"):
    page = StandardPage(title=title, slug=slug, live=False, body=blocks)
    HomePage.objects.get().add_child(instance=page)
    return publish(page)
