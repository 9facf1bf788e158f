"""Waves of a call: what was carried from the last one."""

from calls.models import Call
from portal.journal.queries import last_act


def wave_report(call: Call) -> list[dict] | None:
    """What this call took from the last wave or from its model, and left to write: {"label", "told", "left"} by line; None for any other call.

    One query.
    """
    entry = last_act(call, "prepare_wave", "create")
    return (entry.data or {}).get("report") if entry else None
