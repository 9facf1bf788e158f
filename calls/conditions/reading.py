"""A condition as JSON, and back. Every fault is a French sentence that says where; nothing that is read is ever evaluated as text.

{"all": [condition, …]}   {"any": [condition, …]}   {"not": condition}
{"answer": "referent", "equals": "oui"}             {"lycee": "pupils", "at_least": 300}
{"answer": "part", "at_most": {"answer": "besoins", "part": "gross_amount"}}
{"answer": "besoins", "has_a_line": {"column": "quantity", "at_least": 10}}
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from calls.conditions.catalogue import Catalogue, Term
from calls.conditions.references import Reference, Source
from calls.conditions.tree import AllOf, AnyOf, Comparison, Condition, LineSuchThat, Not
from calls.questions.comparison import Operator
from calls.questions.reading import decimal_in

MOST_DEPTH = 6
MOST_LEVELS = 20  # of JSON: two for each condition in another, and those of what is compared
MOST_COMPARISONS = 40
MOST_WORDS = 200  # signs of the words that a text may be asked to contain
_COMBINED: dict[str, type[AllOf] | type[AnyOf]] = {"all": AllOf, "any": AnyOf}
_SOURCES = {source.value for source in Source}
_OPERATORS = {operator.value: operator for operator in Operator}
SEVERAL = (Operator.IS_ONE_OF, Operator.CONTAINS_ANY)
BETWEEN_TERMS = (Operator.EQUALS, Operator.AT_LEAST, Operator.AT_MOST)
_TOO_DEEP = f"la condition s’emboîte plus de {MOST_DEPTH} fois ; elle ne se relirait plus."
_NAMES = {
    bool: "vrai (true) ou faux (false)",
    int: "un nombre entier",
    Decimal: "un nombre",
    date: "une date (2027-03-12)",
    str: "un texte",
}


class Unreadable(Exception):
    """One part of the condition cannot be read; what is wrong is among the errors."""


def read_condition(raw: object, catalogue: Catalogue, place: str, errors: list[str]) -> Condition | None:
    """Read and type a condition. None when it has a fault: each is added to `errors` as a sentence begun by `place`."""
    if is_too_deep(raw):
        errors.append(f"{place} : {_TOO_DEEP}")
        return None
    reader = _Reader(catalogue, place, errors)
    try:
        condition = reader.condition(raw, 1)
    except Unreadable:
        return None
    if reader.comparisons[0] > MOST_COMPARISONS:
        errors.append(f"{place} : la condition compare plus de {MOST_COMPARISONS} fois ; elle ne se relirait plus.")
        return None
    return condition


def is_too_deep(raw: object) -> bool:
    """Whether raw JSON has more levels than any condition that is read: to be asked before what follows its levels one inside the other."""
    level = [raw]
    for _depth in range(MOST_LEVELS):
        level = [
            each for part in level for each in (part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ())
        ]
        if not level:
            return False
    return True


def keys_in(raw: object) -> set[Reference]:
    """All that raw JSON seems to refer to, whether it can be read or not: whom to name when a term has gone."""
    found: set[Reference] = set()
    waiting = [raw]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, Mapping):
            for name, value in part.items():
                if name in _SOURCES and isinstance(value, str):
                    found.add(Reference(Source(name), value))
                elif not isinstance(value, str):
                    waiting.append(value)
    return found


@dataclass(frozen=True)
class _Reader:
    catalogue: Catalogue
    place: str
    errors: list[str]
    comparisons: list[int] = field(default_factory=lambda: [0])  # how many were read, shared with the readers of lines

    def refuse(self, sentence: str) -> Unreadable:
        self.errors.append(f"{self.place} : {sentence}")
        return Unreadable()

    def condition(self, raw: object, depth: int) -> Condition:
        if not isinstance(raw, Mapping) or not raw:
            raise self.refuse("la condition n’est pas écrite comme une condition.")
        if depth > MOST_DEPTH:
            raise self.refuse(_TOO_DEEP)
        names = [name for name in ("all", "any", "not") if name in raw]
        if not names:
            return self.comparison(raw, depth)
        if len(raw) > 1:
            raise self.refuse(f"« {names[0]} » est seul à son niveau.")
        if names[0] == "not":
            return Not(self.condition(raw["not"], depth + 1))
        return self.combined(raw[names[0]], names[0], depth)

    def combined(self, parts: object, name: str, depth: int) -> Condition:
        """All the faults of the parts are told, not only those of the first."""
        if not isinstance(parts, list) or not parts:
            raise self.refuse(f"« {name} » réunit au moins une condition.")
        found = []
        for part in parts:
            try:
                found.append(self.condition(part, depth + 1))
            except Unreadable:
                continue
        if len(found) < len(parts):
            raise Unreadable
        return _COMBINED[name](tuple(found))

    def comparison(self, raw: Mapping[str, Any], depth: int) -> Condition:
        self.comparisons[0] += 1
        term = self.term(raw)
        names = [name for name in raw if name not in _SOURCES and name != "part"]
        if len(names) != 1 or names[0] not in _OPERATORS:
            raise self.refuse(f"{term.name} se compare d’une seule façon, parmi : {', '.join(term.type.operators)}.")
        operator, operand = _OPERATORS[names[0]], raw[names[0]]
        if operator not in term.type.operators:
            raise self.refuse(f"{term.name} ne se compare pas par « {operator} », mais par : {', '.join(term.type.operators)}.")
        if operator is Operator.HAS_A_LINE:
            inside = replace(self, catalogue=self.catalogue.inside(term.reference))
            return LineSuchThat(term.reference, inside.condition(operand, depth + 1))
        return Comparison(term.reference, operator, self.operand(operand, operator, term))

    def term(self, raw: Mapping[str, Any]) -> Term:
        sources = _SOURCES & raw.keys()
        if len(sources) != 1:
            raise self.refuse(f"une comparaison porte sur une seule chose, parmi : {', '.join(Source)}.")
        source = Source(sources.pop())
        key, part = raw[source.value], raw.get("part", "")
        if not isinstance(key, str) or not isinstance(part, str):
            raise self.refuse("ce sur quoi porte une comparaison se nomme par sa clé.")
        try:
            return self.catalogue.term(Reference(source, key, part))
        except KeyError:
            raise self.refuse(f"« {key}{f'.{part}' if part else ''} » ({source}) n’existe pas.") from None

    def operand(self, raw: object, operator: Operator, term: Term) -> Any:
        if operator is Operator.IS_ANSWERED:
            if raw is not True:
                raise self.refuse(f"{term.name} : « is_answered » vaut true ; le contraire s’écrit avec « not ».")
            return None
        if isinstance(raw, Mapping):
            return self.other(raw, operator, term)
        if operator is Operator.BETWEEN or operator in SEVERAL:
            return self.several(raw, operator, term)
        return self.value(raw, term)

    def other(self, raw: Mapping[str, Any], operator: Operator, term: Term) -> Reference:
        other = self.term(raw)
        if set(raw) - _SOURCES - {"part"} or operator not in BETWEEN_TERMS:
            raise self.refuse(f"{term.name} se compare à autre chose par : {', '.join(BETWEEN_TERMS)}.")
        if other.reference == term.reference or family(other) is not family(term) or family(term) not in (Decimal, date):
            raise self.refuse(f"{term.name} ne se compare pas à {other.name}.")
        return other.reference

    def several(self, raw: object, operator: Operator, term: Term) -> tuple[Any, ...]:
        if not isinstance(raw, list) or not raw or (operator is Operator.BETWEEN and len(raw) != 2):
            raise self.refuse(f"{term.name} : « {operator} » attend une liste{' de deux bornes' if operator is Operator.BETWEEN else ''}.")
        values = tuple(self.value(each, term) for each in raw)
        if operator is Operator.BETWEEN:
            if values[0] > values[1]:
                raise self.refuse(f"{term.name} : la première borne dépasse la seconde.")
        elif len(set(values)) < len(values):
            raise self.refuse(f"{term.name} : une même valeur est donnée deux fois.")
        return values

    def value(self, raw: object, term: Term) -> Any:
        python = str if term.type.python is frozenset else term.type.python
        value = _TYPED[python](raw) if python in _TYPED else None
        if value is None:
            raise self.refuse(f"{term.name} se compare à {_NAMES.get(python, 'rien')}, pas à « {raw} ».")
        offered = [code for code, _label in term.domain.choices]
        if offered and value not in offered:
            raise self.refuse(f"{term.name} : « {raw} » n’est pas, ou n’est plus, parmi les choix.")
        return value


def family(term: Term) -> type:
    """Types that compare with one another: numbers do."""
    return Decimal if term.type.python is int else term.type.python


def _decimal(raw: object) -> Decimal | None:
    return None if isinstance(raw, bool | float) or not isinstance(raw, str | int) or raw == "" else decimal_in(raw, "", [])


def _date(raw: object) -> date | None:
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) and len(raw) == 10 else None
    except ValueError:
        return None


_TYPED: dict[type, Callable[[Any], Any]] = {
    bool: lambda raw: raw if isinstance(raw, bool) else None,
    int: lambda raw: raw if isinstance(raw, int) and not isinstance(raw, bool) else None,
    Decimal: _decimal,
    date: _date,
    str: lambda raw: raw.strip() if isinstance(raw, str) and 0 < len(raw.strip()) <= MOST_WORDS else None,
}


def as_json(condition: Condition) -> dict[str, Any]:
    """The condition as it is stored: what `read_condition` reads back to the same."""
    match condition:
        case AllOf(parts):
            return {"all": [as_json(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [as_json(part) for part in parts]}
        case Not(inner):
            return {"not": as_json(inner)}
        case LineSuchThat(reference, inner):
            return {**_named(reference), Operator.HAS_A_LINE.value: as_json(inner)}
        case Comparison(reference, Operator.IS_ANSWERED, _):
            return {**_named(reference), Operator.IS_ANSWERED.value: True}
        case Comparison(reference, operator, operand):
            return {**_named(reference), operator.value: _stored(operand)}


def _named(reference: Reference) -> dict[str, str]:
    return {reference.source.value: reference.key} | ({"part": reference.part} if reference.part else {})


def _stored(operand: Any) -> Any:
    match operand:
        case Reference():
            return _named(operand)
        case tuple():
            return [_stored(each) for each in operand]
        case Decimal():
            return str(operand)
        case date():
            return operand.isoformat()
    return operand
