"""What a condition becomes once the facts of a lycée are known and the answers are not: a condition on answers alone.

A condition has two faces, when it is true and when it is false: with a fact that is not known, neither may hold. Each is written here as a
plain condition, in which « not true » and « false » are one and the same, so that `logic` can say whether any answer meets it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from calls.conditions.domains import TooManyWays
from calls.conditions.evaluation import meets
from calls.conditions.references import Reference, Source
from calls.conditions.tree import AllOf, AnyOf, Atom, Comparison, Condition, LineSuchThat, Not, atoms_in
from calls.questions.comparison import Operator

ALWAYS, NEVER = AllOf(()), AnyOf(())
MOST_COMPARISONS = 60  # of one face: beyond, nothing is said of the condition


@dataclass(frozen=True)
class Faces:
    """When a condition is true, and when it is false, as plain conditions."""

    true: Condition
    false: Condition

    @property
    def turned(self) -> "Faces":
        """Those of « not » the condition."""
        return Faces(self.false, self.true)


ASKED, NOT_ASKED = Faces(ALWAYS, NEVER), Faces(NEVER, ALWAYS)
UNDECIDABLE = Faces(NEVER, NEVER)  # neither true nor false as long as the fact is not known


@dataclass(frozen=True)
class Known:
    """The facts of a lycée. One whose value is None is not known: it leaves a comparison undecided, or, where `is_guessed`, may turn out either way.

    `asked`: the faces of « this question is asked ». `loose`: facts that may be anything, whether known or not.
    """

    facts: Mapping[Reference, Any]
    asked: Callable[[str], Faces]
    is_guessed: bool = False
    loose: frozenset[Reference] = frozenset()

    def value(self, reference: Reference) -> Any:
        return self.facts.get(reference)

    def is_loose(self, reference: Reference) -> bool:
        """Whether a comparison on this fact is left as it is."""
        return reference in self.loose or (self.is_guessed and self.value(reference) is None)


def faces_of(condition: Condition, known: Known) -> Faces:
    """When the condition is true and when it is false, given what is known. Raises TooManyWays for one that would be too long."""
    match condition:
        case AllOf(parts):
            found = [faces_of(part, known) for part in parts]
            return Faces(all_of(face.true for face in found), any_of(face.false for face in found))
        case AnyOf(parts):
            found = [faces_of(part, known) for part in parts]
            return Faces(any_of(face.true for face in found), all_of(face.false for face in found))
        case Not(inner):
            return faces_of(inner, known).turned
        case LineSuchThat():
            return _if_asked(_of_lines(condition, known), [condition.reference], known)
        case Comparison():
            return _of_comparison(condition, known)


def all_of(parts: Iterable[Condition]) -> Condition:
    """All of them, without what is always so; raises TooManyWays when it would be too long."""
    return _joined(parts, AllOf, ALWAYS, NEVER)


def any_of(parts: Iterable[Condition]) -> Condition:
    """Any of them, without what is never so; raises TooManyWays when it would be too long."""
    return _joined(parts, AnyOf, NEVER, ALWAYS)


def _joined(parts: Iterable[Condition], kind: type[AllOf] | type[AnyOf], nothing: Condition, decided: Condition) -> Condition:
    kept: dict[Condition, None] = {}
    for part in parts:
        if part == decided:
            return decided
        if part != nothing:
            kept |= dict.fromkeys(part.conditions if isinstance(part, kind) else (part,))
    if sum(sum(1 for _ in atoms_in(part)) for part in kept) > MOST_COMPARISONS:
        raise TooManyWays
    if not kept:
        return nothing
    return next(iter(kept)) if len(kept) == 1 else kind(tuple(kept))


def _of_comparison(atom: Comparison, known: Known) -> Faces:
    read = [atom.reference, *([atom.operand] if isinstance(atom.operand, Reference) else [])]
    answers = [each for each in read if _is_answer(each)]
    unknown = [each for each in read if not _is_answer(each) and known.value(each) is None and not known.is_loose(each)]
    if unknown:  # of a question not asked the comparison is false all the same
        return _if_asked(UNDECIDABLE, answers, known)
    operand = atom.operand
    if isinstance(operand, Reference) and not _is_answer(operand) and not known.is_loose(operand):
        operand = known.value(operand)
    if _is_answer(atom.reference) or known.is_loose(atom.reference) or isinstance(operand, Reference):
        kept = Comparison(atom.reference, atom.operator, operand)
        return _if_asked(Faces(kept, Not(kept)), answers, known)
    return ASKED if meets(known.value(atom.reference), atom.operator, operand) else NOT_ASKED


def _of_lines(atom: LineSuchThat, known: Known) -> Faces:
    """A table that is filled in has one line or more: of a line of which all is known, only whether the table is filled in matters."""
    line = faces_of(atom.condition, known)
    return Faces(_some_line(atom.reference, line.true), opposite(_some_line(atom.reference, opposite(line.false))))


def _some_line(table: Reference, condition: Condition) -> Condition:
    if condition == NEVER:
        return NEVER
    return Comparison(table, Operator.IS_ANSWERED) if condition == ALWAYS else LineSuchThat(table, condition)


def opposite(condition: Condition) -> Condition:
    """« Not » a plain condition, without « not » twice."""
    if condition in (ALWAYS, NEVER):
        return NEVER if condition == ALWAYS else ALWAYS
    return condition.condition if isinstance(condition, Not) else Not(condition)


def _if_asked(faces: Faces, read: Iterable[Reference], known: Known) -> Faces:
    """The law of questions not asked: no comparison on one is true, and while one does not know whether it is asked, none is false either."""
    asked = [known.asked(reference.key) for reference in read if reference.source is Source.ANSWER]
    if all(each == ASKED for each in asked):
        return faces
    shown = [each.true for each in asked]
    return Faces(all_of([*shown, faces.true]), any_of([*(each.false for each in asked), all_of([*shown, faces.false])]))


def _is_answer(reference: Reference) -> bool:
    """Whether it is what the file says: an answer, or a cell of one of its tables."""
    return reference.source in (Source.ANSWER, Source.COLUMN)


def facts_in(condition: Condition) -> set[Reference]:
    """All that a condition reads beside the file, inside its lines too."""
    found: set[Reference] = set()
    for atom in atoms_in(condition):
        if isinstance(atom, LineSuchThat):
            found |= facts_in(atom.condition)
        else:
            found |= {each for each in (atom.reference, atom.operand) if isinstance(each, Reference) and not _is_answer(each)}
    return found


def facts_valued(condition: Condition) -> set[Reference]:
    """Of these facts, those that are compared with another fact or with an answer: their very value matters."""
    found: set[Reference] = set()
    for atom in atoms_in(condition):
        if isinstance(atom, LineSuchThat):
            found |= facts_valued(atom.condition)
        elif isinstance(atom.operand, Reference):
            found |= {each for each in (atom.reference, atom.operand) if not _is_answer(each)}
    return found


def answers_read(condition: Condition) -> set[str]:
    """The keys of the questions that a condition reads, inside its lines too."""
    found: set[str] = set()
    for atom in atoms_in(condition):
        found |= {each.key for each in _answers_of(atom)}
        found |= answers_read(atom.condition) if isinstance(atom, LineSuchThat) else set()
    return found


def _answers_of(atom: Atom) -> list[Reference]:
    operand = atom.operand if isinstance(atom, Comparison) else None
    return [each for each in (atom.reference, operand) if isinstance(each, Reference) and each.source is Source.ANSWER]
