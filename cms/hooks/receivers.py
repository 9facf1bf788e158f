"""The public site follows the calls, and the calls follow their pages."""

import structlog
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied
from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.log_actions import get_active_log_context
from wagtail.models import Revision
from wagtail.signals import page_published

from calls.enums import CallState
from calls.models import Call
from cms import actions
from cms.models import CallPage
from portal.accounts.models import RoleGrant, User
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, perform
from portal.workflow.reactions import Move, after

logger = structlog.get_logger(__name__)


@receiver(page_published, sender=CallPage, dispatch_uid="cms.publish_call")
def publish_call(sender: type, instance: CallPage, revision: Revision | None = None, **kwargs) -> None:
    """The page is published: so is its call, by the same person. The form has checked; a bypass takes the page back."""
    call = Call.objects.get(pk=instance.call_id)
    if not instance.live or call.state != CallState.DRAFT:  # a page put on schedule is announced too
        return
    actor = get_active_log_context().user or getattr(revision, "user", None) or SYSTEM
    try:
        perform(call, "publish", actor=actor)
    except (TransitionRefused, PermissionDenied) as refusal:
        logger.warning("call_page_unpublished", call=call.reference, reasons=str(refusal))
        instance.unpublish()  # by the portal: whoever published past every form may have no right to take a page off


@after(Call, "publish")
def publish_page_of_call(call: Call, move: Move) -> None:
    """A call published elsewhere has its page published too, once."""
    actions.publish_call_page(call=call, actor=move.actor)


@after(Call, "release")
def publish_results_of_call(call: Call, move: Move) -> None:
    """Released results have their page, once."""
    actions.publish_results_page(call=call, actor=move.actor)


@receiver(user_logged_in, dispatch_uid="cms.sync_editor_at_login")
def sync_editor_at_login(sender: type, user: User, **kwargs) -> None:
    actions.sync_editor(user_id=user.pk)


@receiver(post_save, sender=RoleGrant, dispatch_uid="cms.sync_editor_at_grant")
def sync_editor_at_grant(sender: type, instance: RoleGrant, raw: bool = False, **kwargs) -> None:
    if not raw:
        actions.sync_editor(user_id=instance.user_id)
