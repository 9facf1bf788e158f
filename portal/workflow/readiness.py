"""What a passage needs and what it does, line by line: the gate refuses with the same lines that its page shows.

A machine names a `Checklist` among its conditions, and `Effects` in its `custom`; each app gives its lines when it starts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.db.models import Model

from portal.workflow.machine import transition_named
from portal.workflow.requirements import Occasion, Requirement


class Readiness(StrEnum):
    """Where one line stands. Only what is missing holds a passage back."""

    READY = "ready"
    MISSING = "missing"
    EXCEPTED = "excepted"  # missing, and let through by somebody, with a reason
    NOTE = "note"  # to be known, and holds nothing back


SIGNS = {
    Readiness.READY: ("is-ok", "check-circle", "Prêt"),
    Readiness.MISSING: ("is-warn", "exclamation-triangle", "À régler"),
    Readiness.EXCEPTED: ("is-info", "pencil-square", "Par dérogation"),
    Readiness.NOTE: ("is-info", "information-circle", "À savoir"),
}


@dataclass(frozen=True)
class ReadinessItem:
    """One thing named under a line. `about`: the key of the file that it names, when it names one."""

    text: str
    address: str = ""
    about: int | None = None


@dataclass(frozen=True)
class ReadinessLine:
    """One line of a page of readiness: what it is about, a sentence with its number, where to act.

    `press` is an act asked by a press alone (label, address), such as reminding people. `of`: the text of which it speaks without writing it,
    for an act on a page opened before this text changed. `of_all`: it counts every file, and is not for who must not know of some.
    """

    state: Readiness
    label: str
    sentence: str
    address: str = ""
    link: str = "Compléter"
    items: tuple[ReadinessItem, ...] = ()
    press: tuple[str, str] | None = None
    of: str = ""
    of_all: bool = False

    @property
    def is_missing(self) -> bool:
        return self.state == Readiness.MISSING

    @property
    def sign(self) -> tuple[str, str, str]:
        """CSS class, icon, words."""
        return SIGNS[self.state]

    def without(self, hidden: frozenset[int]) -> "ReadinessLine":
        """The same for a reader who must not know of some files: counted, not named."""
        return replace(self, items=tuple(item for item in self.items if item.about not in hidden))


Lines = Callable[[Any], Iterable[ReadinessLine]]
Sentences = Callable[[Any], Iterable[str]]


def ready(label: str, sentence: str, **more: Any) -> ReadinessLine:
    return ReadinessLine(Readiness.READY, label, sentence, **more)


def missing(label: str, sentence: str, *, address: str, **more: Any) -> ReadinessLine:
    """What somebody can complete, at this address."""
    return ReadinessLine(Readiness.MISSING, label, sentence, address=address, **more)


def past(label: str, sentence: str) -> ReadinessLine:
    """What nobody can complete any more: for an `Opportunity`, whose act is then not offered."""
    return ReadinessLine(Readiness.MISSING, label, sentence)


def note(label: str, sentence: str, **more: Any) -> ReadinessLine:
    return ReadinessLine(Readiness.NOTE, label, sentence, **more)


def excepted(label: str, sentence: str, **more: Any) -> ReadinessLine:
    return ReadinessLine(Readiness.EXCEPTED, label, sentence, **more)


class Checklist(Requirement):
    """A condition of a transition whose lines come from several apps, in the order of INSTALLED_APPS."""

    def __init__(self, name: str):
        self._providers: list[Lines] = []
        super().__init__(self._sentences, "each line leads there")
        self.__name__ = name

    def give(self, provider: Lines) -> Lines:
        """Add what `provider(obj)` says of an object. It reads, and writes nothing. Usable as a decorator."""
        if provider not in self._providers:
            self._providers.append(provider)
        return provider

    def lines(self, obj: Model) -> list[ReadinessLine]:
        return [line for provider in self._providers for line in provider(obj)]

    def _sentences(self, obj: Model) -> list[str]:
        return [line.sentence for line in self.lines(obj) if line.is_missing]


class Opportunity(Checklist, Occasion):
    """Lines that nobody can complete: too late, or too early. The act is not offered, and asking all the same says why."""


class Effects:
    """What a transition does, and to whom, as sentences that several apps give."""

    def __init__(self, *sentences: str):
        self._own = sentences
        self._providers: list[Sentences] = []

    def give(self, provider: Sentences) -> Sentences:
        """Add what `provider(obj)` says. Usable as a decorator."""
        if provider not in self._providers:
            self._providers.append(provider)
        return provider

    def of(self, obj: Model) -> list[str]:
        return [*self._own, *(sentence for provider in self._providers for sentence in provider(obj))]


def readiness_of(obj: Model, name: str) -> list[ReadinessLine]:
    """Every line of a transition from the present state of an object; conditions without lines give one for each thing missing."""
    transition = transition_named(obj, name)
    found: list[ReadinessLine] = []
    for condition in transition.conditions if transition else ():
        if isinstance(condition, Checklist):
            found += condition.lines(obj)
        elif isinstance(condition, Requirement):
            found += [ReadinessLine(Readiness.MISSING, "", sentence) for sentence in condition.missing(obj)]
    return found


def effects_of(obj: Model, name: str) -> list[str]:
    """What a transition does, from the present state of an object: the sentences of its machine, or those that each app gives."""
    transition = transition_named(obj, name)
    effects = transition.custom.get("effects") if transition else None
    return effects.of(obj) if isinstance(effects, Effects) else list(effects or ())
