"""Whose downloads are written down."""

from portal.files.models import StoredFile
from portal.roles import JURY_ROLES, STAFF_ROLES, Person


def is_written_down(stored: StoredFile, user: Person) -> bool:
    """Jury and staff, for what somebody else sent; the lycée reads its own files, and the portal's own papers are read by whom they are for."""
    return stored.uploaded_by_id not in (None, user.pk) and bool(user.roles & (JURY_ROLES | STAFF_ROLES))
