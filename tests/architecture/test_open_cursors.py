"""No reading stays open while something else may be written: SQLite then refuses the write for good ("database is locked")."""

from tests.architecture.sources import MODULES, Module, offences


def open_readings(module: Module) -> list[int]:
    """Lines that read a queryset through a cursor kept open; `portal.reading.in_pieces` is the way."""
    return [call.lineno for call in module.method_calls if call.func.attr in ("iterator", "aiterator")]


def test_no_queryset_is_read_through_an_open_cursor():
    assert offences(MODULES, open_readings) == {}
