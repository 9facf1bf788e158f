"""The only gate through which a state changes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django_fsm import Transition

from portal.journal import recorder
from portal.notifications import outbox
from portal.roles import Actor, Person
from portal.signing import NotSigned, mention
from portal.workflow.actors import SYSTEM
from portal.workflow.machine import transition_named, transitions_of
from portal.workflow.opening import opened_for
from portal.workflow.reactions import Move, react
from portal.workflow.requirements import Occasion, Requirement

Driven = TypeVar("Driven", bound=Model)


class TransitionRefused(Exception):
    """The transition cannot happen now; `reasons` says why, one French sentence each."""

    def __init__(self, reasons: Iterable[str], *, wrong_state: bool = False):
        self.reasons = list(reasons)
        self.wrong_state = wrong_state
        self.gaps: list[tuple[str | None, str]] = [(None, reason) for reason in self.reasons]  # by field of a form, where one is known
        super().__init__(" ".join(self.reasons))


@dataclass(frozen=True)
class Option:
    """A transition as a screen offers it: allowed to the person, perhaps still lacking something.

    `possible` is false when the state does not have it, or when there is nothing to do (an occasion that does not hold).
    """

    name: str
    label: str
    missing: tuple[str, ...]
    custom: dict
    possible: bool = True

    @property
    def ready(self) -> bool:
        return self.possible and not self.missing


def perform(
    instance: Driven, name: str, *, actor: Actor, reason: str = "", check: Callable[[Driven], None] | None = None, **data
) -> Driven:
    """Carry out one transition: lock, check, change, save, journal, notify. Returns the fresh object.

    An act that a head signs says which (`custom["signs"]`): signed by delegation, the journal's line says so.
    A transition whose conditions read what stands above it names it (`custom["under"]`, a foreign key): that row is locked first.

    The object given is stale afterwards; use the one returned. `data` goes to the transition's body and to the
    journal (JSON values or model instances only). `check`: asked of the locked object once nothing is missing, it refuses what a page showed.
    Raises TransitionRefused (wrong state, or something is missing) and PermissionDenied (not this person). Nothing is written when it raises.
    """
    with transaction.atomic():
        _hold_above(instance, name)
        obj = _locked(instance)
        transition = transition_named(obj, name)
        if transition is None:
            raise TransitionRefused([_wrong_state_message(obj, name)], wrong_state=True)
        if actor is not SYSTEM and not is_open_to(transition, obj, actor):
            raise _denied(transition, obj, actor)
        if too_late := missing_for(obj, transition, Occasion):
            raise TransitionRefused(too_late, wrong_state=True)
        if missing := missing_for(obj, transition):
            raise TransitionRefused(missing)
        if check:
            check(obj)
        source, signature = obj.state, signature_of(obj, transition, actor)
        with opened_for(obj):
            getattr(obj, name)(**data)
        obj.save()
        recorder.record(obj, name, actor=actor, source=source, target=obj.state, reason=reason, data={**data, **signature})
        react(obj, Move(name, source, obj.state, actor, data))
        for code in transition.custom.get("notify", ()):
            outbox.post(code, about=obj, actor=actor)
        return obj


def _locked(instance: Driven) -> Driven:
    """The row as it is, locked, with what its class says that every condition of its machine reads beside it (`read_under_lock`)."""
    rows = type(instance)._base_manager.select_for_update(of=("self",))
    beside = getattr(instance, "read_under_lock", ())
    return (rows.select_related(*beside) if beside else rows).get(pk=instance.pk)


def _hold_above(instance: Model, name: str) -> None:
    """Lock the row under which this transition is made: what its conditions read there stays true until the end.

    Always before the row itself, as the acts of what stands above do: two of them never wait for each other.
    """
    for field in sorted({t.custom["under"] for t in transitions_of(instance) if t.name == name and "under" in t.custom}):
        above = type(instance)._meta.get_field(field)
        above.related_model._base_manager.select_for_update(of=("self",), no_key=True).get(pk=getattr(instance, above.attname))


def is_open_to(transition: Transition, obj: Model, user: Person) -> bool:
    """Whether the rule of a transition lets `user` ask for it. Rules read grants: nobody who has not signed in reaches them."""
    return user.is_authenticated and transition.has_perm(obj, user)


def signature_of(obj: Model, transition: Transition, actor: Actor) -> dict[str, str]:
    """What the journal and the page of an act say of a delegation by which `actor` signs it; nothing for an act that no head signs."""
    act = transition.custom.get("signs")
    return mention(actor, obj.establishment, act, obj) if act else {}


def available_transitions(obj: Model, user: Person) -> list[Option]:
    """What `user` may do to `obj` in its present state, in the order of the workflow, with what is still missing."""
    return [
        _option(obj, t)
        for t in transitions_of(obj)
        if t.source in (obj.state, "*") and not t.custom.get("hidden") and is_open_to(t, obj, user) and not missing_for(obj, t, Occasion)
    ]


def check_person(obj: Model, user: Person, name: str) -> Transition:
    """The transition of this name, from the present state where the state has it, once sure that `user` may ask for it.

    Raises PermissionDenied, and LookupError when the workflow has no such transition. Conditions are not read.
    """
    transition = transition_named(obj, name) or next((t for t in transitions_of(obj) if t.name == name), None)
    if transition is None:
        raise LookupError(name)
    if not is_open_to(transition, obj, user):
        raise _denied(transition, obj, user)
    return transition


def _denied(transition: Transition, obj: Model, user: Person) -> PermissionDenied:
    """Why not this person: what their delegation does not reach, where they hold one here and the head signs this act."""
    act = transition.custom.get("signs")
    why = user.unsigned_because(obj.establishment, act, obj) if act and user.is_authenticated else ""
    return NotSigned(why) if why else PermissionDenied(transition.name)


def option_for(obj: Model, user: Person, name: str) -> Option:
    """One transition as `user` may ask for it, in whatever state. Raises what `check_person` raises."""
    transition = check_person(obj, user, name)
    if transition.source not in (obj.state, "*"):
        return Option(name, transition.custom.get("label", name), (), transition.custom, possible=False)
    if too_late := missing_for(obj, transition, Occasion):
        return Option(name, transition.custom.get("label", name), tuple(too_late), transition.custom, possible=False)
    return _option(obj, transition)


def is_ready(obj: Model, user: Person, name: str) -> bool:
    """Whether `user` may carry out this transition now: the state has it, the person may, nothing is missing."""
    try:
        return option_for(obj, user, name).ready
    except PermissionDenied:
        return False


def missing_for(obj: Model, transition: Transition, kind: type[Requirement] | None = None) -> list[str]:
    """Sentences of the conditions that do not hold: all of them, or those of a kind of requirement."""
    found: list[str] = []
    for condition in transition.conditions:
        if kind is not None and not isinstance(condition, kind):
            continue
        if hasattr(condition, "missing"):
            found += condition.missing(obj)
        elif not condition(obj):
            found.append(getattr(condition, "message", "Une condition n’est pas remplie."))
    return found


def _option(obj: Model, transition: Transition) -> Option:
    custom = transition.custom
    return Option(transition.name, custom.get("label", transition.name), tuple(missing_for(obj, transition)), custom)


def _wrong_state_message(obj: Model, name: str) -> str:
    label = next((t.custom.get("label", name) for t in transitions_of(obj) if t.name == name), name)
    return f"« {label} » n’est pas possible : état actuel « {obj.get_state_display()} »."
