import pytest

from calls.conditions.dependencies import circle_in, dependents


def test_who_uses_a_thing_is_named_in_order():
    assert dependents({"c": ["a"], "b": ["x"], "d": ["b", "a"]}, "a") == ["c", "d"]


@pytest.mark.parametrize(
    ("uses", "circle"),
    [
        ({}, []),
        ({"a": ["b"], "b": ["c"]}, []),
        ({"a": ["b", "c"], "b": ["c"], "c": []}, []),
        ({"a": ["a"]}, ["a"]),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, ["b", "c"]),
        ({"x": ["y"], "y": [], "a": ["b"], "b": ["y", "a"]}, ["a", "b"]),
    ],
)
def test_a_circle_is_found(uses, circle):
    assert circle_in(uses) == circle


def test_a_long_chain_is_no_circle():
    assert circle_in({str(rank): [str(rank + 1)] for rank in range(5000)}) == []
