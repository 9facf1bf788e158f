"""Who uses what in the raw definition of a form: named, so that nothing is taken away under those who count on it."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from calls.building.places import Raw, limits_of, sections_of
from calls.conditions.dependencies import dependents
from calls.conditions.reading import keys_in
from calls.conditions.references import Source
from portal.text.french import enumeration


def uses_in(definition: Raw, inside: Collection[str] = ()) -> dict[str, set[str]]:
    """For each thing of the form that uses questions, named as a sentence does, the keys of these. What is `inside` (keys) is left out."""
    found: dict[str, set[str]] = {}
    for name, key, used in _uses(definition):
        if used and key not in inside:
            found.setdefault(name, set()).update(used)
    return found


def _uses(definition: Raw) -> Iterator[tuple[str, str, set[str]]]:
    for section in sections_of(definition):
        yield f"la section « {section.get('title', '')} »", section.get("key", ""), answers_in(section.get("shown_if"))
        for part in section["questions"]:
            name = f"la question « {part.get('label', '')} »"
            used = answers_in(part.get("shown_if")) | answers_in(part.get("required_if")) | _terms(part)
            yield name, part.get("key", ""), used
    for limit in limits_of(definition):
        yield f"la limite « {limit.get('message', '')} »", "", answers_in(limit.get("condition"))


def answers_in(condition: object) -> set[str]:
    """The keys of the questions that a raw condition refers to."""
    return {reference.key for reference in keys_in(condition) if reference.source is Source.ANSWER}


def _terms(part: Mapping[str, Any]) -> set[str]:
    terms = part.get("terms")
    return {term.partition(".")[0] for term in terms if isinstance(term, str)} if isinstance(terms, list) else set()


def users_of(definition: Raw, key: str, inside: Collection[str] = ()) -> list[str]:
    """Who uses a question, by name."""
    return dependents(uses_in(definition, inside or {key}), key)


def serves(definition: Raw, part: Raw, inside: Collection[str] = ()) -> str:
    """« La question « X » sert à la question « Y » et la limite « Z ». », or "" when nothing uses it."""
    names = users_of(definition, part.get("key", ""), inside)
    return f"La question « {part.get('label', '')} » sert à : {enumeration(names)}." if names else ""


def renamed(raw: Any, keys: Mapping[str, str]) -> Any:
    """Raw JSON whose references to questions follow their new keys, in conditions and in computed terms."""
    if isinstance(raw, list):
        return [renamed(one, keys) for one in raw]
    if not isinstance(raw, dict):
        return raw
    found = {name: renamed(value, keys) for name, value in raw.items()}
    if isinstance(raw.get("answer"), str):
        found["answer"] = keys.get(raw["answer"], raw["answer"])
    if isinstance(raw.get("terms"), list):
        found["terms"] = [_renamed_term(term, keys) for term in raw["terms"]]
    return found


def _renamed_term(term: Any, keys: Mapping[str, str]) -> Any:
    if not isinstance(term, str):
        return term
    key, dot, column = term.partition(".")
    return f"{keys.get(key, key)}{dot}{column}"
