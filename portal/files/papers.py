"""A paper made of a title and of parts, drawn by whichever app draws papers: those that need one do not import it."""

from collections.abc import Callable, Sequence

Parts = Sequence[tuple[str, str]]  # heading, text: one paragraph a line
Drawer = Callable[[str, Parts], bytes]
_drawers: list[Drawer] = []


def register(drawer: Drawer) -> Drawer:
    """Draw the papers that are asked for, in place of whoever did before."""
    _drawers[:] = [drawer]
    return drawer


def drawn(title: str, parts: Parts) -> bytes:
    """The PDF file of these parts. Raises LookupError on an installation that draws no paper."""
    if not _drawers:
        raise LookupError("no app draws papers here")
    return _drawers[0](title, parts)
