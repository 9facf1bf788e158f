"""A state or an outcome is named by its enum: a literal misspelt, or forgotten when the enum changes, would fail silently."""

import ast
import re

from tests.architecture.sources import MODULES, TEMPLATES, Module, offences, parsed

WORD = re.compile(r"(^|_)(state|outcome)(__in|__exact)?$")
TESTED = re.compile(
    r"""[\w.]+\.(?:state|outcome)\s*(?:==|!=|not in\b|in\b)\s*["'][^%]*|["']\w+["']\s*(?:==|!=)\s*[\w.]+\.(?:state|outcome)\b"""
)


def is_literal(node: ast.AST) -> bool:
    """A word in quotes, or a collection that holds one; the empty string is the absence of an outcome."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(map(is_literal, node.elts))
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != ""


def names_a_state(node: ast.AST) -> bool:
    return bool(WORD.search(getattr(node, "attr", getattr(node, "id", ""))))


def compared(module: Module) -> list[int]:
    """Lines where a state is compared with a literal, or looked for under one (`filter(state="draft")`, `Q(state__in=["draft"])`)."""
    found = []
    for node in module.nodes:
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(map(is_literal, sides)) and any(map(names_a_state, sides)):
                found.append(node.lineno)
        elif isinstance(node, ast.keyword) and WORD.search(node.arg or "") and is_literal(node.value):
            found.append(node.value.lineno)
    return found


def test_no_state_is_compared_with_a_literal_in_python():
    assert offences(MODULES, compared) == {}


def test_no_state_is_compared_with_a_literal_in_a_template():
    assert offences(TEMPLATES, lambda template: TESTED.findall(template.source)) == {}


def test_the_rule_sees_what_it_forbids():
    source = 'a.state == "draft"\nfilter(call__state__in=["voted"])\nb.outcome in ("awarded",)\na.state == State.DRAFT\na.outcome == ""\n'
    nodes = list(ast.walk(parsed(source)))

    assert compared(type("Sample", (), {"nodes": nodes})) == [1, 3, 2]
    assert TESTED.search('{% if call.state == "draft" %}') and not TESTED.search("{% if call.is_draft %}")
