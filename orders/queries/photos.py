"""Photos kept with reserves."""

from django.contrib.contenttypes.models import ContentType

from orders.models import Reserve
from orders.models.delivery import PHOTO
from portal.files.models import StoredFile


def give_photos(reserves: list[Reserve]) -> None:
    """Set `photos` on each reserve, read together; no query without reserve."""
    by_reserve: dict[str, list[StoredFile]] = {}
    if reserves:
        subject = ContentType.objects.get_for_model(Reserve)
        keys = [str(reserve.pk) for reserve in reserves]
        kept = StoredFile.objects.filter(subject_type=subject, subject_id__in=keys, purpose=PHOTO, deleted_at=None).order_by("created_at")
        for photo in kept:
            by_reserve.setdefault(photo.subject_id, []).append(photo)
    for reserve in reserves:
        reserve.photos = by_reserve.get(str(reserve.pk), [])
