"""Computed criteria: pure functions from public facts about a lycée to points and the sentence that explains them.

No Django here. A rule receives the facts of one file, those of its call, and the maximum of the criterion; it answers a
Mark. A fact that is absent gives null points and says so: never zero.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from scoring.criteria.facts import CallFacts, FileFacts, Mark

RuleFunction = Callable[[FileFacts, CallFacts, int], Mark]
RULE_MODULES = ("rurality", "territory", "sector", "pathway", "ips", "board_vote", "priority")


@dataclass(frozen=True)
class ComputedRule:
    """One rule that a grid may name: what staff read when they choose it, and where its data come from."""

    key: str
    label: str
    help: str
    source: str
    function: RuleFunction
    reads_file: bool = False  # whether it reads what the lycée has sent, beside the directory


_rules: dict[str, ComputedRule] = {}


def criterion(key: str, *, label: str, help: str, source: str, reads_file: bool = False) -> Callable[[RuleFunction], RuleFunction]:
    """Decorator: make a rule known to grids under `key`."""

    def add(function: RuleFunction) -> RuleFunction:
        _rules[key] = ComputedRule(key, label, help, source, function, reads_file)
        return function

    return add


def all_rules() -> list[ComputedRule]:
    """Every rule, in the order in which a grid offers them."""
    for name in RULE_MODULES:
        import_module(f"scoring.criteria.{name}")
    return list(_rules.values())


def rule_of(key: str) -> ComputedRule:
    """The rule named `key`. Raises KeyError for a name that no module declares."""
    all_rules()
    return _rules[key]


__all__ = ["CallFacts", "ComputedRule", "FileFacts", "Mark", "all_rules", "criterion", "rule_of"]
