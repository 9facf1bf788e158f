"""The reasons that a call proposes: written by its manager, at any time. An act keeps the words that it was given with."""

from collections.abc import Callable, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify

from calls import rules
from calls.models import Call
from calls.reasons import MOST_REASONS
from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed

Raw = list[dict]
GONE = "Ce motif vient d’être retiré de la liste."


def keep_reason(*, call: Call, key: str, label: str, sentence: str, uses: Sequence[str], actor: User, check: Check = believed) -> Call:
    """Write a reason over, or a new one at the end when `key` is empty. Raises PermissionDenied, and TransitionRefused: it has gone, the label is
    that of another one, there are too many."""

    def change(reasons: Raw) -> Raw:
        if any(each["key"] != key and each["label"].casefold() == label.casefold() for each in reasons):
            raise TransitionRefused(["Un autre motif de cet appel porte ce libellé."])
        if not key and len(reasons) >= MOST_REASONS:
            raise TransitionRefused([f"Un appel a {MOST_REASONS} motifs au plus."])
        written = {"label": label, "sentence": sentence, "uses": list(uses)}
        if not key:
            return [*reasons, {"key": _free_key(label, reasons), **written, "active": True}]
        _at(reasons, key)
        return [each | written if each["key"] == key else each for each in reasons]

    return _change(call, change, actor, check)


def offer_reason(*, call: Call, key: str, active: bool, actor: User) -> Call:
    """Propose a reason, or propose it no more. Raises PermissionDenied, and TransitionRefused where it has gone."""

    def change(reasons: Raw) -> Raw:
        _at(reasons, key)
        return [each | {"active": active} if each["key"] == key else each for each in reasons]

    return _change(call, change, actor)


def move_reason(*, call: Call, key: str, by: int, actor: User) -> Call:
    """One place up (-1) or down (1); at an end, it stays. Raises PermissionDenied, and TransitionRefused where it has gone."""

    def change(reasons: Raw) -> Raw:
        at = _at(reasons, key)
        moved = reasons[:at] + reasons[at + 1 :]
        moved.insert(min(max(at + by, 0), len(moved)), reasons[at])
        return moved

    return _change(call, change, actor)


def drop_reason(*, call: Call, key: str, actor: User) -> Call:
    """Take a reason out; one that has gone is gone. Files that were told it keep its words. Raises PermissionDenied, and TransitionRefused where an
    admissibility line gives it."""

    def change(reasons: Raw) -> Raw:
        now = Call.objects.values_list("admissibility_lines", flat=True).get(pk=call.pk)
        if lines := [line["label"] for line in now if line.get("reason") == key]:
            raise TransitionRefused([f"La ligne de recevabilité « {lines[0]} » donne ce motif : cessez plutôt de le proposer."])
        return [each for each in reasons if each["key"] != key]

    return _change(call, change, actor)


@transaction.atomic
def require_listed(*, call: Call, reasons_only: bool, actor: User, check: Check = believed) -> Call:
    """Say whether a reason of the list is compulsory. Raises PermissionDenied, and what `check` raises."""
    locked = _lock(call, actor)
    check()
    if locked.reasons_only != reasons_only:
        locked.reasons_only = reasons_only
        locked.save(update_fields=["reasons_only"])
        recorder.record(locked, "require_reasons", actor=actor, data={"only": reasons_only})
    return locked


@transaction.atomic
def _change(call: Call, change: Callable[[Raw], Raw], actor: User, check: Check = believed) -> Call:
    locked = _lock(call, actor)
    check()
    before = locked.reasons
    locked.reasons = change(list(before))
    if locked.reasons != before:
        locked.save(update_fields=["reasons"])
        recorder.record(locked, "set_reasons", actor=actor, data={"before": before, "after": locked.reasons})
    return locked


def _lock(call: Call, actor: User) -> Call:
    if not rules.manages_call(call, actor):
        raise PermissionDenied("reasons")
    return Call.objects.select_for_update(of=("self",)).get(pk=call.pk)


def _at(reasons: Raw, key: str) -> int:
    for rank, each in enumerate(reasons):
        if each["key"] == key:
            return rank
    raise TransitionRefused([GONE], wrong_state=True)


def _free_key(label: str, reasons: Raw) -> str:
    taken, stem = {each["key"] for each in reasons}, slugify(label)[:40] or "motif"
    return next(key for key in (stem, *(f"{stem}-{rank}" for rank in range(2, MOST_REASONS + 3))) if key not in taken)
