"""The rules of a call: bounds on how many files, or how much money, go to a part of them."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.text.canonical import plain
from portal.text.french import NBSP
from scoring.selection.applications import Candidate
from scoring.selection.reading import MAX_APPLICATIONS, MAX_SCOPE_DEPTH, Notes, Reader, checked_text

FORCED_IN, FORCED_OUT = "forced_in", "forced_out"
RELAXED_CENTS = 100_000  # the step in which an envelope is loosened: 1 000 €
_SCOPE_FORM = f"Une portée est «{NBSP}*{NBSP}», un groupe, ou un objet d’une seule clé{NBSP}: any, all, ids ou not."

Bound = int | Decimal  # files or cents, or a share between 0 and 1


class Measure(StrEnum):
    """What a rule counts, among the selected applications of its scope."""

    COUNT = "count"
    AMOUNT = "amount"
    COUNT_SHARE = "count_share"
    AMOUNT_SHARE = "amount_share"

    @property
    def is_money(self) -> bool:
        return self in (Measure.AMOUNT, Measure.AMOUNT_SHARE)

    @property
    def is_share(self) -> bool:
        return self in (Measure.COUNT_SHARE, Measure.AMOUNT_SHARE)


@dataclass(frozen=True)
class Scope:
    """Which applications a rule looks at."""

    kind: str  # everything, any, all, ids, not
    names: frozenset[str] = frozenset()
    inner: "Scope | None" = None

    def holds(self, application: Candidate) -> bool:
        match self.kind:
            case "any":
                return not self.names.isdisjoint(application.groups)
            case "all":
                return self.names <= application.groups
            case "ids":
                return application.id in self.names
            case "not" if self.inner:
                return not self.inner.holds(application)
            case _:
                return True

    @property
    def is_everything(self) -> bool:
        return self.kind == "everything"

    @property
    def groups(self) -> frozenset[str]:
        """The labels that it names."""
        if self.inner:
            return self.inner.groups
        return self.names if self.kind in ("any", "all") else frozenset()

    @property
    def ids(self) -> frozenset[str]:
        """The applications that it names."""
        if self.inner:
            return self.inner.ids
        return self.names if self.kind == "ids" else frozenset()

    def to_json(self) -> Any:
        if self.kind == "everything":
            return "*"
        if self.inner:
            return {"not": self.inner.to_json()}
        alone = self.kind == "any" and len(self.names) == 1 and "*" not in self.names
        return next(iter(self.names)) if alone else {self.kind: sorted(self.names)}


EVERYTHING = Scope("everything")


@dataclass(frozen=True)
class Rule:
    """Bounds on one measure. Hard, or soft when a `penalty` (points per started `unit`) is set.

    Bounds: files or cents (int), shares (Decimal between 0 and 1). `lowest_min` and `highest_max` are what the jury would still
    accept when rules cannot hold together; `negotiable` False: nothing else than the bounds.
    """

    id: str
    measure: Measure
    scope: Scope = EVERYTHING
    line: str | None = None
    minimum: Bound | None = None
    maximum: Bound | None = None
    penalty: Decimal | None = None
    unit: int = 1
    relax_weight: Decimal = Decimal(1)
    relax_unit: int = 1
    label: str = ""
    negotiable: bool = True
    lowest_min: Bound | None = None
    highest_max: Bound | None = None

    @property
    def title(self) -> str:
        return self.label or self.id

    @property
    def is_soft(self) -> bool:
        return self.penalty is not None

    @property
    def step(self) -> int:
        """What one penalty is due for, once started: `unit` cents, or one file whatever the unit says."""
        return self.unit if self.measure.is_money else 1

    def to_dict(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"id": self.id, "measure": self.measure.value, "scope": self.scope.to_json()}
        answer |= {"line": self.line} if self.line is not None else {}
        answer |= _bounds_to_json({"min": self.minimum, "max": self.maximum})
        answer |= {"penalty": plain(self.penalty)} if self.penalty is not None else {}
        answer |= {"unit": self.unit} if self.unit != 1 else {}
        answer |= {"relax_weight": plain(self.relax_weight), "relax_unit": self.relax_unit}
        answer |= {"label": self.label} if self.label else {}
        leeway = _bounds_to_json({"min": self.lowest_min, "max": self.highest_max})
        return answer | ({"negotiable": False} if not self.negotiable else {"negotiable": leeway} if leeway else {})


def _bounds_to_json(bounds: dict[str, Bound | None]) -> dict[str, int | str]:
    return {key: plain(bound) if isinstance(bound, Decimal) else bound for key, bound in bounds.items() if bound is not None}


def read_rule(value: Any, where: str, notes: Notes) -> Rule:
    reader = Reader(value, where, notes)
    measure = _measure(reader)
    minimum, maximum = _bound(reader, "min", measure), _bound(reader, "max", measure)
    if minimum is None and maximum is None:
        reader.wrong("", "no-bound", "Une règle a un minimum, un maximum, ou les deux.")
    if minimum is not None and maximum is not None and minimum > maximum:
        reader.wrong("min", "min-above-max", "Le minimum dépasse le maximum.")
    if reader.has("unit") and not measure.is_money:
        reader.notes.warning(
            reader.at("unit"), "no-effect", "Une unité n’a d’effet que sur une règle de montant : ailleurs, c’est un dossier."
        )
    if reader.has("line") and not measure.is_money:
        reader.notes.warning(reader.at("line"), "no-effect", "Une ligne n’a d’effet que sur une règle de montant.")
    negotiable, lowest_min, highest_max = _leeway(reader, measure)
    rule = Rule(
        id=_rule_id(reader),
        measure=measure,
        scope=_scope(reader.raw("scope"), reader.at("scope"), notes),
        line=reader.text("line") if reader.has("line") and measure.is_money else None,
        minimum=minimum,
        maximum=maximum,
        penalty=reader.points("penalty", 0) if reader.has("penalty") else None,
        unit=reader.integer("unit", 1) if reader.has("unit") else 1,
        relax_weight=reader.points("relax_weight", 0) if reader.has("relax_weight") else Decimal(1),
        relax_unit=reader.integer("relax_unit", 1) if reader.has("relax_unit") else RELAXED_CENTS if measure.is_money else 1,
        label=reader.optional_text("label"),
        negotiable=negotiable,
        lowest_min=lowest_min,
        highest_max=highest_max,
    )
    reader.close()
    return rule


def _rule_id(reader: Reader) -> str:
    rule_id = reader.text("id")
    if rule_id.startswith((f"{FORCED_IN}:", f"{FORCED_OUT}:")):
        reader.wrong("id", "reserved", f"Un identifiant ne commence ni par «{NBSP}{FORCED_IN}:{NBSP}» ni par «{NBSP}{FORCED_OUT}:{NBSP}».")
    return rule_id


def _measure(reader: Reader) -> Measure:
    written = reader.text("measure")
    if written in tuple(Measure):
        return Measure(written)
    if written:
        reader.wrong("measure", "measure", f"Une mesure est {', '.join(Measure)}.")
    return Measure.COUNT


def _bound(reader: Reader, key: str, measure: Measure) -> Bound | None:
    if not reader.has(key):
        return None
    if not measure.is_share:
        return reader.integer(key, 0)
    share = reader.points(key, 0)
    if share > 1:
        reader.wrong(key, "too-large", f"Une part est comprise entre 0 et 1{NBSP}: 0.30 pour 30{NBSP}%.")
    return share


def _leeway(reader: Reader, measure: Measure) -> tuple[bool, Bound | None, Bound | None]:
    """`negotiable`: absent or true, false, or the last bounds acceptable."""
    written = reader.raw("negotiable")
    if written is None or isinstance(written, bool):
        return written is not False, None, None
    bounds = Reader(written, reader.at("negotiable"), reader.notes)
    lowest, highest = _bound(bounds, "min", measure), _bound(bounds, "max", measure)
    bounds.close()
    return True, lowest, highest


def _scope(value: Any, where: str, notes: Notes, depth: int = 0) -> Scope:
    if value is None or value == "*":
        return EVERYTHING
    if isinstance(value, str):
        return Scope("any", frozenset({checked_text(value, where, notes)}))
    if depth == MAX_SCOPE_DEPTH:
        notes.problem(where, "too-deep", f"Une portée emboîte {MAX_SCOPE_DEPTH}{NBSP}niveaux au plus.")
        return EVERYTHING
    reader = Reader(value, where, notes)
    kinds = [kind for kind in ("any", "all", "ids", "not") if reader.has(kind)]
    if len(kinds) != 1 or len(reader.value) != 1:
        reader.wrong("", "scope", _SCOPE_FORM)
        return EVERYTHING
    if kinds == ["not"]:
        return Scope("not", inner=_scope(reader.raw("not"), reader.at("not"), notes, depth + 1))
    return Scope(kinds[0], frozenset(reader.texts(kinds[0], MAX_APPLICATIONS)))
