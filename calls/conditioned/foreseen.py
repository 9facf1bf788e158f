"""What a form will ask of lycées whose facts are known, before anybody answers: which questions each may meet, must meet, can never meet.

Lycées alike in what a condition reads are decided once. « Never » and « always » are proved over every answer; where too much would have to
be looked at, it is said not to be decided.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from calls.conditioned.form_rules import FormRules, Limit
from calls.conditions.domains import TooManyWays
from calls.conditions.evaluation import meets
from calls.conditions.logic import possibility_in
from calls.conditions.partial import ASKED, Faces, Known, all_of, answers_read, faces_of, facts_in, facts_valued, opposite
from calls.conditions.references import Reference
from calls.conditions.tree import AllOf, Comparison, Condition, LineSuchThat, atoms_in
from calls.questions.base import Question

MOST_STEPS = 2_000  # of one search
MOST_LOOKS = 1_500_000  # comparisons looked at in all the searches of a form: a second or two
MOST_VALUES = 4_000  # of a fact compared with an answer, times the conditions that do so

Facts = Mapping[Reference, Any]
Outline = Sequence[tuple[str, str, Sequence[Question]]]  # key, title and questions of each section


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


def foresee(
    rules: FormRules,
    sections: Outline,
    lycees: Sequence[Facts],
    tell: Callable[[int, int], None] | None = None,
    *,
    anything: Collection[Reference] = (),
) -> FormOutlook:
    """The conditions of a form over lycées of these facts (None: not known). `tell(done, total)` is told of each condition.

    `anything`: facts that were not read, and are taken to be anything.
    """
    if not rules or not lycees:
        return FormOutlook()
    return _Foresight(rules, sections, lycees, anything).outlook(tell or (lambda done, total: None))


@dataclass(frozen=True)
class _Profile:
    """Lycées alike in all that the form reads: their places, the facts of one of them, and what makes them alike, fact by fact."""

    facts: Facts
    marks: tuple[Any, ...]
    places: list[int]


_Read = tuple[Reference, bool]  # a fact, and whether its very value matters


def _reads(condition: Condition) -> set[_Read]:
    valued = facts_valued(condition)
    return {(each, each in valued) for each in facts_in(condition)}


class _Foresight:
    def __init__(self, rules: FormRules, sections: Outline, lycees: Sequence[Facts], anything: Collection[Reference]) -> None:
        self.rules, self.catalogue = rules, rules.catalogue
        self.conditions: dict[str, list[Condition]] = {}  # under which each question is asked
        for key, _title, questions in sections:
            for question in questions:
                both = (rules.sections.get(key), rules.shown.get(question.key))
                self.conditions[question.key] = [each for each in both if each is not None]
        self.questions = {question.key: question for _key, _title, asked in sections for question in asked}
        self.reads = sorted(set().union(*(_reads(condition) for condition in rules.conditions)))
        self.place = {read: place for place, read in enumerate(self.reads)}
        self.loose = frozenset(anything) | frozenset(_loose(rules.conditions, lycees))
        self.profiles = self._profiles(lycees)
        self.needs: dict[str, frozenset[_Read]] = {}
        self.kept: dict[tuple[Any, ...], Any] = {}
        self.searched: dict[Condition, bool | None] = {}
        self.looks = MOST_LOOKS

    def outlook(self, tell: Callable[[int, int], None]) -> FormOutlook:
        rules = self.rules
        work = [("sections", key) for key in rules.sections] + [("asked", key) for key, own in self.conditions.items() if own]
        work += [("required", key) for key in rules.required] + [("limits", limit.key) for limit in rules.limits]
        found = FormOutlook()
        limits = {limit.key: limit for limit in rules.limits}
        decide: dict[str, Callable[[str, _Profile], Foreseen]] = {
            "sections": lambda key, profile: self._decided([rules.sections[key]], [], profile),
            "asked": lambda key, profile: self._decided(self.conditions[key], [], profile),
            "required": lambda key, profile: self._decided([rules.required[key]], [key], profile),
            "limits": lambda key, profile: self._decided([limits[key].condition], sorted(limits[key].questions), profile),
        }
        for done, (kind, key) in enumerate(work, start=1):
            getattr(found, kind)[key] = self._over(lambda profile, kind=kind, key=key: decide[kind](key, profile), self._read_by(kind, key))
            tell(done, len(work))
        for profile in self.profiles:
            if blocked := self._blocked(found, profile):
                found.blocked.setdefault(blocked, []).extend(profile.places)
        return found

    # -- Lycées alike ---------------------------------------------------------------------------------------------------

    def _profiles(self, lycees: Sequence[Facts]) -> list[_Profile]:
        mark = _Marks(self.rules.conditions, self.loose)
        found: dict[tuple[Any, ...], _Profile] = {}
        for place, facts in enumerate(lycees):
            marks = tuple(mark(read, facts.get(read[0])) for read in self.reads)
            found.setdefault(marks, _Profile(facts, marks, [])).places.append(place)
        return list(found.values())

    def _read_by(self, kind: str, key: str) -> frozenset[_Read]:
        """The facts on which a condition depends, through the questions that it reads too."""
        if kind == "asked":
            return self._needs(key)
        if kind == "limits":
            limit = next(each for each in self.rules.limits if each.key == key)
            return self._reach([limit.condition])
        return self._reach([self.rules.sections[key] if kind == "sections" else self.rules.required[key]]) | (
            self._needs(key) if kind == "required" else frozenset()
        )

    def _reach(self, conditions: Iterable[Condition]) -> frozenset[_Read]:
        found: set[_Read] = set()
        for condition in conditions:
            found |= _reads(condition)
            for key in answers_read(condition):
                found |= self._needs(key)
        return frozenset(found)

    def _needs(self, key: str) -> frozenset[_Read]:
        if key not in self.needs:
            self.needs[key] = self._reach(self.conditions.get(key, ()))
        return self.needs[key]

    def _alike(self, profile: _Profile, read: frozenset[_Read]) -> tuple[Any, ...]:
        return tuple(profile.marks[self.place[each]] for each in sorted(read))

    def _over(self, decide: Callable[[_Profile], Foreseen], read: frozenset[_Read]) -> Outlook:
        found, known = Outlook(), {}
        for profile in self.profiles:
            alike = self._alike(profile, read)
            if alike not in known:
                known[alike] = decide(profile)
            found.members.setdefault(known[alike], []).extend(profile.places)
            if known[alike] is Foreseen.WAITING:
                for reference in self._unknown(profile, read):
                    found.awaited[reference] = found.awaited.get(reference, 0) + len(profile.places)
        return found

    def _unknown(self, profile: _Profile, read: Iterable[_Read]) -> list[Reference]:
        facts = sorted({reference for reference, _is_valued in read})
        return [each for each in facts if each not in self.loose and profile.facts.get(each) is None]

    # -- One condition for one lycée --------------------------------------------------------------------------------------

    def _decided(self, conditions: Sequence[Condition], given: Sequence[str], profile: _Profile) -> Foreseen:
        """Where the conditions, all of them, stand for a lycée, among those ways to answer in which the questions `given` are asked."""
        try:
            around = all_of(self._asked(key, profile, guessed=True).true for key in given)
            if given and self._possible(around) is False:
                return Foreseen.APART
            possible = self._possible(all_of([around, self._true(conditions, profile, guessed=True)]))
            if possible is False:
                return Foreseen.NEVER
            now = self._true(conditions, profile, guessed=False)
            if self._unknown(profile, self._reach(conditions)) and self._possible(all_of([around, now])) is False:
                return Foreseen.WAITING
            if self._possible(all_of([around, opposite(now)])) is False:
                return Foreseen.ALWAYS
        except TooManyWays:
            return Foreseen.UNDECIDED
        return Foreseen.UNDECIDED if possible is None else Foreseen.SOMETIMES

    def _true(self, conditions: Iterable[Condition], profile: _Profile, *, guessed: bool) -> Condition:
        known = self._known(profile, guessed=guessed)
        return all_of(faces_of(condition, known).true for condition in conditions)

    def _known(self, profile: _Profile, *, guessed: bool) -> Known:
        return Known(profile.facts, lambda key: self._asked(key, profile, guessed=guessed), guessed, self.loose)

    def _asked(self, key: str, profile: _Profile, *, guessed: bool) -> Faces:
        """The faces of « the question is asked », worked out once for lycées alike."""
        conditions = self.conditions.get(key, ())
        if not conditions:
            return ASKED
        where = (key, guessed, self._alike(profile, self._needs(key)))
        if where not in self.kept:
            try:
                self.kept[where] = faces_of(AllOf(tuple(conditions)), self._known(profile, guessed=guessed))
            except TooManyWays:
                self.kept[where] = None
        if self.kept[where] is None:
            raise TooManyWays
        return self.kept[where]

    def _possible(self, condition: Condition) -> bool | None:
        if condition not in self.searched:
            size = sum(1 for _ in atoms_in(condition)) or 1
            steps = min(MOST_STEPS, self.looks // size)
            self.searched[condition], taken = possibility_in(condition, self.catalogue, steps)
            self.looks -= taken * size
        return self.searched[condition]

    # -- Limits that cannot be kept ---------------------------------------------------------------------------------------

    def _blocked(self, found: FormOutlook, profile: _Profile) -> frozenset[str]:
        """A smallest set of limits that this lycée cannot keep together while it must answer all that they look at; empty when it can."""
        held = [limit for limit in self.rules.limits if all(self._must_answer(key, profile) for key in limit.questions)]
        read = self._reach(limit.condition for limit in held)
        where = ("blocked", *(limit.key for limit in held), self._alike(profile, read))
        if where not in self.kept:
            self.kept[where] = self._contradiction(held, profile)
        return self.kept[where]

    def _contradiction(self, limits: list[Limit], profile: _Profile) -> frozenset[str]:
        if not limits or self._keeps(limits, profile):
            return frozenset()
        for limit in list(limits):
            fewer = [each for each in limits if each is not limit]
            if not self._keeps(fewer, profile):
                limits = fewer
        return frozenset(limit.key for limit in limits)

    def _keeps(self, limits: Sequence[Limit], profile: _Profile) -> bool:
        """Whether some answers keep to all these limits; True when it is not decided."""
        try:
            true = self._true([limit.condition for limit in limits], profile, guessed=True)
            return self._possible(true) is not False
        except TooManyWays:
            return True

    def _must_answer(self, key: str, profile: _Profile) -> bool:
        """Whether the question is asked of this lycée whatever it answers, and must be answered."""
        question = self.questions.get(key)
        if question is None:
            return False
        if self.conditions.get(key) and self._decided(self.conditions[key], [], profile) is not Foreseen.ALWAYS:
            return False
        own = self.rules.required.get(key)
        return question.required or (own is not None and self._decided([own], [key], profile) is Foreseen.ALWAYS)


class _Marks:
    """What makes two lycées alike in one fact: how it answers each comparison made on it, or its value where that is what matters."""

    def __init__(self, conditions: Iterable[Condition], loose: frozenset[Reference]) -> None:
        self.loose, self.kept = loose, {}
        self.on: dict[Reference, list[Comparison]] = {}
        for atom in _comparisons(conditions):
            if not isinstance(atom.operand, Reference):
                self.on.setdefault(atom.reference, []).append(atom)

    def __call__(self, read: _Read, value: Any) -> Any:
        reference, is_valued = read
        if value is None or reference in self.loose:
            return None
        if is_valued:
            return value
        if (reference, value) not in self.kept:
            self.kept[reference, value] = tuple(meets(value, each.operator, each.operand) for each in self.on.get(reference, ()))
        return self.kept[reference, value]


def _comparisons(conditions: Iterable[Condition]) -> Iterator[Comparison]:
    for condition in conditions:
        for atom in atoms_in(condition):
            if isinstance(atom, LineSuchThat):
                yield from _comparisons([atom.condition])
            else:
                yield atom


def _loose(conditions: Sequence[Condition], lycees: Sequence[Facts]) -> Iterator[Reference]:
    """The facts compared with answers that have too many values to be looked at one by one: they are taken to be anything."""
    times: dict[Reference, int] = {}
    for atom in _comparisons(conditions):
        if isinstance(atom.operand, Reference):
            for reference in facts_in(atom):
                times[reference] = times.get(reference, 0) + 1
    for reference, uses in times.items():
        if uses * len({facts.get(reference) for facts in lycees}) > MOST_VALUES:
            yield reference
