"""A condition as it is composed: rows, groups of rows one level deep, lines such that; and back to what is stored.

What the lists cannot draw (deeper, or whose terms have gone) is kept whole and shown by its sentence. A part is drawn only where what is drawn
reads back to the very same condition: opening a condition and keeping it changes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from json import JSONDecodeError, dumps, loads
from typing import Any

from calls.conditions.catalogue import Catalogue, Term
from calls.conditions.reading import is_too_deep, read_condition
from calls.conditions.references import Reference
from calls.conditions.tree import AllOf, AnyOf, Comparison, Condition, LineSuchThat, Not
from calls.conditions.ways import (
    Shape,
    Way,
    choices_of,
    code_of,
    reference_of,
    stored_value,
    term_named,
    text_of,
    way_code,
    way_named,
    ways_of,
)
from calls.questions.comparison import Operator

Path = tuple[int, ...]
ALL, ANY = "all", "any"
MOST_PARTS = 41  # of one combination: one more than what a condition may compare
DEEPEST = 3  # a row in a group, and its lines


class PartKind(StrEnum):
    """What one part of a composed condition is."""

    ROW = "row"
    GROUP = "group"
    KEPT = "kept"


@dataclass(frozen=True)
class Composed:
    """One part: a row, a group of parts, or what is kept as it is; the whole condition is a group.

    `subject`, `way`, `values`: what the lists of a row hold. `parts`: of a group, or the conditions on a line. `is_single`: a combination that
    stays one with a single part. `order`: in which several values were stored. `kept`: JSON. `drawn_for`: the subject for which the row was drawn.
    """

    kind: PartKind
    subject: str = ""
    way: str = ""
    values: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    drawn_for: str = ""
    mode: str = ALL
    is_denied: bool = False
    is_single: bool = False
    parts: tuple["Composed", ...] = ()
    kept: str = ""

    @property
    def is_blank(self) -> bool:
        """Nothing was chosen in it: it says nothing and is left out."""
        if self.kind is PartKind.ROW:
            return not self.subject
        return self.kind is PartKind.GROUP and all(part.is_blank for part in self.parts)

    def at(self, path: Path) -> "Composed":
        """The part of this path. Raises IndexError."""
        return self.parts[path[0]].at(path[1:]) if path else self

    def with_part(self, path: Path, part: "Composed | None") -> "Composed":
        """The same with another part at this path, or without it. Raises IndexError."""
        first, rest = path[0], path[1:]
        new = self.parts[first].with_part(rest, part) if rest else part
        if not rest:
            self.parts[first]  # noqa: B018 -- IndexError, as above
        return replace(self, parts=(*self.parts[:first], *([new] if new else []), *self.parts[first + 1 :]))


BLANK = Composed(PartKind.ROW)


# From what is stored


def composed(raw: object, catalogue: Catalogue) -> Composed:
    """The condition as its lists show it; an empty group for none."""
    if raw is None:
        return Composed(PartKind.GROUP)
    mode = next((each for each in (ALL, ANY) if _parts_in(raw, each)), None)
    parts = _parts_in(raw, mode) if mode else [raw]
    return Composed(
        PartKind.GROUP, mode=mode or ALL, is_single=bool(mode) and len(parts) == 1, parts=tuple(_part(p, catalogue) for p in parts)
    )


def _parts_in(raw: object, mode: str) -> list[Any]:
    parts = raw.get(mode) if isinstance(raw, Mapping) and len(raw) == 1 else None
    return parts if isinstance(parts, list) else []


def _part(raw: object, catalogue: Catalogue) -> Composed:
    condition = read_condition(raw, catalogue, "", [])
    if is_too_deep(raw):
        return Composed(PartKind.KEPT, kept="")  # nobody can read it, here or elsewhere: it can only be taken out
    drawn = condition and (_row(condition, catalogue) or _group(condition, catalogue))
    if drawn and read_condition(stored(drawn, catalogue).raw, catalogue, "", []) == condition:
        return drawn
    return Composed(PartKind.KEPT, kept=dumps(raw, ensure_ascii=False, sort_keys=True))


def _group(condition: Condition, catalogue: Catalogue) -> Composed | None:
    inner = condition.condition if isinstance(condition, Not) else condition
    if not isinstance(inner, AllOf | AnyOf):
        return None
    rows = _rows(inner.conditions, catalogue)
    mode = ALL if isinstance(inner, AllOf) else ANY
    return Composed(PartKind.GROUP, mode=mode, is_denied=isinstance(condition, Not), is_single=True, parts=rows) if rows else None


def _rows(conditions: tuple[Condition, ...], catalogue: Catalogue, *, inside: bool = False) -> tuple[Composed, ...] | None:
    rows = [_row(each, catalogue, inside=inside) for each in conditions]
    found = tuple(row for row in rows if row)
    return found if len(found) == len(rows) else None


def _row(condition: Condition, catalogue: Catalogue, *, inside: bool = False) -> Composed | None:
    """`inside`: the row is of a line, where no other line is spoken of."""
    atom = condition.condition if isinstance(condition, Not) else condition
    if isinstance(atom, LineSuchThat):
        return None if inside else _of_lines(atom, catalogue, is_denied=isinstance(condition, Not))
    if not isinstance(atom, Comparison):
        return None
    operand, is_other = atom.operand, isinstance(atom.operand, Reference)
    values = operand if isinstance(operand, tuple) else () if operand is None else (operand,)
    texts = tuple(code_of(each) if isinstance(each, Reference) else text_of(each) for each in values)
    way = way_code(atom.operator, is_denied=isinstance(condition, Not), is_other=is_other)
    subject = code_of(atom.reference)
    return Composed(PartKind.ROW, subject, way, texts, texts if len(texts) > 1 else (), subject)


def _of_lines(atom: LineSuchThat, catalogue: Catalogue, *, is_denied: bool) -> Composed | None:
    inner = atom.condition
    is_group = isinstance(inner, AllOf | AnyOf)
    conditions = inner.conditions if isinstance(inner, AllOf | AnyOf) else (inner,)
    rows = _rows(conditions, catalogue.inside(atom.reference), inside=True)
    subject = code_of(atom.reference)
    way = way_code(Operator.HAS_A_LINE, is_denied=is_denied, is_other=False)
    mode = ANY if isinstance(inner, AnyOf) else ALL
    if not rows:
        return None
    return Composed(PartKind.ROW, subject, way, drawn_for=subject, mode=mode, is_single=is_group and len(conditions) == 1, parts=rows)


# To what is stored


@dataclass
class Stored:
    """What a composed condition stores: `raw`, of the parts that can be read alone (None for none); `errors` by the path of the part."""

    raw: dict[str, Any] | None = None
    errors: dict[Path, list[str]] = field(default_factory=dict)


class _Wrong(Exception):
    """A part cannot be stored; why is in its sentence, empty where the errors have it already."""


def stored(part: Composed, catalogue: Catalogue, path: Path = ()) -> Stored:
    """What this part stores, blank rows left out. As many errors as there are parts to mend, each a sentence."""
    found = Stored()
    try:
        found.raw = _Writer(found.errors).raw(part, catalogue, path)
    except _Wrong as wrong:
        if str(wrong):
            found.errors.setdefault(path, []).append(str(wrong))
    if not path and part.kind is PartKind.GROUP and found.raw is not None and not found.errors:
        errors: list[str] = []
        if read_condition(found.raw, catalogue, "Condition", errors) is None:
            found.errors[path] = errors
    return found


@dataclass(frozen=True)
class _Writer:
    errors: dict[Path, list[str]]

    def raw(self, part: Composed, catalogue: Catalogue, path: Path) -> dict[str, Any] | None:
        if part.kind is PartKind.GROUP:
            return self.combined(part, catalogue, path)
        if part.kind is PartKind.ROW and part.is_blank:
            return None
        found = thawed(part.kept) if part.kind is PartKind.KEPT else self.row(part, catalogue, path)
        faults: list[str] = []
        if read_condition(found, catalogue, "", faults) is None:
            raise _Wrong(" ".join(_capital(fault.removeprefix(" : ")) for fault in faults))
        return found

    def combined(self, part: Composed, catalogue: Catalogue, path: Path) -> dict[str, Any] | None:
        """The whole condition, a group in it, or the conditions on a line: what is wrong in one part leaves the others."""
        found = []
        for rank, each in enumerate(part.parts):
            try:
                raw = self.raw(each, catalogue, (*path, rank))
            except _Wrong as wrong:
                if str(wrong):
                    self.errors[(*path, rank)] = [str(wrong)]
                continue
            if raw is not None:
                found.append(raw)
        if not found:
            return None
        keeps = part.is_single or (bool(path) and part.kind is PartKind.GROUP)
        raw = found[0] if len(found) == 1 and not keeps else {part.mode: found}
        return {"not": raw} if part.is_denied else raw

    def row(self, part: Composed, catalogue: Catalogue, path: Path) -> dict[str, Any]:
        reference, term = reference_of(part.subject), term_named(part.subject, catalogue)
        if reference is None or term is None:
            raise _Wrong("Ce dont parle cette ligne n’existe plus : choisissez autre chose.")
        way = way_named(part.way, term, catalogue)
        if way is None:
            raise _Wrong("Choisissez comment comparer.")
        named = {reference.source.value: reference.key} | ({"part": reference.part} if reference.part else {})
        raw = {**named, way.operator.value: self.operand(part, way, term, catalogue, path)}
        return {"not": raw} if way.is_denied else raw

    def operand(self, part: Composed, way: Way, term: Term, catalogue: Catalogue, path: Path) -> Any:
        if way.shape is Shape.NOTHING:
            return True
        if way.shape is Shape.LINES:
            before = len(self.errors)
            raw = self.combined(part, catalogue.inside(term.reference), path)
            if raw is None or len(self.errors) > before:
                raise _Wrong("" if len(self.errors) > before else "Dites ce que contient la ligne.")
            return raw
        if way.shape is Shape.OTHER:
            other = reference_of(part.values[0]) if part.values else None
            if other is None:
                raise _Wrong("Choisissez à quoi comparer.")
            return {other.source.value: other.key} | ({"part": other.part} if other.part else {})
        return self.values(part, way, term)

    def values(self, part: Composed, way: Way, term: Term) -> Any:
        texts = [text for text in part.values if text.strip()]
        try:
            if way.is_pair:
                return [stored_value(text, term) for text in (*part.values, "", "")[:2]]
            if way.shape in (Shape.TICKS, Shape.TEXTS):
                if not texts:
                    raise _Wrong("Cochez au moins une valeur." if way.shape is Shape.TICKS else "Donnez au moins une valeur.")
                return [stored_value(text, term) for text in _ordered(texts, part.order)]
            return stored_value(texts[0] if texts else "", term)
        except ValueError as error:
            raise _Wrong(str(error)) from None


def _ordered(texts: list[str], order: tuple[str, ...]) -> list[str]:
    """In the order in which they were stored, those added last: an order that nobody chose is not changed by opening the condition."""
    return sorted(texts, key=lambda text: order.index(text) if text in order else len(order))


def thawed(kept: str) -> Any:
    """What a kept part holds; None for a text that is no JSON."""
    try:
        return loads(kept)
    except (JSONDecodeError, RecursionError):
        return None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# What its buttons do


def pressed(root: Composed, press: str, catalogue: Catalogue) -> tuple[Composed, Path | None]:
    """The condition after a press, and the part that then has the focus. A press that means nothing changes nothing.

    `row`, `row:1`, `group`: add a row, in the part of that path, or a group; `drop:1.0`: take a part out; any other word: the lists follow.
    """
    word, _, where = press.partition(":")
    path = tuple(int(step) for step in where.split(".") if step.isdecimal())
    try:
        if word in ("row", "group"):
            within = root.at(path)
            new = BLANK if word == "row" else Composed(PartKind.GROUP, mode=ANY if within.mode == ALL else ALL, parts=(BLANK,))
            grown = replace(within, parts=(*within.parts, new))
            root = root.with_part(path, grown) if path else grown
            return settled(root, catalogue), (*path, len(within.parts)) + ((0,) if word == "group" else ())
        if word == "drop" and path:
            root.at(path)
            return settled(root.with_part(path, None), catalogue), _before(path)
    except IndexError:
        pass
    return settled(root, catalogue), None


def _before(path: Path) -> Path:
    """Where the focus goes when a part is taken out: to the one before, or to what held it."""
    return (*path[:-1], path[-1] - 1) if path[-1] else path[:-1]


def settled(part: Composed, catalogue: Catalogue) -> Composed:
    """The lists follow what was chosen: a way that the subject has, no value of another subject, a first row for a line."""
    if part.kind is PartKind.GROUP:
        return replace(part, parts=tuple(settled(each, catalogue) for each in part.parts))
    term = term_named(part.subject, catalogue)
    if part.kind is PartKind.KEPT or term is None:
        return part
    ways = ways_of(term, catalogue)
    way = next((each for each in ways if each.code == part.way), None) or _usual(ways)
    is_same = part.drawn_for in ("", part.subject)
    values = part.values if is_same or not _is_strange(part, term) else ()
    parts = part.parts
    if way.shape is Shape.LINES:
        inside = catalogue.inside(term.reference)
        parts = tuple(settled(each, inside) for each in parts if is_same) or (BLANK,)
    return replace(part, way=way.code, values=values, parts=parts, drawn_for=part.subject)


def _usual(ways: list[Way]) -> Way:
    """The way that a list proposes first: one that compares, rather than « a une réponse »."""
    return next((way for way in ways if way.operator is not Operator.IS_ANSWERED), ways[0])


def _is_strange(part: Composed, term: Term) -> bool:
    """Whether the values of another subject mean nothing for this one."""
    offered = [text for text, _label in choices_of(term)]
    try:
        return any(offered and text not in offered for text in part.values) or any(stored_value(text, term) is None for text in part.values)
    except ValueError:
        return True


def rows_of(part: Composed, path: Path = ()) -> Iterator[tuple[Path, Composed]]:
    """Every part below, with its path, in the order in which it is read."""
    for rank, each in enumerate(part.parts):
        yield (*path, rank), each
        yield from rows_of(each, (*path, rank))
