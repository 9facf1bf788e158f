"""Kinds of background work. A handler is `handler(job, progress) -> dict | None`; it must be safe to start again."""

from collections.abc import Callable

_handlers: dict[str, Callable] = {}


def job(kind: str):
    """Decorator: register the handler of this kind of job."""

    def add(handler):
        if kind in _handlers:
            raise ValueError(f"travail déjà déclaré : {kind}")
        _handlers[kind] = handler
        return handler

    return add


def handler_of(kind: str) -> Callable:
    return _handlers[kind]
