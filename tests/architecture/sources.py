"""The source of the portal, read and parsed once for every rule that looks at it."""

import ast
import gc
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "calls", "scoring", "orders", "cms", "exports")
COMMENT = re.compile(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)
SYNTAX = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
OPENING_TAG = re.compile(r"<[a-zA-Z][^>]*>", re.DOTALL)
TAG = re.compile(r"<[^>]*>", re.DOTALL)


def parsed(source: str) -> ast.Module:
    """The tree of a source, without a collection of garbage meanwhile.

    Up to Python 3.11.7, a finalizer that parses too (a traceback does) in the middle of a parse makes it fail: "AST constructor recursion
    depth mismatch" (CPython, gh-106905).
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(source)
    finally:
        if collecting:
            gc.enable()


@dataclass(frozen=True)
class Module:
    """One module of Python."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(parsed(self.path.read_text())))

    @cached_property
    def method_calls(self) -> list[ast.Call]:
        return [node for node in self.nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]


@dataclass(frozen=True)
class Template:
    """One template of a page."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def source(self) -> str:
        """Without its comments."""
        return COMMENT.sub("", self.path.read_text())

    @cached_property
    def tags(self) -> list[str]:
        """The opening tags, without what the template language writes inside them."""
        return OPENING_TAG.findall(SYNTAX.sub("", self.source))

    @cached_property
    def words(self) -> str:
        """What is written for people: a bar in place of each tag, an X in place of each value."""
        return TAG.sub("|", SYNTAX.sub("X", self.source))


MODULES = [Module(p) for app in APPS for p in sorted((ROOT / app).rglob("*.py")) if "migrations" not in p.parts]
TEMPLATES = [Template(p) for app in APPS for p in sorted((ROOT / app).rglob("templates/**/*.html"))]


def offences(sources: list, find: Callable[..., list]) -> dict[str, list]:
    """What `find` finds, by file; nothing for the files that keep the rule."""
    return {source.name: found for source in sources if (found := find(source))}
