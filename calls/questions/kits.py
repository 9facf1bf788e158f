"""Kits of a table of needs: a named set of lines that the call proposes, added in one press, then written as any other line."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from calls.enums import Priority
from calls.questions.reading import key_in, repeated, text_in

MOST_QUANTITY = 100_000
MOST_DETAIL = 200


@dataclass(frozen=True)
class KitLine:
    """One need of a kit: the code of its article, whose price is that of the list."""

    item: str
    quantity: int
    priority: int = Priority.FIRST.value
    is_essential: bool = False
    detail: str = ""


@dataclass(frozen=True)
class Kit:
    key: str
    label: str
    lines: tuple[KitLine, ...]


def kits_in(raw: Mapping[str, Any], codes: Collection[str], place: str, errors: list[str]) -> tuple[Kit, ...]:
    """The kits of a table that offers the articles of these codes; what is wrong is added to `errors`."""
    given = raw.get("kits") if isinstance(raw.get("kits"), list) else []
    kits = tuple(_kit(one, codes, place, errors) for one in given if isinstance(one, dict))
    errors += repeated([kit.key for kit in kits], f"{place} : le code de kit")
    return kits


def _kit(raw: Mapping[str, Any], codes: Collection[str], place: str, errors: list[str]) -> Kit:
    label = text_in(raw, "label")
    place = f"{place} : le kit « {label} »"
    if not label:
        errors.append(f"{place} n’a pas de nom.")
    given = raw.get("lines") if isinstance(raw.get("lines"), list) else []
    lines = tuple(_line(one, codes, place, errors) for one in given if isinstance(one, dict))
    if not lines:
        errors.append(f"{place} n’a aucune ligne.")
    return Kit(key_in(raw, place, errors), label, lines)


def _line(raw: Mapping[str, Any], codes: Collection[str], place: str, errors: list[str]) -> KitLine:
    line = KitLine(
        text_in(raw, "item"),
        raw.get("quantity") if type(raw.get("quantity")) is int else 0,
        raw.get("priority", Priority.FIRST.value),
        raw.get("is_essential") is True,
        text_in(raw, "detail"),
    )
    if line.item not in codes:
        errors.append(f"{place} contient l’article « {line.item} », qui n’est pas dans la liste.")
    if not 1 <= line.quantity <= MOST_QUANTITY:
        errors.append(f"{place} : une quantité va de 1 à 100 000.")
    if line.priority not in Priority.values:
        errors.append(f"{place} : la priorité va de 1 à 4.")
    if len(line.detail) > MOST_DETAIL:
        errors.append(f"{place} : une précision compte {MOST_DETAIL} signes au plus.")
    return line
