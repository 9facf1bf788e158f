"""Who may read the photos kept with reserves, whom an infected one concerns, and from when who orders reads the files."""

from django.db.models import Q

from calls import files_by_need
from calls.enums import Outcome
from orders import rules
from orders.hooks.notifications import school_side
from orders.models import CablingWork, PurchaseOrder, Reserve
from orders.models.delivery import PHOTO
from portal.accounts.models import User
from portal.files import malware
from portal.files.access import allow
from portal.files.models import StoredFile
from scoring.enums import DecisionState


@allow(PHOTO)
def may_read_photo(user: User, stored_file: StoredFile) -> bool:
    """Whoever sees the order or the works sees the photos of its reserves."""
    reserve = Reserve.objects.filter(pk=stored_file.subject_id).first()
    if reserve is None:
        return False
    kind, key = (PurchaseOrder, reserve.order_id) if reserve.order_id else (CablingWork, reserve.work_id)
    return kind.objects.visible_to(user).filter(pk=key).exists()


@malware.concerns(PHOTO)
def concerned_by_photo(stored_file: StoredFile) -> malware.Concerned:
    """The school that raised the reserve."""
    reserve = Reserve.objects.filter(pk=stored_file.subject_id).first()
    if reserve is None:
        return malware.Concerned(())
    document = reserve.document
    return malware.Concerned(tuple(school_side(document.establishment)), f"réception de {document.number}", document.get_absolute_url())


files_by_need.register(
    lambda user: rules.places_orders(None, user),
    lambda: Q(decision__state__in=DecisionState.AFTER_VOTE, decision__outcome__in=Outcome.GRANTING),
    "Les dossiers aidés s’ouvrent à vous dès le vote de la Commission permanente : vous préparez alors leurs commandes.",
)
