"""The calls that a head may name in a delegation of signature."""

from collections.abc import Iterable

from calls.enums import CallState
from calls.models import Call
from portal.accounts.delegable import offer_calls


@offer_calls
def calls_of_the_day() -> Iterable[tuple[int, str]]:
    """Those that schools know and that still live, the latest first."""
    known = Call.objects.exclude(state__in=(CallState.DRAFT, CallState.ARCHIVED)).order_by("-closes_at", "-pk")
    return known.values_list("pk", "title")
