"""Who may read a private file: one rule per purpose, declared by the app that owns the purpose. No rule, no access."""

from collections.abc import Callable

_rules: dict[str, Callable] = {}
_shares: dict[str, list[Callable]] = {}


def allow(purpose: str):
    """Decorator: `rule(user, stored_file) -> bool` decides for the files of this purpose."""

    def add(rule):
        if purpose in _rules:
            raise ValueError(f"règle d’accès déjà déclarée : {purpose}")
        _rules[purpose] = rule
        return rule

    return add


def share(purpose: str):
    """Decorator: a higher app opens the files of a purpose to its own readers (a juror reads what is assigned), same form of rule."""

    def add(rule):
        _shares.setdefault(purpose, []).append(rule)
        return rule

    return add


def may_read(user, stored_file) -> bool:
    rule = _rules.get(stored_file.purpose)
    if rule is None or not user.is_authenticated or stored_file.deleted_at is not None:
        return False
    return any(allowed(user, stored_file) for allowed in [rule, *_shares.get(stored_file.purpose, [])])
