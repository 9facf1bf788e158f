from django.db import transaction
from django.utils import timezone

from orders.models import NumberCounter

ORDERS, WORKS = "BC", "TX"


@transaction.atomic
def allocate_number(*, series: str) -> str:
    """The next number of a series this year: "BC-2026-0001".

    The counter's row is locked until the caller's transaction ends, so two drafts never share a number, and a
    transaction that fails leaves no hole.
    """
    year = timezone.localdate().year
    NumberCounter.objects.get_or_create(series=series, year=year)
    counter = NumberCounter.objects.select_for_update(of=("self",)).get(series=series, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{series}-{year}-{counter.last:04d}"
