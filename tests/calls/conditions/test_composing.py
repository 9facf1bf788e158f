"""A condition opens in lists, and what the lists say is the condition."""

from hypothesis import given, settings

from calls.conditions.composing import PartKind, composed, rows_of, stored
from calls.conditions.reading import as_json, read_condition
from calls.conditions.tree import AllOf, AnyOf, Comparison, LineSuchThat, Not
from tests.calls.conditions.terms import CATALOGUE, conditions


def is_drawn(condition, *, inside=False):
    """Whether the lists go that deep: rows, groups of rows, a line such that rows."""
    parts = condition.conditions if isinstance(condition, AllOf | AnyOf) else (condition,)
    return all(_is_part(part) for part in parts)


def _is_part(condition):
    inner = condition.condition if isinstance(condition, Not) else condition
    return all(map(_is_row, inner.conditions)) if isinstance(inner, AllOf | AnyOf) else _is_row(condition)


def _is_row(condition, *, inside=False):
    atom = condition.condition if isinstance(condition, Not) else condition
    if not isinstance(atom, LineSuchThat):
        return isinstance(atom, Comparison)
    within = atom.condition
    rows = within.conditions if isinstance(within, AllOf | AnyOf) else (within,)
    return not inside and all(_is_row(row, inside=True) for row in rows)


@given(conditions())
@settings(max_examples=300, deadline=None)
def test_opening_a_condition_and_keeping_it_changes_nothing(condition):
    opened = composed(as_json(condition), CATALOGUE)
    kept = stored(opened, CATALOGUE)

    assert kept.errors == {}
    assert read_condition(kept.raw, CATALOGUE, "Ici", []) == condition
    assert is_drawn(condition) is all(part.kind is not PartKind.KEPT for _path, part in rows_of(opened))
