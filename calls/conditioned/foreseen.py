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


_Read = tuple[Reference, bool]  # a fact, and whether its very value matters


def _reads(condition: Condition) -> set[_Read]:
    valued = facts_valued(condition)
    return {(each, each in valued) for each in facts_in(condition)}


@dataclass(frozen=True)
class _Profile:
    """Lycées alike in all that the form reads: their places, the facts of one of them, and what makes them alike, fact by fact."""

    facts: Facts
    marks: tuple[Any, ...]
    places: list[int]
    is_known: bool  # whether no fact is missing
    faces: dict[tuple[str, bool], Faces | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Question:
    """Whether these conditions hold together, the questions `given` being asked; by the facts (places of their marks) and answers that it reads."""

    name: str
    conditions: tuple[Condition, ...]
    given: tuple[str, ...]
    marks: tuple[int, ...]
    read: tuple[str, ...]


class _Foresight:
    def __init__(self, rules: FormRules, sections: Outline, lycees: Sequence[Facts], anything: Collection[Reference]) -> None:
        self.rules, self.catalogue = rules, rules.catalogue
        self.questions = {question.key: question for _key, _title, asked in sections for question in asked}
        self.loose = frozenset(anything) | frozenset(_loose(rules.conditions, lycees))
        self.reads = sorted(set().union(*(_reads(condition) for condition in rules.conditions)))
        self.place = {read: place for place, read in enumerate(self.reads)}
        self.profiles = self._profiles(lycees)
        self.asking: dict[str, _Question] = {}  # under what conditions each question is asked, when it has some
        for key, _title, questions in sections:
            for question in questions:
                both = (rules.sections.get(key), rules.shown.get(question.key))
                if own := [each for each in both if each is not None]:
                    self.asking[question.key] = self._question(f"asked {question.key}", own)
        self.kept: dict[tuple[Any, ...], Any] = {}
        self.same: dict[Faces, Faces] = {}
        self.searched: dict[Condition, bool | None] = {}
        self.looks = MOST_LOOKS

    def outlook(self, tell: Callable[[int, int], None]) -> FormOutlook:
        rules, found = self.rules, FormOutlook()
        work = [(found.sections, key, self._question(f"section {key}", [own])) for key, own in rules.sections.items()]
        work += [(found.asked, key, question) for key, question in self.asking.items()]
        work += [(found.required, key, self._required(key)) for key in rules.required]
        work += [(found.limits, each.key, self._question(f"limit {each.key}", [each.condition], each.questions)) for each in rules.limits]
        for done, (kept, key, question) in enumerate(work, start=1):
            kept[key] = self._over(question)
            tell(done, len(work))
        for profile in self.profiles:
            if blocked := self._blocked(profile):
                found.blocked.setdefault(blocked, []).extend(profile.places)
        return found

    def _question(self, name: str, conditions: Iterable[Condition], given: Iterable[str] = ()) -> _Question:
        parts, around = tuple(conditions), tuple(sorted(given))
        marks = sorted({self.place[read] for part in parts for read in _reads(part)})
        return _Question(
            name, parts, around, tuple(marks), tuple(sorted({*around, *(key for part in parts for key in answers_read(part))}))
        )

    def _required(self, key: str) -> _Question:
        return self._question(f"required {key}", [self.rules.required[key]], [key])

    # -- Lycées alike ---------------------------------------------------------------------------------------------------

    def _profiles(self, lycees: Sequence[Facts]) -> list[_Profile]:
        mark = _Marks(self.rules.conditions, self.loose)
        needed = {reference for reference, _ in self.reads} - self.loose
        found: dict[tuple[Any, ...], _Profile] = {}
        for place, facts in enumerate(lycees):
            marks = tuple(mark(read, facts.get(read[0])) for read in self.reads)
            if marks not in found:
                found[marks] = _Profile(facts, marks, [], all(facts.get(each) is not None for each in needed))
            found[marks].places.append(place)
        return list(found.values())

    def _over(self, question: _Question) -> Outlook:
        found = Outlook()
        for profile in self.profiles:
            state = self._state(question, profile)
            found.members.setdefault(state, []).extend(profile.places)
            if state is Foreseen.WAITING:
                for reference in self._unknown(question, profile):
                    found.awaited[reference] = found.awaited.get(reference, 0) + len(profile.places)
        return found

    def _unknown(self, question: _Question, profile: _Profile) -> list[Reference]:
        """The facts that are not known of those on which the question depends, through the questions that it reads too."""
        depends, seen, left = set(question.marks), set(), list(question.read)
        while left:
            key = left.pop()
            if key not in seen and key in self.asking:
                seen.add(key)
                depends |= set(self.asking[key].marks)
                left += self.asking[key].read
        facts = sorted({self.reads[place][0] for place in depends})
        return [each for each in facts if each not in self.loose and profile.facts.get(each) is None]

    def _seen(self, question: _Question, profile: _Profile, guessed: bool) -> tuple[Any, ...]:
        """All that the answer depends on: lycées for which it is the same have the same answer."""
        faces = tuple(id(self._face(key, profile, guessed)) for key in question.read)
        return question.name, guessed, tuple(profile.marks[place] for place in question.marks), faces

    # -- One question for one lycée ---------------------------------------------------------------------------------------

    def _state(self, question: _Question, profile: _Profile) -> Foreseen:
        where = ("state", self._seen(question, profile, True), None if profile.is_known else self._seen(question, profile, False))
        if where not in self.kept:
            self.kept[where] = self._decided(question, profile)
        return self.kept[where]

    def _decided(self, question: _Question, profile: _Profile) -> Foreseen:
        """Where it stands, among those ways to answer in which the questions given are asked."""
        try:
            around = all_of(self._asked(key, profile, guessed=True).true for key in question.given)
            if question.given and self._possible(around) is False:
                return Foreseen.APART
            possible = self._possible(all_of([around, self._true(question.conditions, profile, guessed=True)]))
            if possible is False:
                return Foreseen.NEVER
            now = self._true(question.conditions, profile, guessed=False)
            if self._possible(all_of([around, now])) is False:
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
        """The faces of « the question is asked ». Raises TooManyWays."""
        found = self._face(key, profile, guessed)
        if found is None:
            raise TooManyWays
        return found

    def _face(self, key: str, profile: _Profile, guessed: bool) -> Faces | None:
        """The same, worked out once for lycées for which it is the same; None when it would be too long."""
        question = self.asking.get(key)
        if question is None:
            return ASKED
        at = (key, guessed or profile.is_known)
        if at not in profile.faces:
            where = ("face", self._seen(question, profile, at[1]))
            if where not in self.kept:
                self.kept[where] = self._worked_out(question, profile, guessed=at[1])
            profile.faces[at] = self.kept[where]
        return profile.faces[at]

    def _worked_out(self, question: _Question, profile: _Profile, *, guessed: bool) -> Faces | None:
        try:
            found = faces_of(AllOf(question.conditions), self._known(profile, guessed=guessed))
        except TooManyWays:
            return None
        return self.same.setdefault(found, found)

    def _possible(self, condition: Condition) -> bool | None:
        if condition not in self.searched:
            size = sum(1 for _ in atoms_in(condition)) or 1
            steps = min(MOST_STEPS, self.looks // size)
            self.searched[condition], taken = possibility_in(condition, self.catalogue, steps)
            self.looks -= taken * size
        return self.searched[condition]

    # -- Limits that cannot be kept ---------------------------------------------------------------------------------------

    def _blocked(self, profile: _Profile) -> frozenset[str]:
        """A smallest set of limits that this lycée cannot keep together while it must answer all that they look at; empty when it can."""
        held = [limit for limit in self.rules.limits if all(self._must_answer(key, profile) for key in limit.questions)]
        if not held:
            return frozenset()
        together = self._question(f"blocked {' '.join(limit.key for limit in held)}", [limit.condition for limit in held])
        where = ("blocked", self._seen(together, profile, True))
        if where not in self.kept:
            self.kept[where] = self._contradiction(held, profile)
        return self.kept[where]

    def _contradiction(self, limits: list[Limit], profile: _Profile) -> frozenset[str]:
        if self._keeps(limits, profile):
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
        if key in self.asking and self._state(self.asking[key], profile) is not Foreseen.ALWAYS:
            return False
        return question.required or (key in self.rules.required and self._state(self._required(key), profile) is Foreseen.ALWAYS)


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
