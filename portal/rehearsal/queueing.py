"""Background work asked for inside a rehearsal: the one worker of the portal does it, inside that rehearsal."""

from collections.abc import Callable
from importlib import import_module

from django_q.tasks import async_task

from portal.rehearsal import places
from portal.rehearsal.places import Rehearsal


def hand(func: str, *args: object, **options: object) -> None:
    """Give a call (dotted path, arguments) to the worker, to be made in the place where it is asked for. Raises what the queue raises."""
    place = places.current()
    if place is None:
        async_task(func, *args, **options)
        return
    with places.outside():
        async_task("portal.rehearsal.queueing.call_inside", place.key, func, *args, **options)


def call_inside(key: int, func: str, *args: object) -> object:
    """Run by the worker. A rehearsal that was closed meanwhile has nothing left to do."""
    place = Rehearsal(key)
    if not place.exists():
        return "répétition fermée"
    module, _, name = func.rpartition(".")
    with place.entered():
        return getattr(import_module(module), name)(*args)


def carried_to_thread(work: Callable[[], None]) -> Callable[[], None]:
    """The same work for another thread, which does it in the place where this one is now."""
    place = places.current()

    def inside() -> None:
        if place is None:
            work()
            return
        with place.entered():
            work()

    return inside
