"""A role is named where rules are written; everywhere else, one asks a rule. Adding a role then changes the rules that it enters."""

import ast

from tests.architecture.sources import MODULES, Module, offences

# Where a role is named, and why.
WORDS = ("portal/roles.py", "portal/accounts/")  # what roles are, who gives them, what a grant is
PERIMETERS = ("calls/models/application.py",)  # a role held for one authority only
DEMONSTRATION = ("cms/demo/", "cms/rehearsal/", "orders/demo.py")  # made-up people, by role


def named(module: Module) -> list[int]:
    """Lines that name a role (`Role.HEAD`) or a set of roles (`STAFF_ROLES`)."""
    found = [n.lineno for n in module.nodes if isinstance(n, ast.Attribute) and getattr(n.value, "id", "") == "Role"]
    return found + [n.lineno for n in module.nodes if isinstance(n, ast.Name) and n.id.endswith("_ROLES")]


def asks_a_head(module: Module) -> list[int]:
    """Lines that ask whether somebody holds the role of head and no other: a delegate would be left out (`portal.signing.may_sign`)."""
    calls = [n for n in module.nodes if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "holds"]
    return [n.lineno for n in calls if [getattr(role, "attr", "") for role in n.args] == ["HEAD"]]


def test_what_a_head_signs_is_asked_where_delegations_are_known():
    assert offences(MODULES, asks_a_head) == {}


def test_roles_are_named_in_rules_alone():
    others = [m for m in MODULES if not m.name.endswith("/rules.py") and not m.name.startswith(WORDS + PERIMETERS + DEMONSTRATION)]

    assert offences(others, named) == {}
