"""Who may read the deeds kept with delegations of signature."""

from portal.accounts import rules
from portal.accounts.actions.delegating import DEED
from portal.accounts.models import Delegation, User
from portal.files.access import allow
from portal.files.models import StoredFile


@allow(DEED)
def may_read_deed(user: User, stored_file: StoredFile) -> bool:
    """Whoever reads the delegation reads the paper by which it was given."""
    delegation = Delegation.objects.select_related("establishment").filter(pk=stored_file.subject_id).first()
    return delegation is not None and rules.may_read_delegation(user, delegation)
