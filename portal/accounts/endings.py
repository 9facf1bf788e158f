"""Roles that end soon: told before, once for each last day, by the night's work."""

from django.db.models import F
from django.utils import timezone

from portal.accounts.models import RoleGrant
from portal.accounts.models.people import ENDING_SOON
from portal.notifications import outbox
from portal.workflow.actors import SYSTEM


def tell_ending_roles() -> int:
    """Tell each person whose role ends within fifteen days, and who may prolong it. Returns how many roles. Safe to run at any time.

    A role given for less than that is known by who was given it: nothing more is said.
    """
    ending = RoleGrant.objects.in_force().filter(user__is_active=True, ended_at__lte=timezone.now() + ENDING_SOON)
    told = 0
    for grant in list(ending.filter(started_at__lt=F("ended_at") - ENDING_SOON).select_related("user", "establishment", "granted_by")):
        outbox.post("role_ending", about=grant, actor=SYSTEM)
        told += 1
    return told
