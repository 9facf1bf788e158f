"""Pages of a list."""

from django.core.paginator import Page, Paginator


def paginate(request, rows, per_page: int = 50) -> Page:
    """The page of `rows` that `?page=` asks for; a bad number gives the first page, too high a one the last."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
