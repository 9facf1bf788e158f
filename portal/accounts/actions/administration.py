"""The portal always keeps somebody who runs it, whatever two administrators do at one instant."""

from django.core.exceptions import PermissionDenied

from portal.accounts import rules
from portal.accounts.actions.refusal import ActionRefused
from portal.accounts.models import RoleGrant, User
from portal.roles import Role
from portal.workflow.actors import SYSTEM, SystemActor


def keep_an_administrator(*, without: User, actor: User | SystemActor) -> None:
    """Let `without` stop running the portal only while somebody else does, with an open account and without an end already said.

    Called in the transaction of the act, before it locks anything else. Whoever comes second waits, then is judged by what they still
    are. Raises ActionRefused (nobody else), PermissionDenied (the actor has lost this right in between). Three queries.
    """
    held = RoleGrant.objects.filter(role=Role.ADMIN, ended_at=None).order_by("pk")
    list(held.select_for_update(no_key=True).values_list("pk", flat=True))
    still = None if actor is SYSTEM else User.objects.get(pk=actor.pk)
    if still and not (still.is_active and rules.may_administer(still)):
        raise PermissionDenied("administer")
    if not held.filter(user__is_active=True).exclude(user=without).exists():
        raise ActionRefused(
            "Le portail garde toujours une personne qui l’administre : donnez d’abord ce rôle, sans date de fin, à une autre."
        )
