"""Photos kept with reserves."""

from django.contrib.contenttypes.models import ContentType

from orders.models import CablingWork, PurchaseOrder, Reserve
from orders.models.delivery import PHOTO
from portal.files.access import allow
from portal.files.models import StoredFile


def give_photos(reserves: list[Reserve]) -> None:
    """Set `photos` on each reserve: one query whatever their number, none without reserve."""
    by_reserve: dict[str, list[StoredFile]] = {}
    if reserves:
        subject = ContentType.objects.get_for_model(Reserve)
        keys = [str(reserve.pk) for reserve in reserves]
        kept = StoredFile.objects.filter(subject_type=subject, subject_id__in=keys, purpose=PHOTO, deleted_at=None).order_by("created_at")
        for photo in kept:
            by_reserve.setdefault(photo.subject_id, []).append(photo)
    for reserve in reserves:
        reserve.photos = by_reserve.get(str(reserve.pk), [])


@allow(PHOTO)
def may_read_photo(user, stored_file: StoredFile) -> bool:
    """Whoever sees the order or the works sees the photos of its reserves."""
    reserve = Reserve.objects.filter(pk=stored_file.subject_id).first()
    if reserve is None:
        return False
    kind, key = (PurchaseOrder, reserve.order_id) if reserve.order_id else (CablingWork, reserve.work_id)
    return kind.objects.visible_to(user).filter(pk=key).exists()
