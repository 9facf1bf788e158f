"""An instance that may be shown to everybody: other keys, no name, and less of each file that was not retained than would tell whose it is.

Whatever is changed favours the files that were not retained, or takes a rule away: scores are raised, amounts lowered. A list that is
still the best one was therefore the best one. Nothing here is believed: the masked instance has a proof of its own, and one that
is masked too far is refused by it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from scoring.selection.decimals import decimal_text
from scoring.selection.proof.check_selection import within

LEAST_ALIKE = 3  # files not retained that neither the rules nor the lines of money tell apart
CENT = Decimal("0.01")  # of a point: scores have two decimals
MONEY, PLACES = "argent-", "places"  # rules that concern every file


@dataclass(frozen=True)
class Mask:
    """How much is hidden of the files that were not retained.

    `points`: their scores are raised to the next multiple of it, never up to the score of a retained file above; None: just under that one.
    `cents`: their amounts are lowered to a multiple of it. `rules`: which of the hard rules of balance are kept, "none", "tight" or "all";
    the files that the jury put in or left out are free again with "none".
    """

    rules: str
    points: str | None
    cents: int


MASKS = tuple(
    Mask(rules, points, cents)
    for points, cents in ((None, 100_000), (None, 10_000), ("0.5", 10_000), ("0.1", 10_000))
    for rules in ("none", "tight", "all")
)


def hindrance(instance: Mapping[str, Any]) -> str:
    """Why nothing of this instance can be masked, in French; empty when something may."""
    return next((why for rule in instance["rules"] if (why := hindered_by(rule["measure"], has_minimum="min" in rule))), "")


def hindered_by(measure: str, *, has_minimum: bool) -> str:
    """Why no instance under a rule of this measure can be masked, in French; empty for another rule. Told where the rule is written."""
    if measure == "amount_share" or (measure == "amount" and has_minimum):
        return "une règle porte sur un minimum ou sur une part d’euros, que des montants arrondis fausseraient"
    return ""


def masked(instance: Mapping[str, Any], selected: Sequence[tuple[str, str]], keys: Mapping[str, str], mask: Mask) -> dict[str, Any]:
    """The instance with `keys` in place of references, and what `mask` hides hidden. Groups become the rules that a file is under."""
    retained = {file for file, _ in selected}
    kept = _kept_rules(instance, retained, mask.rules)
    scores = sorted({Decimal(file["score"]) for file in instance["applications"] if file["id"] in retained})
    highest = max(Decimal(file["score"]) for file in instance["applications"])
    groups = _grouped([file for file in instance["applications"] if file["id"] not in retained], kept)
    files, ranks = [], _ranks(instance, retained, keys)
    for file in instance["applications"]:
        shown: dict[str, Any] = {
            "id": keys[file["id"]],
            "rank": ranks[file["id"]],
            "groups": sorted(groups[file["id"]] if file["id"] in groups else _under(kept, file)),
        }
        raised = None if file["id"] in retained else _raised(Decimal(file["score"]), scores, highest, mask.points)
        files.append(shown | _worth(file, raised, mask))
    concerned = {name for file in files for name in file["groups"]}
    rules = [_shown_rule(rule) for rule in kept if not _is_grouping(rule) or rule["id"] in concerned]  # a maximum on nobody holds
    forced = {name: [] if mask.rules == "none" else instance.get(name, ()) for name in ("forced_in", "forced_out")}
    locks = {name: sorted(keys[file] for file in files) for name, files in forced.items()}
    return {"applications": files, "rules": rules, **{name: files for name, files in locks.items() if files}}


def _ranks(instance: Mapping[str, Any], retained: set[str], keys: Mapping[str, str]) -> dict[str, int]:
    """The order that settles ties: the files that were not retained first, by their keys, which were drawn; then the others in their own order.

    The order of deposit would tell a file by its reference, which follows it. Coming first favours them, as all that is changed.
    """
    others = sorted((file["id"] for file in instance["applications"] if file["id"] not in retained), key=keys.__getitem__)
    first = [file["id"] for file in sorted(instance["applications"], key=lambda file: file["rank"]) if file["id"] in retained]
    return {file: rank for rank, file in enumerate([*others, *first], start=1)}


def least_alike(shown: Mapping[str, Any], retained: set[str]) -> int:
    """How many files not retained the rarest combination of rules and of lines of money has; 0 when there are no such files.

    `retained`: their keys. A line may be reserved to one group of lycées: the files that draw on it say of which they are.
    """
    alike = Counter((tuple(file["groups"]), _lines(file)) for file in shown["applications"] if file["id"] not in retained)
    return min(alike.values(), default=0)


def _lines(file: Mapping[str, Any]) -> frozenset[str]:
    """The lines of money that a file may draw on, whatever its way of being funded."""
    return frozenset(line for way in file.get("options") or [file] for line in way["amounts"])


def _grouped(files: Sequence[Mapping[str, Any]], kept: Sequence[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """The rules under which each file is shown. Files on other lines are never put together: their money tells them apart."""
    by_lines: dict[frozenset[str], dict[str, frozenset[str]]] = {}
    for file in files:
        by_lines.setdefault(_lines(file), {})[file["id"]] = _under(kept, file)
    return {file: names for under in by_lines.values() for file, names in _alike(under, kept).items()}


def _under(rules: Sequence[Mapping[str, Any]], file: Mapping[str, Any]) -> frozenset[str]:
    """The rules on a group that a file is under."""
    return frozenset(rule["id"] for rule in rules if _is_grouping(rule) and within(rule["scope"])(file))


def _alike(under: Mapping[str, frozenset[str]], rules: Sequence[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """The same files under rules that fewer than LEAST_ALIKE of them never have alone, as far as can be.

    A file too alone is put with others: all are then under the minimums of each, and under the maximums of both alone, which favours them.
    Files are never put together across a rule that has a minimum and a maximum.
    """
    least = {rule["id"] for rule in rules if "min" in rule and "max" not in rule}
    most = {rule["id"] for rule in rules if "max" in rule and "min" not in rule}
    classes: dict[frozenset[str], list[str]] = {}
    for file, names in under.items():
        classes.setdefault(names, []).append(file)
    while lonely := sorted((len(files), sorted(names)) for names, files in classes.items() if len(files) < LEAST_ALIKE):
        names = frozenset(lonely[0][1])
        others = [other for other in classes if other != names and (other ^ names) <= least | most]
        if not others:
            break
        other = min(others, key=lambda one: (_changed(classes, names, one, least), sorted(one)))
        joined = _joined(names, other, least)
        files = classes.pop(names) + classes.pop(other)
        classes[joined] = classes.get(joined, []) + files
    return {file: names for names, files in classes.items() for file in files}


def _joined(one: frozenset[str], other: frozenset[str], least: set[str]) -> frozenset[str]:
    return ((one | other) & least) | (one & other)


def _changed(classes: Mapping[frozenset[str], list[str]], one: frozenset[str], other: frozenset[str], least: set[str]) -> int:
    """How many times a file is put under a rule, or out of one, when these two classes are joined."""
    joined = _joined(one, other, least)
    return sum(len(joined ^ names) * len(classes[names]) for names in (one, other))


def _is_grouping(rule: Mapping[str, Any]) -> bool:
    return bool(rule.get("scope", "*") != "*")


def _kept_rules(instance: Mapping[str, Any], retained: set[str], which: str) -> list[Mapping[str, Any]]:
    """Money, places and soft rules always; of the hard rules of balance, none, those that the selection just keeps, or all."""
    kept = []
    for rule in instance["rules"]:
        always = rule["id"].startswith(MONEY) or rule["id"] == PLACES or "penalty" in rule
        if always or which == "all" or (which == "tight" and _is_tight(rule, instance, retained)):
            kept.append(rule)
    return kept


def _is_tight(rule: Mapping[str, Any], instance: Mapping[str, Any], retained: set[str]) -> bool:
    """Whether a count is at its bound; other measures are said to be, since nothing is lost by keeping them."""
    if rule["measure"] != "count":
        return True
    files = sum(file["id"] in retained and within(rule.get("scope", "*"))(file) for file in instance["applications"])
    return bool(files == rule.get("min") or files == rule.get("max"))


def _raised(score: Decimal, retained: Sequence[Decimal], highest: Decimal, points: str | None) -> Decimal:
    """The score of a file not retained as it is shown, not below the true one."""
    if score in retained:
        return score
    above = next((one for one in retained if one > score), None)
    top = highest.to_integral_value(ROUND_CEILING) if above is None else above - CENT
    if points is None:
        return top
    step = Decimal(points)
    return min(top, (score / step).to_integral_value(ROUND_CEILING) * step)


def _worth(file: Mapping[str, Any], raised: Decimal | None, mask: Mask) -> dict[str, Any]:
    """Score and ways of being funded, as they are (`raised` is None) or as they are shown."""
    if raised is None:
        return {key: file[key] for key in ("score", "amounts", "options") if key in file}
    answer: dict[str, Any] = {"score": _text(raised)}
    if "options" not in file:
        return answer | {"amounts": _lowered(file["amounts"], mask.cents)}
    gained = raised - Decimal(file["score"])
    options = [
        {"id": one["id"], "amounts": _lowered(one["amounts"], mask.cents), "value": _text(Decimal(one["value"]) + gained)}
        for one in file["options"]
    ]
    return answer | {"options": options}


def _text(value: Decimal) -> str:
    return decimal_text(int(value * 100), 2)


def _lowered(amounts: Mapping[str, int], cents: int) -> dict[str, int]:
    return {line: max(min(1, amount), amount - amount % cents) for line, amount in amounts.items()}


def _shown_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """What the checker reads of a rule, and its title; not how far the jury would have gone."""
    shown = {key: rule[key] for key in ("id", "label", "measure", "line", "min", "max", "penalty", "unit") if key in rule}
    return shown | ({"scope": rule["id"]} if _is_grouping(rule) else {})
