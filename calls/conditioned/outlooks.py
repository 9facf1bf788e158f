"""What is known of the conditions of a form for each lycée before anybody answers."""

from dataclasses import dataclass, field
from enum import Enum

from calls.conditions.references import Reference


class Foreseen(Enum):
    """What is known of a condition for one lycée before its team answers."""

    NEVER = "never"
    WAITING = "waiting"  # never as long as a fact of the lycée is not known
    SOMETIMES = "sometimes"  # its answers decide
    ALWAYS = "always"
    UNDECIDED = "undecided"  # too much would have to be looked at
    APART = "apart"  # what it bears on is not asked of this lycée


@dataclass
class Outlook:
    """One condition over all the lycées: who is where, by their places in the list given. `awaited`: the facts that are not known."""

    members: dict[Foreseen, list[int]] = field(default_factory=dict)
    awaited: dict[Reference, int] = field(default_factory=dict)

    def count(self, *states: Foreseen) -> int:
        return sum(len(self.members.get(state, ())) for state in states)

    @property
    def total(self) -> int:
        """How many lycées it bears on."""
        return self.count(*Foreseen) - self.count(Foreseen.APART)

    @property
    def reached(self) -> int:
        """How many may meet it, as far as one knows."""
        return self.count(Foreseen.SOMETIMES, Foreseen.ALWAYS, Foreseen.UNDECIDED)

    def is_all(self, *states: Foreseen) -> bool:
        """Whether every lycée on which it bears is in one of these states; False when it bears on none."""
        return 0 < self.total == self.count(*states)


@dataclass
class FormOutlook:
    """Each condition of a form over the lycées, by the key of what it decides.

    `blocked`: sets of limits that some lycées can never keep together though they must answer all that these look at, with who.
    """

    sections: dict[str, Outlook] = field(default_factory=dict)
    asked: dict[str, Outlook] = field(default_factory=dict)
    required: dict[str, Outlook] = field(default_factory=dict)
    limits: dict[str, Outlook] = field(default_factory=dict)
    blocked: dict[frozenset[str], list[int]] = field(default_factory=dict)
