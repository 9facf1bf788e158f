"""Kinds of background work. A handler is `handler(job, progress) -> StoredFile | dict | None`; it must be safe to start again."""

from collections.abc import Callable

from portal.files.models import StoredFile

Handler = Callable[..., StoredFile | dict | None]  # handler(job, progress)

_handlers: dict[str, Handler] = {}


def job(kind: str) -> Callable[[Handler], Handler]:
    """Decorator: register the handler of this kind of job."""

    def add(handler: Handler) -> Handler:
        if kind in _handlers:
            raise ValueError(f"travail déjà déclaré : {kind}")
        _handlers[kind] = handler
        return handler

    return add


def handler_of(kind: str) -> Handler:
    return _handlers[kind]
