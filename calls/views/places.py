"""Where a file stands in the list from which it was opened: the one before, the one after, and the way back.

The address of the file carries that of the list (`liste`) and the rank that the file had there (`rang`), so that two windows never mix and a
colleague may be sent it. Acts lead back to the same address.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone

from calls import rules
from calls.models import Application
from calls.views.listing import LONGEST, PER_PAGE, carried, listing_of
from portal.addresses import address

LIST, RANK = "liste", "rang"
HIGHEST = 100_000  # no list is longer


@dataclass(frozen=True)
class ListPlace:
    """`rank` counts from 1; None once the file has left the list, as it does when an act moves it out of a view."""

    rank: int | None
    total: int
    before: str  # address of the file before; empty for the first
    after: str
    back: str  # the page of the list where the file stands


def carry(data: QueryDict) -> str:
    """The parameters of a list as its files carry them: without its page, which the rank gives."""
    query = data.copy()
    query.pop("page", None)
    return query.urlencode()


def suffix(query: str, rank: int) -> str:
    """What the address of a file takes to say from which list it was opened, and where it stood."""
    return f"?{urlencode({LIST: query, RANK: rank})}"


def kept(request: HttpRequest) -> str:
    """The same, as the present address has it; empty when the file was not opened from a list."""
    return suffix(request.GET[LIST][:LONGEST], _rank_in(request)) if LIST in request.GET else ""


def address_of(request: HttpRequest, application: Application) -> str:
    """The page of a file, in the list from which it was opened where there is one."""
    return application.get_absolute_url() + kept(request)


def place_of(request: HttpRequest, reference: str) -> ListPlace | None:
    """Where this file stands in the list that its address names; None when it names none. The references of the list are read in one query."""
    if LIST not in request.GET or not rules.steers(request.user):
        return None
    query = request.GET[LIST][:LONGEST]
    found = listing_of(request.user, carried(query), timezone.localdate()).applications.values_list("reference", flat=True)
    references = list(found)
    stands = reference in references
    index = references.index(reference) if stands else min(_rank_in(request) - 1, len(references))
    following = index + 1 if stands else index  # the one that has taken its place
    page = min(index, len(references) - 1) // PER_PAGE + 1 if references else 1
    return ListPlace(
        rank=index + 1 if stands else None,
        total=len(references),
        before=_neighbour(references, index - 1, query),
        after=_neighbour(references, following, query),
        back=_list_address(query, page),
    )


def _rank_in(request: HttpRequest) -> int:
    given = request.GET.get(RANK, "")
    return min(max(int(given), 1), HIGHEST) if given.isascii() and given.isdigit() and len(given) <= len(str(HIGHEST)) else 1


def _neighbour(references: list[str], index: int, query: str) -> str:
    if not 0 <= index < len(references):
        return ""
    return address("calls:file", references[index]) + suffix(query, index + 1)


def _list_address(query: str, page: int) -> str:
    data = carried(query).copy()
    if page > 1:
        data["page"] = str(page)
    return f"{reverse('calls:files')}?{data.urlencode()}" if data else reverse("calls:files")
