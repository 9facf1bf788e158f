"""What a form will ask of lycées whose facts are known, before anybody answers: which questions each may meet, must meet, can never meet.

Lycées alike in what a condition reads are decided once. « Never » and « always » are proved over every answer; where too much would have to
be looked at, it is said not to be decided.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from calls.conditioned.form_rules import FormRules, Limit
from calls.conditioned.outlooks import Foreseen, FormOutlook, Outlook
from calls.conditions.catalogue import Catalogue
from calls.conditions.domains import TooManyWays
from calls.conditions.evaluation import meets
from calls.conditions.logic import possibility_in
from calls.conditions.partial import ASKED, Faces, Known, all_of, answers_read, faces_of, facts_in, facts_valued, opposite
from calls.conditions.references import Reference
from calls.conditions.tree import AllOf, Comparison, Condition, LineSuchThat, atoms_in
from calls.questions.base import Question

MOST_STEPS = 2_000  # of one search
MOST_LOOKS = 1_500_000  # comparisons looked at in all the searches of a form: a second or two
LOOKS_OF_LINES = 300_000  # the same for admissibility lines, which are few
MOST_VALUES = 4_000  # of a fact compared with an answer, times the conditions that do so

Facts = Mapping[Reference, Any]
Outline = Sequence[tuple[str, str, Sequence[Question]]]  # key, title and questions of each section


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


def foresee_lines(
    rules: FormRules,
    sections: Outline,
    lycees: Sequence[Facts],
    lines: Mapping[str, Condition],
    catalogue: Catalogue,
    *,
    anything: Collection[Reference] = (),
) -> dict[str, Outlook]:
    """What files of these lycées can make of conditions that no form holds, by key: the admissibility lines of a call, in the words of `catalogue`."""
    if not lines or not lycees:
        return {}
    sight = _Foresight(
        replace(rules, required={}, limits=()),
        sections,
        lycees,
        anything,
        lines=tuple(lines.values()),
        catalogue=catalogue,
        looks=LOOKS_OF_LINES,
    )
    return {key: sight.over([condition]) for key, condition in lines.items()}


_Read = tuple[Reference, bool]  # a fact, and whether its very value matters


def _reads(condition: Condition) -> set[_Read]:
    valued = facts_valued(condition)
    return {(each, each in valued) for each in facts_in(condition)}


@dataclass(frozen=True)
class _Profile:
    """Lycées alike in all that the form reads: their places, the facts of one of them, and whether none is missing."""

    facts: Facts
    is_known: bool
    places: list[int]


@dataclass(frozen=True)
class _Question:
    """Whether these conditions hold together, the questions `given` being asked; by the facts (places of their marks) and the questions under
    condition that it reads."""

    conditions: tuple[Condition, ...]
    given: tuple[str, ...]
    marks: tuple[int, ...]
    read: tuple[str, ...]


class _Foresight:
    """Works question by question over all the profiles at once: each has its row of what the question reads, and a row is decided once."""

    def __init__(
        self,
        rules: FormRules,
        sections: Outline,
        lycees: Sequence[Facts],
        anything: Collection[Reference],
        *,
        lines: tuple[Condition, ...] = (),
        catalogue: Catalogue | None = None,
        looks: int = MOST_LOOKS,
    ) -> None:
        self.rules, self.catalogue = rules, catalogue or rules.catalogue
        self.conditions = (*rules.conditions, *lines)
        self.questions = {question.key: question for _key, _title, asked in sections for question in asked}
        self.loose = frozenset(anything) | frozenset(_loose(self.conditions, lycees))
        self.reads = sorted(set().union(*(_reads(condition) for condition in self.conditions)))
        self.place = {read: place for place, read in enumerate(self.reads)}
        self.profiles, self.marks = self._profiles(lycees)
        self.faces: list[Faces | None] = [ASKED]  # None: it would be too long
        self.number: dict[Faces | None, int] = {ASKED: 0}
        self.columns: dict[tuple[str, bool], list[int]] = {}  # the number of the faces of each question, profile by profile
        self.asking: dict[str, _Question] = {}  # under what conditions each question is asked, when it has some
        for key, _title, questions in sections:
            for question in questions:
                both = (rules.sections.get(key), rules.shown.get(question.key))
                if own := [each for each in both if each is not None]:
                    self.asking[question.key] = self._question(own)
        self.states: dict[str, list[Foreseen]] = {}
        self.searched: dict[Condition, bool | None] = {}
        self.looks = looks

    def outlook(self, tell: Callable[[int, int], None]) -> FormOutlook:
        rules, found = self.rules, FormOutlook()
        work = [(found.sections, key, self._question([own])) for key, own in rules.sections.items()]
        work += [(found.asked, key, question) for key, question in self.asking.items()]
        work += [(found.required, key, self._required(key)) for key in rules.required]
        work += [(found.limits, each.key, self._question([each.condition], each.questions)) for each in rules.limits]
        for done, (kept, key, question) in enumerate(work, start=1):
            kept[key] = self._over(question)
            tell(done, len(work))
        held = [self._held(n) for n in range(len(self.profiles))]
        for limits in dict.fromkeys(held):
            self._block(limits, [n for n, each in enumerate(held) if each == limits], found)
        return found

    def over(self, conditions: Iterable[Condition]) -> Outlook:
        """Where conditions that hold together stand, of no question in particular."""
        return self._over(self._question(conditions))

    def _question(self, conditions: Iterable[Condition], given: Iterable[str] = ()) -> _Question:
        parts, around = tuple(conditions), tuple(sorted(given))
        marks = {self.place[read] for part in parts for read in _reads(part)}
        read = {*around, *(key for part in parts for key in answers_read(part))} & self.asking.keys()
        return _Question(parts, around, tuple(sorted(marks)), tuple(sorted(read)))

    def _required(self, key: str) -> _Question:
        return self._question([self.rules.required[key]], [key])

    # -- Lycées alike ---------------------------------------------------------------------------------------------------

    def _profiles(self, lycees: Sequence[Facts]) -> tuple[list[_Profile], list[tuple[Any, ...]]]:
        """Lycées alike in all, and, fact by fact, what makes them alike: one column each."""
        mark = _Marks(self.conditions, self.loose)
        needed = {reference for reference, _ in self.reads} - self.loose
        found: dict[tuple[Any, ...], _Profile] = {}
        for place, facts in enumerate(lycees):
            marks = tuple(mark(read, facts.get(read[0])) for read in self.reads)
            if marks not in found:
                found[marks] = _Profile(facts, all(facts.get(each) is not None for each in needed), [])
            found[marks].places.append(place)
        return list(found.values()), list(zip(*found, strict=True))

    def _rows(self, question: _Question, guessed: bool) -> Iterable[tuple[Any, ...]]:
        """All on which the question depends, profile by profile."""
        columns = [self.marks[place] for place in question.marks] + [self._column(key, guessed) for key in question.read]
        return zip(*columns, strict=True) if columns else [()] * len(self.profiles)

    def _column(self, key: str, guessed: bool) -> list[int]:
        """The faces of « the question is asked », by their number, profile by profile."""
        if (key, guessed) not in self.columns:
            question, known, column = self.asking[key], {}, []
            guesses = None if guessed else self._column(key, True)
            for n, row in enumerate(self._rows(question, guessed)):
                if guesses and self.profiles[n].is_known:
                    column.append(guesses[n])
                    continue
                if row not in known:
                    known[row] = self._numbered(self._worked_out(question, n, guessed))
                column.append(known[row])
            self.columns[key, guessed] = column
        return self.columns[key, guessed]

    def _numbered(self, faces: Faces | None) -> int:
        if faces not in self.number:
            self.number[faces] = len(self.faces)
            self.faces.append(faces)
        return self.number[faces]

    def _worked_out(self, question: _Question, n: int, guessed: bool) -> Faces | None:
        try:
            return faces_of(AllOf(question.conditions), self._known(n, guessed))
        except TooManyWays:
            return None

    def _over(self, question: _Question) -> Outlook:
        found = Outlook()
        depends = self._depends(question)
        for n, state in enumerate(self._decisions(question)):
            profile = self.profiles[n]
            found.members.setdefault(state, []).extend(profile.places)
            if state is Foreseen.WAITING:
                for reference in [each for each in depends if profile.facts.get(each) is None]:
                    found.awaited[reference] = found.awaited.get(reference, 0) + len(profile.places)
        return found

    def _decisions(self, question: _Question) -> Iterator[Foreseen]:
        """Where the question stands, profile by profile."""
        known: dict[tuple[Any, ...], Foreseen] = {}
        for n, row in enumerate(zip(self._rows(question, True), self._rows(question, False), strict=True)):
            if row not in known:
                known[row] = self._decided(question, n)
            yield known[row]

    def _depends(self, question: _Question) -> list[Reference]:
        """The facts on which the question depends, through the questions that it reads too; but those that are taken to be anything."""
        depends, seen, left = set(question.marks), set(), list(question.read)
        while left:
            key = left.pop()
            if key not in seen:
                seen.add(key)
                depends |= set(self.asking[key].marks)
                left += self.asking[key].read
        return sorted({self.reads[place][0] for place in depends} - self.loose)

    # -- One question for one lycée ---------------------------------------------------------------------------------------

    def _decided(self, question: _Question, n: int) -> Foreseen:
        """Where it stands, among those ways to answer in which the questions given are asked."""
        try:
            around = all_of(self._asked(key, n, True).true for key in question.given)
            if question.given and self._possible(around) is False:
                return Foreseen.APART
            possible = self._possible(all_of([around, self._true(question.conditions, n, True)]))
            if possible is False:
                return Foreseen.NEVER
            now = self._true(question.conditions, n, False)
            if self._possible(all_of([around, now])) is False:
                return Foreseen.WAITING
            if self._possible(all_of([around, opposite(now)])) is False:
                return Foreseen.ALWAYS
        except TooManyWays:
            return Foreseen.UNDECIDED
        return Foreseen.UNDECIDED if possible is None else Foreseen.SOMETIMES

    def _true(self, conditions: Iterable[Condition], n: int, guessed: bool) -> Condition:
        known = self._known(n, guessed)
        return all_of(faces_of(condition, known).true for condition in conditions)

    def _known(self, n: int, guessed: bool) -> Known:
        return Known(self.profiles[n].facts, lambda key: self._asked(key, n, guessed), guessed, self.loose)

    def _asked(self, key: str, n: int, guessed: bool) -> Faces:
        """The faces of « the question is asked ». Raises TooManyWays."""
        found = self.faces[self._column(key, guessed)[n]] if key in self.asking else ASKED
        if found is None:
            raise TooManyWays
        return found

    def _possible(self, condition: Condition) -> bool | None:
        if condition not in self.searched:
            size = sum(1 for _ in atoms_in(condition)) or 1
            steps = min(MOST_STEPS, self.looks // size)
            self.searched[condition], taken = possibility_in(condition, self.catalogue, steps)
            self.looks -= taken * size
        return self.searched[condition]

    # -- Limits that cannot be kept ---------------------------------------------------------------------------------------

    def _held(self, n: int) -> tuple[Limit, ...]:
        """The limits that this lycée must keep, for it must answer all that they look at."""
        return tuple(limit for limit in self.rules.limits if all(self._must_answer(key, n) for key in limit.questions))

    def _block(self, limits: tuple[Limit, ...], numbers: Sequence[int], found: FormOutlook) -> None:
        """Add those of these lycées that cannot keep these limits together, under a smallest set of limits that they cannot keep."""
        together = self._question([limit.condition for limit in limits])
        known: dict[tuple[Any, ...], frozenset[str]] = {}
        rows = list(self._rows(together, True))
        for n in numbers if limits else ():
            if rows[n] not in known:
                known[rows[n]] = self._contradiction(list(limits), n)
            if keys := known[rows[n]]:
                found.blocked.setdefault(keys, []).extend(self.profiles[n].places)

    def _contradiction(self, limits: list[Limit], n: int) -> frozenset[str]:
        if self._keeps(limits, n):
            return frozenset()
        for limit in list(limits):
            fewer = [each for each in limits if each is not limit]
            if not self._keeps(fewer, n):
                limits = fewer
        return frozenset(limit.key for limit in limits)

    def _keeps(self, limits: Sequence[Limit], n: int) -> bool:
        """Whether some answers keep to all these limits; True when it is not decided."""
        try:
            return self._possible(self._true([limit.condition for limit in limits], n, True)) is not False
        except TooManyWays:
            return True

    def _must_answer(self, key: str, n: int) -> bool:
        """Whether the question is asked of this lycée whatever it answers, and must be answered."""
        question = self.questions.get(key)
        if question is None:
            return False
        if key in self.asking and self._states(f"asked {key}", self.asking[key])[n] is not Foreseen.ALWAYS:
            return False
        if question.required or key not in self.rules.required:
            return question.required
        return self._states(f"required {key}", self._required(key))[n] is Foreseen.ALWAYS

    def _states(self, name: str, question: _Question) -> list[Foreseen]:
        if name not in self.states:
            self.states[name] = list(self._decisions(question))
        return self.states[name]


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
