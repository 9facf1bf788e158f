"""Order of a list, chosen in the address among what the view allows."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

Lookups = Mapping[str, str | tuple[str, ...]]


def chosen_sort(request: HttpRequest, allowed: Mapping[str, object], default: str) -> str:
    """The key of `?tri=` when it is allowed ("-key" for the reverse order), otherwise `default`."""
    return _chosen(request.GET, allowed, default)


def _chosen(data: QueryDict, allowed: Mapping[str, object], default: str) -> str:
    asked = data.get("tri", "")
    return asked if asked.removeprefix("-") in allowed else default


def sort_queryset(request: HttpRequest, queryset: QuerySet, allowed: Lookups, default: str) -> tuple[QuerySet, str]:
    """Order `queryset` and return it with the key in force, to be given to the template as `sort`.

    `allowed` maps the key of a column to one or several lookups. Ties are broken by primary key: pages never overlap.
    """
    return sorted_by(request.GET, queryset, allowed, default)


def sorted_by(data: QueryDict, queryset: QuerySet, allowed: Lookups, default: str) -> tuple[QuerySet, str]:
    """The same for an address that is not that of the page: a list from which one comes."""
    key = _chosen(data, allowed, default)
    lookups = allowed[key.removeprefix("-")]
    lookups = (lookups,) if isinstance(lookups, str) else lookups
    if key.startswith("-"):
        lookups = tuple(lookup.removeprefix("-") if lookup.startswith("-") else f"-{lookup}" for lookup in lookups)
    return queryset.order_by(*lookups, "pk"), key
