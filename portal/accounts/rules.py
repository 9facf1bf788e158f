"""Who may do what to accounts, roles and teams. Pure predicates."""

from portal.accounts.models import Delegation, JoinRequest, RoleGrant, User
from portal.directory.models import Establishment
from portal.roles import SCHOOL_ROLES, SEATED_ROLES, SITE_ROLES, STAFF_ROLES, Role
from portal.signing import SignedAct, may_sign
from portal.workflow.actors import SYSTEM, SystemActor

# What a call manager needs to run a call. Who watches (audit), who runs calls and who runs the portal are named by the administration alone.
GIVEN_BY_CALL_MANAGER = SCHOOL_ROLES | SEATED_ROLES | SITE_ROLES | {Role.OFFICER, Role.FINANCE, Role.ORDERS, Role.TECHNICIAN}
GIVEN_BY_HEAD = SCHOOL_ROLES - {Role.HEAD}  # to people of their own school


def may_manage_people(user: User) -> bool:
    return user.is_superuser or user.holds(Role.ADMIN, Role.CALL_MANAGER)


def may_administer(user: User) -> bool:
    """Close and reopen accounts, take away a lost second factor."""
    return user.is_superuser or user.holds(Role.ADMIN)


def only_administers(user: User) -> bool:
    """Somebody who runs the portal and no call."""
    return user.roles == {Role.ADMIN}


def writes_the_site(user: User) -> bool:
    """Somebody whose work here is the public site: the menu and the first page lead there."""
    return user.roles.issuperset(SITE_ROLES)


def only_writes_the_site(user: User) -> bool:
    """Somebody who writes the public site and reads no file."""
    return user.roles == SITE_ROLES


def may_give(actor: User | SystemActor, role: str, *, to: User | None = None, at: Establishment | None = None) -> bool:
    """Give or end `role`; `at` is the establishment, `to` the person. Nobody raises themselves."""
    if actor is SYSTEM:
        return True
    if to is not None and to.pk == actor.pk and not actor.is_superuser:
        return False
    if may_administer(actor):
        return True
    if role in GIVEN_BY_HEAD and at is not None and at.pk in actor.headed_ids:
        return True
    return role in GIVEN_BY_CALL_MANAGER and actor.holds(Role.CALL_MANAGER)


def may_end(actor: User | SystemActor, grant: RoleGrant) -> bool:
    """As giving; and anybody may leave a school's team."""
    if actor is not SYSTEM and grant.user_id == actor.pk and grant.role in GIVEN_BY_HEAD:
        return True
    if grant.role in GIVEN_BY_HEAD and actor.pk is not None and grant.granted_by_id == actor.pk and may_invite(actor, grant.establishment):
        return True  # who took a colleague in takes it back
    return may_give(actor, grant.role, to=grant.user, at=grant.establishment)


def may_ask_to_join(user: User) -> bool:
    """Whoever may ask a school to take them in its team: nobody who works for the Région, sits in a jury or gives opinions, who reads other schools' files."""
    return user.is_authenticated and not user.is_superuser and not user.roles & (STAFF_ROLES | SITE_ROLES | SEATED_ROLES)


def may_see_team(user: User, establishment: Establishment) -> bool:
    return may_manage_people(user) or establishment.pk in user.establishment_ids


def may_manage_team(user: User, establishment: Establishment) -> bool:
    return may_manage_people(user) or establishment.pk in user.headed_ids


def may_answer(user: User, asked: JoinRequest) -> bool:
    """Take a colleague in the team of a school, or not: whoever gives the role, signs this for the head, or writes there where the head lets the team do it."""
    if may_give(user, Role.MEMBER, to=asked.user, at=asked.establishment):
        return True
    if asked.user_id == user.pk:
        return False
    return asked.establishment_id in user.open_team_ids or may_sign(user, asked.establishment, SignedAct.TEAM)


def may_invite(user: User, establishment: Establishment) -> bool:
    """Invite a colleague: whoever answers those who ask. The Région invites from its own list of people."""
    return establishment.pk in user.answered_ids


def may_open_team(user: User, establishment: Establishment) -> bool:
    """Say whether the members of a team take colleagues in."""
    return establishment.pk in user.headed_ids


def may_delegate(user: User, establishment: Establishment) -> bool:
    """A delegation is given by the head in person: who holds one gives none."""
    return establishment.pk in user.headed_ids


def may_note_delegation(user: User, establishment: Establishment) -> bool:
    """Who writes down a delegation that was given on paper."""
    return may_manage_people(user)


def may_end_delegation(user: User, delegation: Delegation) -> bool:
    """The head, whoever writes them down for the Région, and the person who was given it, who gives it back."""
    ends = may_delegate(user, delegation.establishment) or may_note_delegation(user, delegation.establishment)
    return ends or delegation.delegate_id == user.pk


def may_read_delegation(user: User, delegation: Delegation) -> bool:
    """Its school, and whoever manages people."""
    return may_see_team(user, delegation.establishment)


def givable_roles(actor: User) -> list[Role]:
    """The roles that this person may give to others, in the order of `Role`."""
    return [role for role in Role if may_give(actor, role)]
