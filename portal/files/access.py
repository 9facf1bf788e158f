"""Who may read a private file: one rule per purpose, declared by the app that owns the purpose. No rule, no access."""

from collections.abc import Callable

_rules: dict[str, Callable] = {}


def allow(purpose: str):
    """Decorator: `rule(user, stored_file) -> bool` decides for the files of this purpose."""

    def add(rule):
        if purpose in _rules:
            raise ValueError(f"règle d’accès déjà déclarée : {purpose}")
        _rules[purpose] = rule
        return rule

    return add


def may_read(user, stored_file) -> bool:
    rule = _rules.get(stored_file.purpose)
    return bool(rule and user.is_authenticated and stored_file.deleted_at is None and rule(user, stored_file))
