"""Who may read a private file: one rule per purpose, declared by the app that owns the purpose. No rule, no access."""

from collections.abc import Callable
from typing import Any

from portal.files.models import StoredFile
from portal.roles import Person

AccessRule = Callable[[Any, StoredFile], bool]  # rule(user, stored_file)

_rules: dict[str, AccessRule] = {}
_shares: dict[str, list[AccessRule]] = {}


def allow(purpose: str) -> Callable[[AccessRule], AccessRule]:
    """Decorator: `rule(user, stored_file) -> bool` decides for the files of this purpose."""

    def add(rule: AccessRule) -> AccessRule:
        if purpose in _rules:
            raise ValueError(f"règle d’accès déjà déclarée : {purpose}")
        _rules[purpose] = rule
        return rule

    return add


def share(purpose: str) -> Callable[[AccessRule], AccessRule]:
    """Decorator: a higher app opens the files of a purpose to its own readers (a juror reads what is assigned), same form of rule."""

    def add(rule: AccessRule) -> AccessRule:
        _shares.setdefault(purpose, []).append(rule)
        return rule

    return add


def may_read(user: Person, stored_file: StoredFile) -> bool:
    rule = _rules.get(stored_file.purpose)
    if rule is None or not user.is_authenticated or (stored_file.deleted_at is not None and not stored_file.is_infected):
        return False  # one that the antivirus closed is not opened either, but its readers are told so
    return any(allowed(user, stored_file) for allowed in [rule, *_shares.get(stored_file.purpose, [])])
