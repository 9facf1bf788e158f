"""Who reads the journal of the whole portal. The history of one object is shown with the object, to whoever sees it."""

from portal.roles import Person, Role


def may_read_journal(user: Person) -> bool:
    return user.is_superuser or user.holds(Role.AUDITOR, Role.ADMIN, Role.CALL_MANAGER)


def only_audits(user: Person) -> bool:
    """Somebody who reads everything and has nothing to do."""
    return user.roles == {Role.AUDITOR}
