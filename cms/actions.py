"""Verbs of the public site: pages that follow the calls, and who may edit them."""

import structlog
from django.contrib.auth.models import Group
from django.db import transaction

from calls.models import Call
from cms import searching
from cms.models import CallIndexPage, CallPage, ResultsIndexPage, ResultsPage
from portal.accounts.models import User

logger = structlog.get_logger(__name__)

EDITORS = "Édition du site"


@transaction.atomic
def publish_results_page(*, call: Call, actor: User | None = None) -> ResultsPage | None:
    """Create and publish the results page of a released call; doing it again changes nothing.

    Gives None, and says so in the log, on an installation without its starter pages: create_starter_pages makes the
    missing results pages later.
    """
    page = ResultsPage.objects.filter(call=call).first()
    if page is None:
        index = ResultsIndexPage.objects.first()
        if index is None:
            logger.warning("results_page_without_index", call=call.reference)
            return None
        page = index.add_child(instance=ResultsPage(title=f"{call.title} : résultats", slug=call.slug, call=call, live=False))
    if not page.live:
        person = actor if isinstance(actor, User) else None
        page.save_revision(user=person, changed=False).publish(user=person, skip_permission_checks=True)
        page.refresh_from_db()
    return page


@transaction.atomic
def draft_call_page(*, call: Call, actor: User | None = None) -> CallPage | None:
    """The page of a new call, not published yet. Gives the existing one back; None without an index page."""
    page = CallPage.objects.filter(call=call).first()
    index = CallIndexPage.objects.first()
    if page or index is None:
        return page
    page = index.add_child(instance=CallPage(title=call.title, slug=call.slug, call=call, live=False))
    page.save_revision(user=actor)
    return page


@transaction.atomic
def publish_call_page(*, call: Call, actor: User | None = None) -> CallPage | None:
    """Publish the page of a published call, made if it is missing; a page already live is left as it is."""
    page = draft_call_page(call=call, actor=actor if isinstance(actor, User) else None)
    if page and not page.live:
        revision = page.get_latest_revision() or page.save_revision()
        revision.publish(user=actor if isinstance(actor, User) else None, skip_permission_checks=True)
    return page


@transaction.atomic
def follow_call(*, call: Call) -> None:
    """Bring the title and the address of a call's page back in line after the call was edited."""
    page = CallPage.objects.filter(call=call).first()
    if page and (page.title, page.slug) != (call.title, call.slug):
        page.save()
    if page:
        searching.index(page)


def sync_editor(*, user_id: int) -> None:
    """Put the person in the group of editors, or out of it, as their roles say. Wagtail reads groups and no role."""
    group = Group.objects.filter(name=EDITORS).first()
    if group is None:
        return
    user = User.objects.get(pk=user_id)  # fresh: the roles of the object at hand may have been read before
    if user.may_edit_site:
        user.groups.add(group)
    else:
        user.groups.remove(group)
