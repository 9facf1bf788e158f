"""A module that one reads in a sitting, a function that one sees whole."""

import ast
from pathlib import Path

from tests.architecture.sources import MODULES, ROOT, Module

LINES_OF_A_MODULE, LINES_OF_A_FUNCTION = 400, 40
TESTS = [Module(path) for path in sorted((ROOT / "tests").rglob("*.py"))]


def lines_of(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_module_is_longer_than_four_hundred_lines():
    assert {module.name: lines_of(module.path) for module in [*MODULES, *TESTS] if lines_of(module.path) > LINES_OF_A_MODULE} == {}


def test_no_function_is_longer_than_forty_lines():
    """Its docstring included: what needs more words has a page of its own."""
    functions = [
        (module.name, node)
        for module in [*MODULES, *TESTS]
        for node in module.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    assert len(functions) > 5_000  # the sources were found
    assert [f"{name} {one.name}" for name, one in functions if one.end_lineno - one.lineno >= LINES_OF_A_FUNCTION] == []
