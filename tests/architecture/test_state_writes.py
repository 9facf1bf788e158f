"""A state changes only through the gate: any other write in the source is found here."""

import ast

from django.apps import apps

from tests.architecture.sources import MODULES, Module, offences

# Models with a plain `state` column, which no workflow drives: the outbox, jobs, the directory.
PLAIN_STATE = ("portal/notifications/", "portal/jobs/", "portal/directory/")
# What may make a transition, and what cannot: a pure package knows no model (import contract).
GATE, PURE = "portal/workflow/gate.py", "scoring/selection/"
# Names that other objects use too (Signal.send, file.open…) are told apart by what they are called on.
AMBIGUOUS = set("open close send order start accept submit cancel release approve publish invoice decide".split())
SUBJECTS = set("call application assessment session decision order work obj instance fresh".split())
ACTIONS = set("actions files assessments sessions decisions instruction".split())


def workflow_models():
    return [m for m in apps.get_models() if any(type(f).__name__ == "FSMField" for f in m._meta.fields)]


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


def test_no_state_is_written_outside_the_gate():
    def assigned(module: Module) -> list[int]:
        return [
            node.lineno
            for node in module.nodes
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Attribute)
            and target.attr == "state"
            and getattr(target.value, "id", "") not in ("self", "job", "message", "row")
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


def test_no_transition_is_called_outside_the_gate():
    names = {t.name for model in workflow_models() for t in model().get_all_state_transitions()}

    def direct(module: Module) -> list[tuple[int, str]]:
        return [
            (node.lineno, node.func.attr)
            for node in module.method_calls
            if node.func.attr in names
            and (node.func.attr not in AMBIGUOUS or getattr(node.func.value, "id", "") in SUBJECTS)
            and getattr(node.func.value, "id", "") not in ACTIONS
        ]

    assert offences([module for module in MODULES if module.name != GATE and not module.name.startswith(PURE)], direct) == {}
