"""A state changes only through the gate: any other write in the source is found here."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "calls", "scoring", "orders", "cms", "exports")
SOURCES = sorted(p for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts)


def workflow_models():
    return [m for m in apps.get_models() if any(type(f).__name__ == "FSMField" for f in m._meta.fields)]


def transition_names() -> set[str]:
    return {t.name for model in workflow_models() for t in model().get_all_state_transitions()}


def test_every_workflow_is_known():
    assert {m.__name__ for m in workflow_models()} == {
        "Call",
        "Application",
        "Assessment",
        "SelectionSession",
        "FundingDecision",
        "PurchaseOrder",
        "CablingWork",
    }


def test_every_workflow_field_is_protected():
    fields = [f for m in workflow_models() for f in m._meta.fields if type(f).__name__ == "FSMField"]

    assert [f for f in fields if not f.protected] == []


def calls_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


WORKFLOW_BASES = {"messages", "files", "super"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_state_is_written_outside_the_gate(path):
    tree = ast.parse(path.read_text())

    assigned = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute)
        and target.attr == "state"
        and getattr(target.value, "id", "") not in ("self", "job", "message", "row")
    ]

    assert assigned == []


# Models with a plain `state` column, which no workflow drives: the outbox, jobs, the directory.
PLAIN_STATE = ("portal/notifications/", "portal/jobs/", "portal/directory/")


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_state_is_updated_in_bulk(path):
    if str(path.relative_to(ROOT)).startswith(PLAIN_STATE):
        return
    tree = ast.parse(path.read_text())

    bulk = [
        node.lineno
        for node in calls_of(tree)
        if node.func.attr in ("update", "bulk_update")
        and (
            any(keyword.arg == "state" for keyword in node.keywords)
            or any(isinstance(c, ast.Constant) and c.value == "state" for arg in node.args for c in ast.walk(arg))
        )
    ]

    assert bulk == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_transition_is_called_outside_the_gate(path):
    if path.name == "gate.py":
        return
    # Names that other objects use too (Signal.send, file.open…) are told apart by what they are called on.
    ambiguous = {
        "open",
        "close",
        "send",
        "order",
        "start",
        "accept",
        "submit",
        "cancel",
        "release",
        "approve",
        "publish",
        "invoice",
        "decide",
    }
    subjects = {"call", "application", "assessment", "session", "decision", "order", "work", "obj", "instance", "fresh"}
    names = transition_names()

    direct = [
        (node.lineno, node.func.attr)
        for node in calls_of(ast.parse(path.read_text()))
        if node.func.attr in names
        and (node.func.attr not in ambiguous or (isinstance(node.func.value, ast.Name) and node.func.value.id in subjects))
        and not (
            isinstance(node.func.value, ast.Name)
            and node.func.value.id in ("actions", "files", "assessments", "sessions", "decisions", "instruction")
        )
    ]

    assert direct == []
