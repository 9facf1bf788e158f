"""What a person holds alone in a jury."""

from collections.abc import Iterator

from calls.enums import CallState
from portal.accounts.erasure.places import holds
from portal.accounts.models import User
from scoring.models import PanelMember


@holds
def seats(user: User) -> Iterator[str]:
    """A seat in a jury whose results are not known yet: readings, a presidency."""
    mine = PanelMember.objects.filter(user=user).exclude(call__state__in=CallState.SETTLED).select_related("call")
    for seat in mine.order_by("call__title"):
        yield f"{'la présidence du jury' if seat.is_chair else 'une place au jury'} de l’appel « {seat.call.title} », jusqu’à ses résultats."
