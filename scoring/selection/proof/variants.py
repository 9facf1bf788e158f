"""Variants of an instance: what an explanation claims (« without this rule… ») is itself an instance and an answer.

A change is a JSON object; anybody can make it by hand on the canonical instance, then run `check_selection.py` on what comes out:

  {"without": [RULE…]}        the rule is taken away, both bounds; `forced_in:ID` and `forced_out:ID` too are rules
  {"bounds": {SIDE: number}}  the bound of a side, `RULE:min` or `RULE:max`, is another number
  {"only": [SIDE…]}           no other side of a hard rule remains, and no soft rule; `forced_in:ID:in` and `forced_out:ID:out` are sides
  {"loosened": true}          points no longer count; a bound that may be negotiated may be broken at its price (`relax_weight` for each
                              started `relax_unit`) as far as its last acceptable value; a file forced in or out, at the price of 1
  {"inside": [ID…]}           files that must be in; {"outside": [ID…]} files that must be out
  {"stay": [[ID, OPTION]…]}   files that are in with that very option
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from typing import Any

from scoring.selection.proof.check_selection import Arithmetic

Json = dict[str, Any]
Change = Mapping[str, Any]

FORCED = {"forced_in": "in", "forced_out": "out"}  # how a side of each kind ends
ENDS = ("min", "max")


def variant(data: Mapping[str, Any], change: Change) -> Json:
    """The canonical instance `data` with a change. Raises ValueError for a change that is unknown."""
    if unknown := set(change) - {"without", "bounds", "only", "loosened", "inside", "outside", "stay"}:
        raise ValueError(f"unknown change: {sorted(unknown)}")
    answer = dict(data) | {key: list(data.get(key, ())) for key in FORCED}
    answer["rules"] = [_bounded(rule, change.get("bounds", {})) for rule in data["rules"]]
    if "without" in change:
        answer |= _without(answer, set(change["without"]))
    if "only" in change:
        answer |= _only(answer, set(change["only"]))
    if change.get("loosened"):
        answer |= _loosened(answer)
    stay = dict(change.get("stay", ()))
    answer["applications"] = [_staying(file, stay) for file in answer["applications"]]
    answer["forced_in"] = sorted({*answer["forced_in"], *change.get("inside", ()), *stay})
    answer["forced_out"] = sorted({*answer["forced_out"], *change.get("outside", ())})
    return answer


def varied(base: Arithmetic, data: Mapping[str, Any], change: Change) -> Arithmetic:
    """The variant in whole numbers; `base` is `data` so, read again where files are put in or out and nothing else changes."""
    stay = dict(change.get("stay", ()))
    is_near = set(change) <= {"inside", "outside", "stay"} and not any(
        "options" in file for file in data["applications"] if file["id"] in stay
    )
    if not is_near:
        return Arithmetic(variant(data, change))
    inside, outside = {*change.get("inside", ()), *stay}, set(change.get("outside", ()))
    answer = copy(base)
    answer.possible = [
        tuple(c for c in possible if not (file in inside and c == ways[-1]) and not (file in outside and c != ways[-1]))
        for file, ways, possible in zip((base.choices[ways[-1]][0]["id"] for ways in base.ways), base.ways, base.possible, strict=True)
    ]
    return answer


def _bounded(rule: Json, bounds: Mapping[str, int]) -> Json:
    return rule | {end: bounds[side] for end in ENDS if (side := f"{rule['id']}:{end}") in bounds}


def _without(data: Json, gone: Collection[str]) -> Json:
    forced = {key: [one for one in data[key] if f"{key}:{one}" not in gone] for key in FORCED}
    return {"rules": [rule for rule in data["rules"] if rule["id"] not in gone], **forced}


def _only(data: Json, sides: Collection[str]) -> Json:
    rules = [_stripped(rule, sides) for rule in data["rules"] if "penalty" not in rule]
    forced = {key: [one for one in data[key] if f"{key}:{one}:{end}" in sides] for key, end in FORCED.items()}
    return {"rules": [rule for rule in rules if "min" in rule or "max" in rule], **forced}


def _stripped(rule: Json, sides: Collection[str]) -> Json:
    return {key: value for key, value in rule.items() if key not in ENDS or f"{rule['id']}:{key}" in sides}


def _staying(file: Json, stay: Mapping[str, str]) -> Json:
    if file["id"] not in stay or "options" not in file:
        return file
    return file | {"options": [option for option in file["options"] if option["id"] == stay[file["id"]]]}


def _loosened(data: Json) -> Json:
    rules = [one for rule in data["rules"] if "penalty" not in rule for one in _priced(rule)]
    rules += [_forced(key, one) for key in FORCED for one in sorted(data[key])]
    return {"applications": [_worthless(file) for file in data["applications"]], "rules": rules} | {key: [] for key in FORCED}


def _priced(rule: Json) -> Iterator[Json]:
    """The rule, soft when it may be negotiated, then the last bounds that would be accepted, hard."""
    last = rule.get("negotiable", True)
    yield rule if last is False else rule | {"penalty": rule["relax_weight"], "unit": rule["relax_unit"]}
    if isinstance(last, dict):
        yield {key: value for key, value in rule.items() if key not in ENDS} | last | {"id": f"{rule['id']}:last"}


def can_be_loosened(data: Mapping[str, Any]) -> bool:
    """Is each step that a rule on numbers of files gives way one file? No other step can be written as a soft rule."""
    return all(rule["relax_unit"] == 1 for rule in data["rules"] if rule["measure"].startswith("count") and "penalty" not in rule)


def _forced(key: str, one: str) -> Json:
    bound = {"min": 1} if key == "forced_in" else {"max": 0}
    return {"id": f"{key}:{one}", "measure": "count", "scope": {"ids": [one]}, "penalty": "1", **bound}


def _worthless(file: Json) -> Json:
    options = {"options": [option | {"value": "0"} for option in file["options"]]} if "options" in file else {}
    return file | {"score": "0"} | options


def followed(data: Mapping[str, Any], tree: Sequence[Sequence[Any]], rule_id: str) -> list[list[Any]]:
    """The lines of a tree about `data`, renumbered for the variant without a rule on which none of them rests.

    Raises ValueError when one does, LookupError for a rule that the instance does not have.
    """
    if rule_id.partition(":")[0] in FORCED:
        return [list(line) for line in tree]  # files forced in or out have no row
    place = next(place for place, rule in enumerate(data["rules"]) if rule["id"] == rule_id)
    counts = [sum(end in rule for end in ENDS) for rule in data["rules"]]
    first, many = sum(counts[:place]), counts[place]
    return [_renumbered(line, place + 1, first, many) for line in tree]


def _renumbered(line: Sequence[Any], group: int, first: int, many: int) -> list[Any]:
    kind, *rest = line
    if kind == "B":
        weight, *pairs = rest
        if any(first <= row < first + many for row in pairs[::2]):
            raise ValueError("a line rests on the rule")
        moved = (row - many * (row >= first) for row in pairs[::2])
        return [kind, weight, *(number for pair in zip(moved, pairs[1::2], strict=True) for number in pair)]
    if kind == "G":
        if rest[0] == group:
            raise ValueError("a split rests on the rule")
        return [kind, rest[0] - (rest[0] > group), rest[1]]
    return list(line)
