"""What a page may read of a stored result: the parts that have the shape which it expects, whatever is stored."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Shape = Any  # a type, several, a predicate, [shape of each], {key: shape, "key?": shape when it is there}


def _is_number(value: Any) -> bool:
    try:
        return isinstance(value, int | str) and Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _or_none(shape: Shape) -> Callable[[Any], bool]:
    return lambda value: value is None or fits(value, shape)


def _of_each(shape: Shape) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, Mapping) and all(fits(one, shape) for one in value.values())


_NUMBER = _or_none(_is_number)
_NAMES = _or_none([str])
_SAID = {"sentence": str}
_MOVES = {"enters?": _NAMES, "leaves?": _NAMES}
_DRAWS = {"selected?": _of_each(_is_number)}
_EXPLAINED = {
    "prices": [_SAID | _MOVES | {"rule": str, "points?": _NUMBER, "marginal?": _or_none(Mapping)}],
    "files": _of_each({"sentence?": str, "rules?": _NAMES}),
    "waiting": {"by_withdrawal?": _or_none([_SAID | {"leaves": str, "enters?": _NAMES}]), "sentence?": _or_none(str), "one_more?": _NAMES},
    "ties": [_SAID],
    "conflicts": [_SAID],
    "relaxations": [_SAID],
    "robustness": _DRAWS,
}
_GAUGE = {"rule": str, "measure": str, "value": _is_number, "min": _NUMBER, "max": _NUMBER, "state": str}
_PAIR = lambda value: fits(value, [str]) and len(value) == 2  # noqa: E731 -- a shape like the others
_RESULT = {
    "status": str,
    "doctrine": str,
    "selected": _or_none([_PAIR]),
    "objective": _NUMBER,
    "bound": _NUMBER,
    "gap": _NUMBER,
    "gauges": [_GAUGE],
    "figures": Mapping,
    "solver": {"name?": str, "version?": str},
    "certificate": {"proved?": [str], "open_score?": _is_number},
    "explanations": Mapping,
    "sharing": {"lines": [{"line": str, "envelope": int}]},
}


def fits(value: Any, shape: Shape) -> bool:
    """Whether a JSON value has a shape."""
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(one, shape[0]) for one in value)
    if isinstance(shape, dict):
        return isinstance(value, Mapping) and all(_has(value, key, of) for key, of in shape.items())
    return isinstance(value, shape) if isinstance(shape, type) else bool(shape(value))


def _has(value: Mapping[str, Any], key: str, shape: Shape) -> bool:
    name = key.removesuffix("?")
    return fits(value[name], shape) if name in value else name != key


def legible(result: Any) -> dict[str, Any]:
    """The parts of a stored result that can be read; its explanations, part by part. Nothing of what is not an object."""
    kept = _parts(result, _RESULT)
    if "explanations" in kept:
        kept["explanations"] = _parts(kept["explanations"], _EXPLAINED)
    return kept


def is_legible(result: Any) -> bool:
    """Whether nothing was left out."""
    return bool(legible(result) == result)


def _parts(value: Any, shapes: Mapping[str, Shape]) -> dict[str, Any]:
    parts = value.items() if isinstance(value, Mapping) else ()
    return {key: part for key, part in parts if key not in shapes or part is None or fits(part, shapes[key])}
