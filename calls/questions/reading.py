"""Reading the raw JSON of a definition. What is wrong is added to `errors` as a French sentence; a usable value comes back."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.text.french import exact

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def text_in(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return value.strip() if isinstance(value, str) else ""


def key_in(raw: Mapping[str, Any], place: str, errors: list[str], name: str = "key") -> str:
    key = text_in(raw, name)
    if not KEY.fullmatch(key):
        errors.append(f"{place} : la clé « {key} » n’est pas faite de minuscules, de chiffres et de tirets.")
    return key


def decimal_in(value: object, place: str, errors: list[str]) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
        if number.is_finite():
            return number
    except InvalidOperation:
        pass
    errors.append(f"{place} n’est pas un nombre : {value}.")
    return None


def day_in(value: object, place: str, errors: list[str]) -> date | None:
    """A day in ISO form; None when there is none."""
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        errors.append(f"{place} n’est pas une date : {value}.")
        return None


def bounds_in(raw: Mapping[str, Any], place: str, errors: list[str], most: Decimal) -> dict[str, Decimal]:
    """`minimum` and `maximum` of a number, 0 and `most` where the definition gives none."""
    minimum = decimal_in(raw.get("minimum"), f"{place} : le minimum", errors)
    maximum = decimal_in(raw.get("maximum"), f"{place} : le maximum", errors)
    minimum, maximum = minimum if minimum is not None else Decimal(0), maximum if maximum is not None else most
    if minimum < 0:
        errors.append(f"{place} : le minimum n’est pas négatif.")
    if maximum > most:
        errors.append(f"{place} : le maximum ne dépasse pas {exact(most)}.")
    elif minimum > maximum:
        errors.append(f"{place} : le minimum, {exact(minimum)}, dépasse le maximum, {exact(maximum)}.")
    return {"minimum": minimum, "maximum": maximum}


def said_bounds(minimum: Decimal, maximum: Decimal, most: Decimal, write: Callable[[Decimal], str]) -> str:
    """« , de 1 à 40 », in the words of `write`; nothing of a bound that is only what a number can be (0, `most`)."""
    if maximum < most:
        return f", de {write(minimum)} à {write(maximum)}"
    return f", {write(minimum)} au moins" if minimum > 0 else ""


def repeated(keys: list[str], what: str) -> list[str]:
    """One sentence per key that is there twice; `what` begins it: La clé de question."""
    twice = sorted({key for key in keys if key and keys.count(key) > 1})
    return [f"{what} « {key} » est employée deux fois." for key in twice]
