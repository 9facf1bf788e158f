"""Who may read the deeds kept with delegations of signature; whom an infected one concerns."""

from portal.accounts import rules
from portal.accounts.actions.delegating import DEED
from portal.accounts.models import Delegation, User
from portal.accounts.queries import heads
from portal.files import malware
from portal.files.access import allow
from portal.files.models import StoredFile


@allow(DEED)
def may_read_deed(user: User, stored_file: StoredFile) -> bool:
    """Whoever reads the delegation reads the paper by which it was given."""
    delegation = Delegation.objects.select_related("establishment").filter(pk=stored_file.subject_id).first()
    return delegation is not None and rules.may_read_delegation(user, delegation)


@malware.concerns(DEED)
def concerned_by_deed(stored_file: StoredFile) -> malware.Concerned:
    """Who holds the delegation, and the heads of the school."""
    delegation = Delegation.objects.select_related("establishment", "delegate").filter(pk=stored_file.subject_id).first()
    if delegation is None:
        return malware.Concerned(())
    return malware.Concerned(
        (delegation.delegate, *heads(delegation.establishment)), f"délégation de signature, {delegation.establishment}"
    )
