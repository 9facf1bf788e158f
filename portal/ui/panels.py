"""Blocks that higher apps add to a lower app's page: the file page shows a decision or an order without knowing those apps.

A higher app registers when it starts: `panels.register("calls.application", render)`; the page writes `{% panels application %}`.
"""

from collections.abc import Callable

from django.db.models import Model
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

_panels: dict[str, list[tuple[int, str, Callable]]] = {}


def register(model_label: str, render: Callable, order: int = 50) -> None:
    """Add a block to the pages of a model ("calls.application").

    `render(request, obj) -> html` returns safe HTML, "" when it has nothing to say to this reader: it checks who
    reads, as the page itself only knows who may see the object. Registering the same function again changes nothing.
    """
    known = _panels.setdefault(model_label.lower(), [])
    name = f"{render.__module__}.{render.__qualname__}"
    if name not in [existing for _, existing, _ in known]:
        known.append((order, name, render))
        known.sort(key=lambda panel: panel[:2])


def panels_for(request: HttpRequest, obj: Model) -> SafeString:
    """The blocks of this object for this reader, in order, as one piece of HTML."""
    blocks = [render(request, obj) for _, _, render in _panels.get(obj._meta.label_lower, [])]
    return mark_safe("".join(str(block) for block in blocks if block))  # noqa: S308 -- each block is a rendered template
