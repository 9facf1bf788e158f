"""Computed criteria: pure functions from public facts about a lycée to points and the sentence that explains them.

No Django here. A rule receives the facts of one file, those of its call, the maximum of the criterion and the values that the grid gives to
its parameters; it answers a Mark. A fact that is absent gives null points, or the share that the grid says, and tells so: never zero by default.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from scoring.criteria.facts import CallFacts, FileFacts, Mark
from scoring.criteria.parameters import Parameter, Stored, Values, values_of

RuleFunction = Callable[[FileFacts, CallFacts, int, Values], Mark]
CaseFunction = Callable[[FileFacts, CallFacts], str]
RULE_MODULES = ("rurality", "territory", "sector", "pathway", "ips", "board_vote", "priority")


@dataclass(frozen=True)
class TriedValue:
    """A value on which a rule is tried, where no lycée of the directory says one by itself."""

    label: str
    file: FileFacts
    call: CallFacts


@dataclass(frozen=True)
class ComputedRule:
    """One rule that a grid may name: what staff read when they choose it, where its data come from, what a grid may set of it.

    `case` names what decides for one lycée (« Petite ville »); a rule that depends on the files has `samples` instead.
    """

    key: str
    label: str
    help: str
    source: str
    function: RuleFunction
    parameters: tuple[Parameter, ...] = ()
    reads_file: bool = False  # whether it reads what the lycée has sent, beside the directory
    case: CaseFunction | None = None
    samples: tuple[TriedValue, ...] = ()
    principle: str = ""  # what the shares of the parameters do not say by themselves

    @property
    def reads_directory(self) -> bool:
        """Whether the directory alone says what a lycée gets, before any file."""
        return self.case is not None

    def mark(self, file: FileFacts, call: CallFacts, maximum: int, stored: Stored | None = None) -> Mark:
        """The mark of one file; `stored` is what the grid has set."""
        return self.function(file, call, maximum, values_of(self.parameters, stored or {}))

    def sentences(self, stored: Stored, maximum: int | None = None) -> list[str]:
        """Every parameter in words, as anybody reads them: « Commune rurale : 100 % des points », with what it is of a maximum."""
        values = values_of(self.parameters, stored)
        return [parameter.said(values[parameter.key], maximum) for parameter in self.parameters]

    def told(self, stored: Stored) -> str:
        """What the rule does, in one sentence: the usual one, or the shares that the grid has set."""
        return " ; ".join(self.sentences(stored)) + f". {self.principle}".rstrip() if stored else self.help


_rules: dict[str, ComputedRule] = {}


def criterion(
    key: str,
    *,
    label: str,
    help: str,
    source: str,
    parameters: Sequence[Parameter] = (),
    reads_file: bool = False,
    case: CaseFunction | None = None,
    samples: Sequence[TriedValue] = (),
    principle: str = "",
) -> Callable[[RuleFunction], RuleFunction]:
    """Decorator: make a rule known to grids under `key`."""

    def add(function: RuleFunction) -> RuleFunction:
        _rules[key] = ComputedRule(key, label, help, source, function, tuple(parameters), reads_file, case, tuple(samples), principle)
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


__all__ = ["CallFacts", "ComputedRule", "FileFacts", "Mark", "Parameter", "TriedValue", "all_rules", "criterion", "rule_of"]
