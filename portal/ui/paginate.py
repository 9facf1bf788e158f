"""Pages of a list."""

from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


def paginate(request: HttpRequest, rows: Sequence | QuerySet, per_page: int = 50, total: int | None = None) -> Page:
    """The page of `rows` that `?page=` asks for; a bad number gives the first page, too high a one the last.

    `total`: their number, where the page has counted them already.
    """
    paginator = Paginator(rows, per_page)
    if total is not None:
        paginator.count = total
    return paginator.get_page(request.GET.get("page"))
