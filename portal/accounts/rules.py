"""Who may do what to accounts, roles and teams. Pure predicates."""

from portal.accounts.models import RoleGrant, User
from portal.directory.models import Establishment
from portal.roles import JURY_ROLES, SCHOOL_ROLES, STAFF_ROLES, Role
from portal.workflow.actors import SYSTEM, SystemActor

# What a call manager needs to run a call. Who watches (audit), who runs calls and who runs the portal are named by the administration alone.
GIVEN_BY_CALL_MANAGER = SCHOOL_ROLES | JURY_ROLES | {Role.OFFICER, Role.FINANCE, Role.ORDERS, Role.TECHNICIAN}


def may_manage_people(user: User) -> bool:
    return user.is_superuser or user.holds(Role.ADMIN, Role.CALL_MANAGER)


def may_administer(user: User) -> bool:
    """Close and reopen accounts, take away a lost second factor."""
    return user.is_superuser or user.holds(Role.ADMIN)


def only_administers(user: User) -> bool:
    """Somebody who runs the portal and no call."""
    return user.roles == {Role.ADMIN}


def may_give(actor: User | SystemActor, role: str, *, to: User | None = None, at: Establishment | None = None) -> bool:
    """Give or end `role`; `at` is the establishment, `to` the person. Nobody raises themselves."""
    if actor is SYSTEM:
        return True
    if to is not None and to.pk == actor.pk and not actor.is_superuser:
        return False
    if may_administer(actor):
        return True
    if role == Role.MEMBER and at is not None and actor.holds(Role.HEAD, at=at):
        return True
    return role in GIVEN_BY_CALL_MANAGER and actor.holds(Role.CALL_MANAGER)


def may_end(actor: User | SystemActor, grant: RoleGrant) -> bool:
    """As giving; and anybody may leave a school's team."""
    if actor is not SYSTEM and grant.user_id == actor.pk and grant.role == Role.MEMBER:
        return True
    return may_give(actor, grant.role, to=grant.user, at=grant.establishment)


def may_ask_to_join(user: User) -> bool:
    """Whoever may ask a school to take them in its team: nobody who works for the Région or sits in a jury, who reads other schools' files."""
    return user.is_authenticated and not user.is_superuser and not user.roles & (STAFF_ROLES | JURY_ROLES)


def may_see_team(user: User, establishment: Establishment) -> bool:
    return may_manage_people(user) or user.holds(Role.MEMBER, Role.HEAD, at=establishment)


def may_manage_team(user: User, establishment: Establishment) -> bool:
    return may_manage_people(user) or user.holds(Role.HEAD, at=establishment)


def givable_roles(actor: User) -> list[Role]:
    """The roles that this person may give to others, in the order of `Role`."""
    return [role for role in Role if may_give(actor, role)]
