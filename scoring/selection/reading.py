"""Reads what a stranger wrote. Every problem is noted with its place; no value is taken at its word; every size is bounded."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.text.canonical import plain
from portal.text.french import NBSP

MAX_BYTES = 16 * 1024 * 1024
MAX_CONTAINERS = 400_000  # objects and lists of a file: what decides the memory that reading takes

MAX_APPLICATIONS = 10_000
MAX_RULES = 500
MAX_LABELS = 2_000  # of groups, in French
MAX_OPTIONS = 20  # of one application
MAX_GROUPS = 100  # of one application
MAX_LINES = 20  # of one option
MAX_SCOPE_DEPTH = 20
MAX_TEXT = 300  # characters of an identifier or a label
MAX_DIGITS = 15  # of an integer: beyond, a sum would leave what a double holds
MAX_DECIMALS = 6  # of points and shares
MAX_PROBLEMS = 100

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")  # control characters, halves of characters
_POINTS = re.compile(rf"-?[0-9]{{1,{MAX_DIGITS}}}(\.[0-9]{{1,{MAX_DECIMALS}}})?")


@dataclass(frozen=True)
class InstanceProblem:
    """What is wrong, and where: a path such as `applications[3].score`, a stable code, a French sentence."""

    where: str
    code: str
    message: str

    def to_dict(self) -> dict[str, str]:
        return {"where": self.where, "code": self.code, "message": self.message}


class InvalidInstance(ValueError):
    """The instance cannot be read. `problems` are all of them, up to MAX_PROBLEMS."""

    def __init__(self, problems: tuple[InstanceProblem, ...]) -> None:
        super().__init__("\n".join(f"{problem.where}{NBSP}: {problem.message}" for problem in problems))
        self.problems = problems


class _Overlong:
    """Stands for an integer of more digits than we convert."""


def parse(data: bytes) -> Any:
    """The JSON value of `data` (UTF-8), memory bounded by MAX_BYTES and MAX_CONTAINERS.

    Raises InvalidInstance: too large, not UTF-8, not JSON, nested too deeply, the same key twice in one object.
    """
    if len(data) > MAX_BYTES:
        raise _refused("too-large", f"Le fichier dépasse {MAX_BYTES // 2**20}{NBSP}Mo.")
    if data.count(b"{") + data.count(b"[") > MAX_CONTAINERS:
        raise _refused("too-large", "Le fichier contient trop d’objets et de listes.")
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object, parse_int=_integer)
    except UnicodeDecodeError as error:
        raise _refused("encoding", "Le fichier n’est pas un texte en UTF-8.") from error
    except RecursionError as error:
        raise _refused("too-deep", "Le fichier emboîte trop d’objets et de listes.") from error
    except json.JSONDecodeError as error:
        raise _refused("json", f"Le fichier n’est pas du JSON{NBSP}: ligne {error.lineno}, colonne {error.colno}.") from error


def _refused(code: str, message: str) -> InvalidInstance:
    return InvalidInstance((InstanceProblem("$", code, message),))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _refused("duplicate-key", f"La clé «{NBSP}{_shown(twice)}{NBSP}» est écrite deux fois dans le même objet.")
    return found


def _integer(text: str) -> int | _Overlong:
    return int(text) if len(text) <= MAX_DIGITS + 1 else _Overlong()


def _shown(text: str) -> str:
    """What may be repeated of a text from outside: short, and fit to be printed."""
    clean = _UNPRINTABLE.sub("?", text[:40])
    return clean if len(text) <= 40 else f"{clean[:39]}…"


class Notes:
    """Problems and warnings met while reading."""

    def __init__(self) -> None:
        self.problems: list[InstanceProblem] = []
        self.warnings: list[InstanceProblem] = []

    def problem(self, where: str, code: str, message: str) -> None:
        self.problems.append(InstanceProblem(where, code, message))
        if len(self.problems) == MAX_PROBLEMS:
            self.settle()

    def warning(self, where: str, code: str, message: str) -> None:
        if len(self.warnings) < MAX_PROBLEMS:
            self.warnings.append(InstanceProblem(where, code, message))

    def settle(self) -> None:
        """Raises InvalidInstance when anything was wrong."""
        if self.problems:
            raise InvalidInstance(tuple(self.problems))


class Reader:
    """One JSON object being read. Each method notes what is wrong and then answers a harmless value of its type.

    `close` warns of the keys that nobody asked for: a misspelt rule must not be forgotten in silence.
    """

    def __init__(self, value: Any, where: str, notes: Notes) -> None:
        self.where, self.notes, self.asked = where, notes, set[str]()
        if not isinstance(value, Mapping):
            self.wrong("", "type", "Un objet est attendu.")
            value = {}
        self.value: Mapping[str, Any] = value

    def at(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where and key else self.where or key or "$"

    def wrong(self, key: str, code: str, message: str) -> None:
        self.notes.problem(self.at(key), code, message)

    def doubtful(self, key: str, code: str, message: str) -> None:
        self.notes.warning(self.at(key), code, message)

    def has(self, key: str) -> bool:
        self.asked.add(key)
        return self.value.get(key) is not None

    def required(self, key: str) -> bool:
        if not self.has(key):
            self.wrong(key, "missing", "Cette valeur manque.")
        return self.has(key)

    def raw(self, key: str) -> Any:
        """The value as it is written, None when it is absent."""
        return self.value[key] if self.has(key) else None

    def text(self, key: str) -> str:
        return checked_text(self.value[key], self.at(key), self.notes) if self.required(key) else ""

    def optional_text(self, key: str) -> str:
        return self.text(key) if self.has(key) else ""

    def integer(self, key: str, at_least: int | None = None) -> int:
        return checked_integer(self.value[key], self.at(key), self.notes, at_least) if self.required(key) else 0

    def points(self, key: str, at_least: int | None = None) -> Decimal:
        return checked_points(self.value[key], self.at(key), self.notes, at_least) if self.required(key) else Decimal(0)

    def texts(self, key: str, limit: int) -> tuple[str, ...]:
        return tuple(checked_text(item, where, self.notes) for where, item in self.items(key, limit))

    def items(self, key: str, limit: int) -> list[tuple[str, Any]]:
        """(place, value) of each item of a list; an absent list is an empty one."""
        if not self.has(key):
            return []
        value = self.value[key]
        if not isinstance(value, list | tuple):
            self.wrong(key, "type", "Une liste est attendue.")
            return []
        if len(value) > limit:
            self.wrong(key, "too-many", f"{len(value)} éléments, {limit} au plus.")
            return []
        return [(f"{self.at(key)}[{position}]", item) for position, item in enumerate(value)]

    def entries(self, key: str, limit: int) -> list[tuple[str, str, Any]]:
        """(key, place, value) of each entry of an object; an absent object is an empty one."""
        if not self.has(key):
            return []
        value = self.value[key]
        if not isinstance(value, Mapping):
            self.wrong(key, "type", "Un objet est attendu.")
            return []
        if len(value) > limit:
            self.wrong(key, "too-many", f"{len(value)} éléments, {limit} au plus.")
            return []
        names = ((checked_text(name, self.at(key), self.notes), item) for name, item in value.items())
        return [(name, f"{self.at(key)}.{_shown(name)}", item) for name, item in names]

    def close(self) -> None:
        for key in self.value:
            if key not in self.asked:
                self.notes.warning(self.at(_shown(str(key))), "unknown-key", f"Cette clé n’est pas connue{NBSP}: elle est sans effet.")


def checked_text(value: Any, where: str, notes: Notes) -> str:
    """A text of 1 to MAX_TEXT characters."""
    if not isinstance(value, str):
        notes.problem(where, "type", "Un texte est attendu.")
    elif len(value) > MAX_TEXT or not value.strip() or _UNPRINTABLE.search(value):
        notes.problem(where, "text", f"Un texte de 1 à {MAX_TEXT} caractères est attendu, sans caractère de contrôle.")
    else:
        return value
    return ""


def checked_integer(value: Any, where: str, notes: Notes, at_least: int | None = None) -> int:
    """A whole number of at most MAX_DIGITS digits: neither a float, even whole, nor true or false."""
    if isinstance(value, float):
        notes.problem(where, "float", "Un nombre entier est attendu, sans virgule ni exposant.")
    elif isinstance(value, _Overlong) or (isinstance(value, int) and abs(value) >= 10**MAX_DIGITS):
        notes.problem(where, "too-large", f"Un nombre a {MAX_DIGITS} chiffres au plus.")
    elif not isinstance(value, int) or isinstance(value, bool):
        notes.problem(where, "type", "Un nombre entier est attendu.")
    elif at_least is not None and value < at_least:
        notes.problem(where, "too-small", f"Ce nombre vaut au moins {at_least}.")
    else:
        return value
    return at_least or 0


def checked_points(value: Any, where: str, notes: Notes, at_least: int | None = None) -> Decimal:
    """A decimal written as a text ("14.25"); a whole number may be written as such. Never a float: it is not what was typed."""
    if isinstance(value, int | _Overlong) and not isinstance(value, bool):
        value = str(checked_integer(value, where, notes))
    if isinstance(value, float):
        notes.problem(where, "float", 'Un nombre à virgule s’écrit entre guillemets, par exemple "14.25".')
    elif not isinstance(value, str):
        notes.problem(where, "type", 'Un nombre écrit entre guillemets est attendu, par exemple "14.25".')
    elif not _POINTS.fullmatch(value):
        form = f"{MAX_DIGITS} chiffres et {MAX_DECIMALS} décimales au plus"
        notes.problem(where, "number", f"Un nombre décimal est attendu, avec un point, {form}{NBSP}: «{NBSP}{_shown(value)}{NBSP}».")
    elif at_least is not None and Decimal(value) < at_least:
        notes.problem(where, "too-small", f"Ce nombre vaut au moins {at_least}.")
    else:
        return Decimal(plain(Decimal(value)))
    return Decimal(0)
