"""Acts that move no state: the same arrow from each state to itself, so that the gate carries them out as any other."""

from collections.abc import Callable, Iterable

from django_fsm import transition

from portal.workflow.fields import StateField


def staying(*, field: StateField, states: Iterable[str], **how: object) -> Callable:
    """Declare a method as a transition from each of these states to itself; `how` is what a transition takes besides."""

    def declare(method: Callable) -> Callable:
        for state in states:
            method = transition(field=field, source=state, target=state, **how)(method)
        return method

    return declare
