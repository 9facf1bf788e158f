"""Who may do what to the directory. Pure predicates."""

from portal.directory.models import Establishment
from portal.roles import Person, Role


def may_import(user: Person) -> bool:
    """Bring in the official files."""
    return user.is_superuser or user.holds(Role.ADMIN, Role.CALL_MANAGER)


def may_see_mailbox(user: Person, establishment: Establishment) -> bool:
    """The institutional address: for the Région's staff and for the school's own people."""
    return user.is_region_staff or user.holds(Role.MEMBER, Role.HEAD, at=establishment)
