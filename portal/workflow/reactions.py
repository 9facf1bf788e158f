"""Who reacts to a transition: the one upward path between apps, and what `docs/workflows.md` prints under « then »."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ImproperlyConfigured
from django.db import models

from portal.roles import Actor


@dataclass(frozen=True)
class Move:
    """A transition that the gate has just carried out: its name, the states before and after, who did it, with what data."""

    name: str
    source: str
    target: str
    actor: Actor
    data: Mapping = field(default_factory=dict)


Reaction = Callable[[models.Model, Move], object]
_reactions: dict[tuple[type[models.Model], str], list[Reaction]] = defaultdict(list)


def after(model: type[models.Model], *names: str) -> Callable[[Reaction], Reaction]:
    """Have a function `react(instance, move)` called after these transitions of a model, in the transaction of the gate.

    What it raises undoes the transition. Reactions run in the order of their registration, that of INSTALLED_APPS.
    Raises ImproperlyConfigured, when the portal starts, for a name that the model's machine does not have.
    """
    unknown = [name for name in names if not hasattr(getattr(model, name, None), "_django_fsm")]
    if unknown or not names:
        raise ImproperlyConfigured(f"{model.__name__} has no transition {', '.join(unknown) or 'named here'}.")

    def register(react: Reaction) -> Reaction:
        for name in names:
            if react not in _reactions[model, name]:
                _reactions[model, name].append(react)
        return react

    return register


def reactions_to(model: type[models.Model], name: str) -> list[Reaction]:
    """The functions that a transition calls, in order."""
    return list(_reactions.get((model, name), ()))


def react(instance: models.Model, move: Move) -> None:
    """Call everyone who reacts to a transition: for the gate alone."""
    for reaction in reactions_to(type(instance), move.name):
        reaction(instance, move)
