"""For which object the gate is open at this instant. Anywhere else, a transition called by itself is refused.

django-fsm asks the conditions of a transition when it is called, never the permission, and saves, journals and announces nothing: a call
that forgets the gate would look as if it worked. The receiver below makes it fail, in production as in tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models

_open_for: ContextVar[models.Model | None] = ContextVar("gate_open_for", default=None)


class OutsideTheGate(RuntimeError):
    """A transition was called by itself instead of through `portal.workflow.gate.perform`. Nothing was changed."""


def is_open_for(obj: models.Model) -> bool:
    """Whether the gate is carrying out a transition of this very object, whose permission and conditions it has checked."""
    return _open_for.get() is obj


@contextmanager
def opened_for(obj: models.Model) -> Iterator[None]:
    """Open the gate for one object, for the time of one transition: for the gate alone.

    Another transition may be carried out inside, for another object; the gate is then open for this one again.
    """
    token = _open_for.set(obj)
    try:
        yield
    finally:
        _open_for.reset(token)


def refuse_outside(sender: type[models.Model], instance: models.Model, name: str, **kwargs) -> None:
    """Receiver of `pre_transition`: raises OutsideTheGate, before anything is changed, unless the gate is open for the instance."""
    if not is_open_for(instance):
        raise OutsideTheGate(f"{sender.__name__}.{name}() is called by itself: use perform(obj, {name!r}, actor=…).")
