"""The admissibility lines of a call: written while it is a draft, what schools and officers rely on from its publication."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify

from calls import rules
from calls.conditioned.admissibility_lines import MOST_LINES
from calls.enums import CallState
from calls.models import Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed

Lines = list[dict]


def keep_ticked_line(
    *, call: Call, key: str, label: str, help: str, blocking: bool, reason: str, actor: User, check: Check = believed
) -> Call:
    """Write a line that a person ticks, or a new one when `key` is empty. `reason`: key of the reason of the call that « Non » gives, or "".

    Raises what `keep_line` raises.
    """
    written = {"label": label, "ticked": True, "help": help, "blocking": blocking, "reason": reason}
    return _change(call, lambda lines: _written(lines, key, written), actor, check)


def keep_line(*, call: Call, key: str, label: str, condition: dict, message: str, actor: User, check: Check = believed) -> Call:
    """Write a line, or a new one when `key` is empty. Raises PermissionDenied, and TransitionRefused once the call is published, where the line
    has gone, or where there are too many."""
    written = {"label": label, "condition": condition, "message": message}
    return _change(call, lambda lines: _written(lines, key, written), actor, check)


def _written(lines: Lines, key: str, written: dict) -> Lines:
    """The lines with this one written over, or added when `key` is empty."""
    if not key:
        if len(lines) >= MOST_LINES:
            raise TransitionRefused([f"Un appel a {MOST_LINES} lignes de recevabilité au plus."])
        return [*lines, {"key": _free_key(written["label"], lines), **written}]
    if not any(each["key"] == key for each in lines):
        raise TransitionRefused(["Cette ligne vient d’être retirée."], wrong_state=True)
    return [{"key": key, **written} if each["key"] == key else each for each in lines]


def drop_line(*, call: Call, key: str, actor: User) -> Call:
    """Take a line out; one that has gone is gone. Raises PermissionDenied, and TransitionRefused once the call is published."""
    return _change(call, lambda lines: [each for each in lines if each["key"] != key], actor, believed)


@transaction.atomic
def _change(call: Call, change: Callable[[Lines], Lines], actor: User, check: Check) -> Call:
    if not rules.manages_call(call, actor):
        raise PermissionDenied("admissibility_lines")
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if locked.state != CallState.DRAFT:
        raise TransitionRefused(
            [f"Les lignes de recevabilité s’écrivent avant la publication : état actuel « {locked.get_state_display()} »."],
            wrong_state=True,
        )
    check()
    before = locked.admissibility_lines
    locked.admissibility_lines = change(list(before))
    if locked.admissibility_lines != before:
        locked.save(update_fields=["admissibility_lines"])
        recorder.record(locked, "set_admissibility_lines", actor=actor, data={"before": before, "after": locked.admissibility_lines})
    return locked


def _free_key(label: str, lines: Lines) -> str:
    """A key made of the label, that no line has."""
    taken, stem = {each["key"] for each in lines}, slugify(label)[:40] or "ligne"
    return next(key for key in (stem, *(f"{stem}-{rank}" for rank in range(2, MOST_LINES + 3))) if key not in taken)
