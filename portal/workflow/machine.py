"""Reading a state machine in the order of its source file."""

from functools import cache
from inspect import unwrap

from django.db.models import Model
from django_fsm import Transition


def transitions_of(obj: Model) -> tuple[Transition, ...]:
    """Every transition of the object's workflow, one entry per source state, in the order of the source file."""
    return _machine(type(obj))


@cache
def _machine(model: type[Model]) -> tuple[Transition, ...]:
    """Read once: a machine is written in its class, and every act, every page asks for it several times."""
    return tuple(sorted(model().get_all_state_transitions(), key=lambda t: unwrap(getattr(model, t.name)).__code__.co_firstlineno))


def transition_named(obj: Model, name: str) -> Transition | None:
    """The transition of this name that starts from the object's present state, or None."""
    return next((t for t in transitions_of(obj) if t.name == name and t.source in (obj.state, "*")), None)
