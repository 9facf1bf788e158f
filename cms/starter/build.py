"""Make the pages that every installation needs. What exists is left as editors have it; what is missing is added."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, Site

from calls.enums import CallState
from calls.models import Call
from cms import actions, searching
from cms.models import CallIndexPage, HomePage, NewsIndexPage, Publisher, ResultsIndexPage, StandardPage
from cms.starter import pages
from portal.accounts.models import User
from portal.text.dates import day

PAGE_ACTS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
FILE_ACTS = {"wagtailimages": "image", "wagtaildocs": "document"}


@transaction.atomic
def build_site() -> list[str]:
    """Root, site, home, indexes, legal pages, editors' group, then the pages that calls still lack.

    Returns one French sentence per thing made; empty when everything was already there.
    """
    made: list[str] = []
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    home = _home(made)
    _site(home, made)
    _child(home, CallIndexPage, "appels", "Appels à projets", made)
    _child(home, ResultsIndexPage, "resultats", "Résultats", made)
    _child(home, NewsIndexPage, "actualites", "Actualités", made)
    for slug, title, body in pages.STANDARD_PAGES:
        page = _child(home, StandardPage, slug, title, made, body=body)
        if slug == "accessibilite":
            plan_slug, plan_title, plan_body = pages.ACCESSIBILITY_PLAN_PAGE
            _child(page, StandardPage, plan_slug, plan_title, made, body=plan_body)
    _publisher(made)
    _editors(home, made)
    _pages_of_calls(made)
    searching.rebuild()
    return made


def _home(made: list[str]) -> HomePage:
    home = HomePage.objects.first()
    if home:
        return home
    root = Page.get_first_root_node() or Page.add_root(title="Racine", slug="root")
    slug = "accueil"
    home = root.add_child(instance=HomePage(title=pages.HOME_TITLE, draft_title=pages.HOME_TITLE, slug=slug, lede=pages.HOME_LEDE))
    made.append("Page d’accueil créée.")
    return home


def _site(home: HomePage, made: list[str]) -> None:
    """The default site begins at the home page; Wagtail's welcome page, never edited, makes room."""
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", port=80, is_default_site=True)
    if site.pk and site.root_page_id == home.pk:
        return
    welcome = site.root_page if site.pk else None
    site.root_page, site.site_name = home, settings.WAGTAIL_SITE_NAME
    site.save()
    made.append("Site rattaché à la page d’accueil.")
    if welcome and welcome.slug == "home" and welcome.specific_class is Page and not welcome.get_children().exists():
        welcome.delete()


def _child(parent: Page, model: type[Page], slug: str, title: str, made: list[str], *, body: list | None = None) -> Page:
    existing = model.objects.child_of(parent).filter(slug=slug).first()
    if existing:
        return existing
    now = timezone.now()
    page = model(title=title, slug=slug, first_published_at=now, last_published_at=now, **({"body": stream(body)} if body else {}))
    parent.add_child(instance=page)
    made.append(f"Page « {title} » créée.")
    return page


def stream(blocks: list) -> list:
    """Blocks of the texts, with the name of the Région, the address and the date filled in, as StreamField JSON."""
    values = {"region": settings.REGION_NAME, "url": settings.BASE_URL, "today": day(timezone.localdate())}
    return [{"type": kind, "value": _block_value(kind, value, values)} for kind, value in blocks]


def _block_value(kind: str, value: Any, values: dict) -> Any:
    if kind == "text":
        return " ".join(value.format(**values).split())
    if kind == "faq":
        return [{"question": question, "answer": answer} for question, answer in value]
    return value


def _publisher(made: list[str]) -> None:
    if Publisher.objects.exists():
        return
    Publisher.objects.create(
        name=settings.REGION_NAME,
        director=f"La présidente ou le président de la {settings.REGION_NAME}",
        host_name=f"{settings.REGION_NAME}, direction du numérique",
        contact_email="contact@preau.example",
        dpo_email="dpo@preau.example",
        accessibility_email="accessibilite@preau.example",
    )
    made.append("Coordonnées de l’éditeur créées : complétez-les dans Réglages › Éditeur du site.")


def _editors(home: HomePage, made: list[str]) -> None:
    """The group that Wagtail reads; who is in it follows the roles (cms.actions.sync_editor)."""
    group, is_new = Group.objects.get_or_create(name=actions.EDITORS)
    for codename in PAGE_ACTS:
        permission = Permission.objects.get(content_type=ContentType.objects.get_for_model(Page), codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=home.page_ptr, permission=permission)
    root = Collection.get_first_root_node() or Collection.add_root(name="Racine")
    for app, model in FILE_ACTS.items():
        for act in ("add", "change", "choose"):
            permission = Permission.objects.get(content_type__app_label=app, codename=f"{act}_{model}")
            GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)
    group.permissions.add(Permission.objects.get(content_type__app_label="cms", codename="change_publisher"))
    for user in User.objects.filter(is_active=True, role_grants__isnull=False).distinct():
        actions.sync_editor(user_id=user.pk)
    if is_new:
        made.append(f"Groupe « {actions.EDITORS} » créé.")


def _pages_of_calls(made: list[str]) -> None:
    """Calls made outside the editing site get the page that the portal links to."""
    for call in Call.objects.filter(page=None).exclude(state=CallState.WITHDRAWN):
        actions.draft_call_page(call=call) if call.state == CallState.DRAFT else actions.publish_call_page(call=call)
        made.append(f"Page de l’appel « {call} » créée.")
    for call in Call.objects.filter(state__in=CallState.WITH_RESULTS, results_page=None):
        actions.publish_results_page(call=call)
        made.append(f"Résultats de l’appel « {call} » publiés.")
