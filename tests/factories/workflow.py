"""Reading a workflow as a table, and listening to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from portal.workflow.reactions import _reactions, after


def arrows(model) -> set[tuple[str, str, str]]:
    """Every (source, transition, target) of a model's workflow."""
    return {(t.source, t.name, t.target) for t in model().get_all_state_transitions()}


@contextmanager
def reacting(react: Callable, *transitions: tuple[type, str]) -> Iterator[None]:
    """While it lasts, `react(instance, move)` is called after these (model, transition name), the last one."""
    for model, name in transitions:
        after(model, name)(react)
    try:
        yield
    finally:
        for model, name in transitions:
            _reactions[model, name].remove(react)
