"""What the lists of a composed condition show, part by part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from calls.conditions.catalogue import Catalogue, Term
from calls.conditions.composing import ALL, ANY, DEEPEST, Composed, PartKind, Path, thawed
from calls.conditions.reading import read_condition
from calls.conditions.sentences import statement
from calls.conditions.ways import Shape, Way, bare_name, choices_of, code_of, others, subjects, term_named, way_named, ways_of

Option = tuple[str, str, bool]  # value, label, whether it is chosen
GROUP_MODES = (
    (ALL, "toutes ces lignes sont vraies"),
    (ANY, "l’une au moins de ces lignes est vraie"),
    (f"not {ALL}", "sauf si toutes ces lignes sont vraies"),
    (f"not {ANY}", "sauf si l’une au moins de ces lignes est vraie"),
)
LINE_MODES = GROUP_MODES[:2]


@dataclass(frozen=True)
class DrawnPart:
    """One part as its template draws it. `name` begins the names of its controls; `place` names it for a reader (« Groupe 2, ligne 1 »)."""

    part: Composed
    path: Path
    name: str
    place: str
    errors: Sequence[str]
    catalogue: Catalogue
    parts: Sequence["DrawnPart"]
    has_focus: bool

    @property
    def where(self) -> str:
        """The path as a button sends it."""
        return ".".join(map(str, self.path))

    @property
    def is_group(self) -> bool:
        return self.part.kind is PartKind.GROUP

    @property
    def is_kept(self) -> bool:
        return self.part.kind is PartKind.KEPT

    @cached_property
    def term(self) -> Term | None:
        return term_named(self.part.subject, self.catalogue)

    @cached_property
    def way(self) -> Way | None:
        return self.term and way_named(self.part.way, self.term, self.catalogue)

    @property
    def shape(self) -> str:
        """How the value is asked for; "" while nothing is chosen."""
        return self.way.shape.value if self.way else ""

    @property
    def is_inside(self) -> bool:
        """Whether it is a row of a line, where no other line is spoken of."""
        return any(reference.source == "column" for reference in self.catalogue.terms)

    @property
    def subjects(self) -> list[tuple[str, list[Option]]]:
        return [(heading, [(code, name, code == self.part.subject) for code, name in found]) for heading, found in subjects(self.catalogue)]

    @property
    def ways(self) -> list[Option]:
        found = ways_of(self.term, self.catalogue) if self.term else []
        return [(way.code, way.label, way.code == self.part.way) for way in found if not (self.is_inside and way.shape is Shape.LINES)]

    @property
    def choices(self) -> list[Option]:
        """The values of a list, those that are no longer offered too."""
        if self.term is None:
            return []
        offered = choices_of(self.term)
        if self.shape == Shape.OTHER:
            offered = [(code_of(term.reference), bare_name(term)) for term in others(self.term, self.catalogue)]
        strange = [(text, f"{text} (n’est plus proposé)") for text in self.part.values if text and text not in dict(offered)]
        return [(text, label, text in self.part.values) for text, label in [*offered, *strange]]

    @property
    def is_euros(self) -> bool:
        return self.term is not None and (self.term.type.code == "amount" or self.term.domain.is_money)

    @property
    def first(self) -> str:
        return self.part.values[0] if self.part.values else ""

    @property
    def second(self) -> str:
        return self.part.values[1] if len(self.part.values) > 1 else ""

    @property
    def texts(self) -> str:
        """Several texts in one control."""
        return " ; ".join(self.part.values)

    @property
    def modes(self) -> list[Option]:
        code = f"not {self.part.mode}" if self.part.is_denied else self.part.mode
        return [(each, label, each == code) for each, label in (GROUP_MODES if self.is_group else LINE_MODES)]

    @property
    def sentence(self) -> str:
        """What is kept, in words; "" when it cannot be read any more."""
        condition = read_condition(thawed(self.part.kept), self.catalogue, "", [])
        return f"{statement(condition, self.catalogue)}." if condition else ""

    @property
    def faults(self) -> list[str]:
        """Why what is kept cannot be read any more."""
        read_condition(thawed(self.part.kept), self.catalogue, "", found := [])
        return [fault.removeprefix(" : ") for fault in found]


def drawn_parts(
    whole: Composed,
    catalogue: Catalogue,
    name: str,
    errors: Mapping[Path, Sequence[str]],
    focus: Path | None,
    path: Path = (),
    of: str = "",
) -> list[DrawnPart]:
    """The parts of a group, or of the line of a row, with all that they hold. `of` names what holds them (« Groupe 2 »)."""
    found = []
    for rank, part in enumerate(whole.parts):
        own = (*path, rank)
        word = "groupe" if part.kind is PartKind.GROUP else "ligne"
        place = f"{of}, {word} {rank + 1}" if of else f"{word.capitalize()} {rank + 1}"
        term = term_named(part.subject, catalogue)
        inside = catalogue.inside(term.reference) if part.parts and term and term.domain.columns else catalogue
        parts = drawn_parts(part, inside, f"{name}-{rank}", errors, focus, own, place) if len(path) < DEEPEST else []
        found.append(DrawnPart(part, own, f"{name}-{rank}", place, errors.get(own, ()), catalogue, parts, own == focus))
    return found
