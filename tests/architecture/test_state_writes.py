"""A state changes only through the gate: any other write in the source is found here, any other call is refused by the machine."""

import ast

from django.apps import apps

from portal.workflow.fields import StateField
from tests.architecture.sources import MODULES, Module, offences

# Models with a plain `state` column, which no workflow drives: the outbox, jobs, the directory.
PLAIN_STATE = ("portal/notifications/", "portal/jobs/", "portal/directory/")
GATE = "portal/workflow/gate.py"


def workflow_models():
    return [m for m in apps.get_models() if any(isinstance(f, StateField) for f in m._meta.fields)]


def test_every_workflow_is_known():
    assert {m.__name__ for m in workflow_models()} == {
        "FactDeclaration",
        "Partnership",
        "SchoolClosure",
        "Call",
        "Application",
        "Assessment",
        "SelectionSession",
        "FundingDecision",
        "PurchaseOrder",
        "CablingWork",
        "Thread",
        "JuryQuestion",
        "Opinion",
    }


def test_every_workflow_field_is_protected():
    fields = [f for m in workflow_models() for f in m._meta.fields if isinstance(f, StateField)]

    assert [f for f in fields if not f.protected] == []


def test_no_state_is_written_outside_the_gate():
    def assigned(module: Module) -> list[int]:
        return [
            node.lineno
            for node in module.nodes
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Attribute)
            and target.attr == "state"
            and getattr(target.value, "id", "")
            not in ("self", "job", "message", "row", "signed_in")  # jobs, messages, what a provider sent back
        ]

    assert offences(MODULES, assigned) == {}


def test_no_state_is_updated_in_bulk():
    def bulk(module: Module) -> list[int]:
        return [
            node.lineno
            for node in module.method_calls
            if node.func.attr in ("update", "bulk_update")
            and (
                any(keyword.arg == "state" for keyword in node.keywords)
                or any(isinstance(c, ast.Constant) and c.value == "state" for arg in node.args for c in ast.walk(arg))
            )
        ]

    assert offences([module for module in MODULES if not module.name.startswith(PLAIN_STATE)], bulk) == {}


def test_only_the_gate_opens_itself():
    """Calls of a transition elsewhere are refused when they happen (tests/portal/workflow/test_opening.py)."""

    def opening(module: Module) -> list[int]:
        return [node.lineno for node in module.nodes if isinstance(node, ast.alias | ast.Name) and "opened_for" in ast.dump(node)]

    assert list(offences(MODULES, opening)) == [GATE]
