"""Questions and notices of a form: added, changed, moved, copied, removed."""

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

from calls.building.dependents import serves
from calls.building.places import (
    Edited,
    EditRefused,
    Raw,
    copied,
    part_at,
    part_in,
    parts_of,
    proposed_key,
    section_at,
    sections_of,
)
from calls.building.settling import settled
from calls.questionnaire import NOTICE
from calls.questions.base import TITLE_KEY
from portal.text.french import ordinal

_WHEN_GIVEN = ("shown_if", "required_if", "criterion")  # left out of a definition where there is none


def add_part(definition: Raw, section: str, values: Mapping[str, Any], reserved: Collection[str] = ()) -> Edited:
    """A question or a notice put last in a section; its key is made of its label. `reserved`: keys that earlier versions have used."""
    form = copied(definition)
    holder = sections_of(form)[section_at(form, section)]
    key = proposed_key(values["label"], {part["key"] for part in parts_of(form)} | set(reserved), "question")
    holder["questions"].append({"key": key, **_kept(values)})
    return Edited(settled(definition, form), key, f"{_named(values)} est ajoutée.")


def change_part(definition: Raw, key: str, values: Mapping[str, Any]) -> Edited:
    """A question or a notice as it is now written; its key stays. Refused when what depends on it would no longer be read."""
    form = copied(definition)
    section, rank = part_at(form, key)
    section["questions"][rank] = {"key": key, **_kept(values)}
    return Edited(settled(definition, form, key), key, f"{_named(values)} est modifiée.")


def move_part(definition: Raw, key: str, section: str, place: int) -> Edited:
    """A question or a notice at a rank of a section, from 0; past an end, it is put there. Refused when what depends on it would come before."""
    form = copied(definition)
    old, rank = part_at(form, key)
    holder = sections_of(form)[section_at(form, section)]
    part = old["questions"].pop(rank)
    place = max(0, min(place, len(holder["questions"])))
    holder["questions"].insert(place, part)
    there = "" if holder is old else f", dans la section « {holder['title']} »"
    told = f"{_named(part)} est maintenant {ordinal(place + 1, feminine=True)} sur {len(holder['questions'])}{there}."
    return Edited(settled(definition, form, key), key, told)


def copy_part(definition: Raw, key: str, reserved: Collection[str] = ()) -> Edited:
    """A question or a notice again, just after, under a new key."""
    form = copied(definition)
    section, rank = part_at(form, key)
    part = deepcopy(section["questions"][rank])
    part["key"] = proposed_key(key, {one["key"] for one in parts_of(form)} | set(reserved))
    part["label"] = f"{part['label'][:190]} (copie)"
    section["questions"].insert(rank + 1, part)
    return Edited(settled(definition, form), part["key"], f"{_named(part)} est ajoutée.")


def remove_part(definition: Raw, key: str) -> Edited:
    """A form without this question or notice. Refused while something depends on it."""
    form = copied(definition)
    part = part_in(form, key)
    if key == TITLE_KEY:
        raise EditRefused(["Tout formulaire demande le titre du projet : cette question se modifie et se déplace, elle ne se retire pas."])
    if told := serves(form, part):
        raise EditRefused([told, "Changez d’abord ce qui en dépend."])
    section, rank = part_at(form, key)
    del section["questions"][rank]
    return Edited(settled(definition, form), key, f"{_named(part)} est retirée.")


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and (value or name not in _WHEN_GIVEN)}


def _named(part: Mapping[str, Any]) -> str:
    return f"L’information « {part['label']} »" if part.get("kind") == NOTICE else f"La question « {part['label']} »"
