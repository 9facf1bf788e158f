"""Waves of a call: what was carried from the last one."""

from calls.models import Call
from portal.journal.queries import last_act


def wave_report(call: Call) -> list[dict] | None:
    """What the preparation of this wave took from the last, and left: {"label", "told", "left"} by line; None for any other call.

    One query, none for a call that follows no other.
    """
    if call.previous_id is None:
        return None
    entry = last_act(call, "prepare_wave")
    return entry.data["report"] if entry else None
