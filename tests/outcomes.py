"""What an act left behind: why it was refused, who was written to."""

from collections.abc import Callable

import pytest

from portal.notifications.models import Message
from portal.workflow.gate import TransitionRefused


def refusal_of(do: Callable, *args: object, **kwargs: object) -> list[str]:
    """The reasons for which `do` refuses, with plain spaces. Fails when it does not refuse."""
    with pytest.raises(TransitionRefused) as refusal:
        do(*args, **kwargs)
    return [reason.replace("\u00a0", " ") for reason in refusal.value.reasons]


def told(code: str) -> set[str]:
    """The addresses to which the message of this code was written."""
    return set(Message.objects.filter(code=code).values_list("to_email", flat=True))


def written_to(code: str) -> list[str]:
    """The same in order, an address as often as it was written to."""
    return sorted(Message.objects.filter(code=code).values_list("to_email", flat=True))
