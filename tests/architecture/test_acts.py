"""Whoever reads a history reads French: each act written to the journal has a name."""

import ast

from django.apps import apps

from portal.journal import acts
from portal.workflow.fields import StateField
from portal.workflow.machine import transitions_of
from tests.architecture.sources import MODULES, Module, offences


def recorded_acts(module: Module) -> set[str]:
    """The names given to `record(subject, "name", …)` in one module."""
    calls = [node for node in module.nodes if isinstance(node, ast.Call)]
    named = [node for node in calls if getattr(node.func, "attr", getattr(node.func, "id", "")) == "record" and len(node.args) > 1]
    return {node.args[1].value for node in named if isinstance(node.args[1], ast.Constant) and isinstance(node.args[1].value, str)}


def test_every_act_of_the_journal_has_a_french_name():
    workflows = [m for m in apps.get_models() if any(isinstance(f, StateField) for f in m._meta.fields)]
    known = acts.registered() | {t.name for model in workflows for t in transitions_of(model())}

    assert offences(MODULES, lambda module: sorted(recorded_acts(module) - known)) == {}
