"""Who may read the photos kept with reserves."""

from orders.models import CablingWork, PurchaseOrder, Reserve
from orders.models.delivery import PHOTO
from portal.accounts.models import User
from portal.files.access import allow
from portal.files.models import StoredFile


@allow(PHOTO)
def may_read_photo(user: User, stored_file: StoredFile) -> bool:
    """Whoever sees the order or the works sees the photos of its reserves."""
    reserve = Reserve.objects.filter(pk=stored_file.subject_id).first()
    if reserve is None:
        return False
    kind, key = (PurchaseOrder, reserve.order_id) if reserve.order_id else (CablingWork, reserve.work_id)
    return kind.objects.visible_to(user).filter(pk=key).exists()
