"""Two people at one instant, on real row locks: the second acts while the first is in the middle of its act."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import ModuleType

import pytest
from django.db import connection

from portal.workflow.gate import TransitionRefused

LONG = 20  # seconds: nothing waits that long
BLOCKED = 0.7  # seconds after which the second is taken to wait for the first


def in_the_middle(patch: pytest.MonkeyPatch, module: ModuleType, name: str, *, of: Callable, comes: Callable) -> list:
    """What `of()` and `comes()` returned, or the sentence of their refusal. `comes` begins when `of` reaches `module.name`.

    `of` goes on once `comes` is over, or waits for what `of` holds. Any other error, such as a deadlock, is raised.
    """
    reached, over = Event(), Event()
    real = getattr(module, name)

    def reach(*args: object, **kwargs: object) -> object:
        if not reached.is_set():
            reached.set()
            over.wait(BLOCKED)
        return real(*args, **kwargs)

    patch.setattr(module, name, reach)

    def first() -> object:
        return _outcome(of, after=None, then=reached)

    def second() -> object:
        return _outcome(comes, after=reached, then=over)

    with ThreadPoolExecutor(2) as pool:
        return [each.result() for each in (pool.submit(first), pool.submit(second))]


def _outcome(act: Callable, *, after: Event | None, then: Event) -> object:
    try:
        if after:
            after.wait(LONG)
        return act()
    except TransitionRefused as refusal:
        return " ".join(refusal.reasons)
    finally:
        then.set()
        connection.close()
