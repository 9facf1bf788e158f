"""Whoever reads a history reads French: each act written to the journal has a name."""

import ast
from pathlib import Path

from django.apps import apps

from portal.ui import acts
from portal.workflow.machine import transitions_of

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "calls", "scoring", "orders", "cms", "exports")
SOURCES = sorted(p for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts)


def recorded_acts(path: Path) -> set[str]:
    """The names given to `record(subject, "name", …)` in one file."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    named = [node for node in calls if getattr(node.func, "attr", getattr(node.func, "id", "")) == "record" and len(node.args) > 1]
    return {node.args[1].value for node in named if isinstance(node.args[1], ast.Constant) and isinstance(node.args[1].value, str)}


def test_every_act_of_the_journal_has_a_french_name():
    workflows = [m for m in apps.get_models() if any(type(f).__name__ == "FSMField" for f in m._meta.fields)]
    known = acts.registered() | {t.name for model in workflows for t in transitions_of(model())}
    recorded = {act: str(path.relative_to(ROOT)) for path in SOURCES for act in recorded_acts(path)}

    assert {act: where for act, where in recorded.items() if act not in known} == {}
