"""Kinds of background work. A handler is `handler(job, progress) -> StoredFile | dict | None`; it must be safe to start again."""

from collections.abc import Callable

from portal.files.models import StoredFile

Handler = Callable[..., StoredFile | dict | None]  # handler(job, progress)

_handlers: dict[str, Handler] = {}
_timeouts: dict[str, int] = {}


def job(kind: str, *, timeout: int | None = None) -> Callable[[Handler], Handler]:
    """Decorator: register the handler of this kind of job. `timeout`: seconds after which the queue kills it, when not those of all."""

    def add(handler: Handler) -> Handler:
        if kind in _handlers:
            raise ValueError(f"travail déjà déclaré : {kind}")
        _handlers[kind] = handler
        if timeout is not None:
            _timeouts[kind] = timeout
        return handler

    return add


def handler_of(kind: str) -> Handler:
    return _handlers[kind]


def timeout_of(kind: str) -> int | None:
    """Seconds that the queue gives to this kind of job; None: those of all."""
    return _timeouts.get(kind)
