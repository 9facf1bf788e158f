"""Limits across answers: added, changed, copied, moved, removed."""

from typing import Any

from calls.building.places import Edited, Raw, copied, limit_at, limits_of, proposed_key
from calls.building.settling import settled
from portal.text.french import ordinal


def _taken(form: Raw) -> set[str]:
    return {limit["key"] for limit in limits_of(form)}


def add_limit(definition: Raw, values: dict[str, Any]) -> Edited:
    """A limit put last; its key is made of its message."""
    form = copied(definition)
    key = proposed_key(values["message"], _taken(form), "limite")
    limits_of(form).append({"key": key, **values})
    return Edited(settled(definition, form), key, f"La limite « {values['message']} » est ajoutée.")


def change_limit(definition: Raw, key: str, values: dict[str, Any]) -> Edited:
    """A limit as it is now written; its key stays."""
    form = copied(definition)
    limits_of(form)[limit_at(form, key)] = {"key": key, **values}
    return Edited(settled(definition, form), key, f"La limite « {values['message']} » est modifiée.")


def move_limit(definition: Raw, key: str, place: int) -> Edited:
    """A limit at another rank, from 0: the order in which they are told."""
    form = copied(definition)
    limits = limits_of(form)
    limit = limits.pop(limit_at(form, key))
    place = max(0, min(place, len(limits)))
    limits.insert(place, limit)
    told = f"La limite « {limit['message']} » est maintenant {ordinal(place + 1, feminine=True)} sur {len(limits)}."
    return Edited(settled(definition, form), key, told)


def copy_limit(definition: Raw, key: str) -> Edited:
    """A limit again, just after, under a new key."""
    form = copied(definition)
    rank = limit_at(form, key)
    copy = limits_of(form)[rank] | {"key": proposed_key(key, _taken(form), "limite")}
    limits_of(form).insert(rank + 1, copy)
    return Edited(settled(definition, form), copy["key"], f"La limite « {copy['message']} » est copiée.")


def remove_limit(definition: Raw, key: str) -> Edited:
    """A form without this limit: nothing depends on one."""
    form = copied(definition)
    limit = limits_of(form).pop(limit_at(form, key))
    return Edited(settled(definition, form), key, f"La limite « {limit['message']} » est retirée.")
