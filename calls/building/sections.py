"""Sections of a form: added, changed, moved, copied, removed."""

from collections.abc import Collection
from copy import deepcopy
from typing import Any

from calls.building.dependents import renamed, serves
from calls.building.places import Edited, EditRefused, Raw, copied, parts_of, proposed_key, section_at, sections_of
from calls.building.settling import settled
from calls.questions.base import TITLE_KEY
from portal.text.french import ordinal


def add_section(definition: Raw, values: dict[str, Any]) -> Edited:
    """A section put last; its key is made of its title."""
    form = copied(definition)
    key = proposed_key(values["title"], {section["key"] for section in sections_of(form)}, "section")
    sections_of(form).append({"key": key, **_kept(values), "questions": []})
    return Edited(settled(definition, form), key, f"La section « {values['title']} » est ajoutée.")


def change_section(definition: Raw, key: str, values: dict[str, Any]) -> Edited:
    """A section as it is now written; its key and its questions stay."""
    form = copied(definition)
    rank = section_at(form, key)
    section = sections_of(form)[rank]
    sections_of(form)[rank] = {"key": key, **_kept(values), "questions": section["questions"]}
    return Edited(settled(definition, form), key, f"La section « {values['title']} » est modifiée.")


def _kept(values: dict[str, Any]) -> dict[str, Any]:
    """What a definition keeps: no condition where there is none."""
    return {name: value for name, value in values.items() if name != "shown_if" or value}


def move_section(definition: Raw, key: str, place: int) -> Edited:
    """A section at another rank, from 0; past an end, it is put there."""
    form = copied(definition)
    sections = sections_of(form)
    section = sections.pop(section_at(form, key))
    place = max(0, min(place, len(sections)))
    sections.insert(place, section)
    told = f"La section « {section['title']} » est maintenant {ordinal(place + 1, feminine=True)} sur {len(sections)}."
    return Edited(settled(definition, form), key, told)


def copy_section(definition: Raw, key: str, reserved: Collection[str] = ()) -> Edited:
    """A section again, just after: its questions take new keys, and what they ask of one another follows the copies.

    `reserved`: keys that earlier versions of the form have used. The title of the project is asked once and is not copied.
    """
    form = copied(definition)
    rank = section_at(form, key)
    section = deepcopy(sections_of(form)[rank])
    taken = {part["key"] for part in parts_of(form)} | set(reserved)
    parts = [part for part in section["questions"] if part["key"] != TITLE_KEY]
    keys: dict[str, str] = {}
    for part in parts:
        keys[part["key"]] = proposed_key(part["key"], taken)
        taken.add(keys[part["key"]])
    copy = section | {
        "key": proposed_key(section["key"], {one["key"] for one in sections_of(form)}, "section"),
        "title": f"{section['title'][:110]} (copie)",
        "questions": [renamed(part, keys) | {"key": keys[part["key"]]} for part in parts],
    }
    sections_of(form).insert(rank + 1, copy)
    told = f"La section « {section['title']} » est copiée : la copie s’appelle « {copy['title']} »."
    return Edited(settled(definition, form), copy["key"], told)


def remove_section(definition: Raw, key: str) -> Edited:
    """A form without this section and its questions. Refused while something else depends on one of them."""
    form = copied(definition)
    rank = section_at(form, key)
    section = sections_of(form)[rank]
    inside = {key, *(part["key"] for part in section["questions"])}
    if TITLE_KEY in inside:
        raise EditRefused(["Cette section demande le titre du projet, que tout formulaire demande : déplacez-le d’abord dans une autre."])
    told = [sentence for part in section["questions"] if (sentence := serves(form, part, inside))]
    if told:
        raise EditRefused([*told, "Changez d’abord ce qui en dépend."])
    del sections_of(form)[rank]
    return Edited(settled(definition, form), key, f"La section « {section['title']} » est retirée.")
