"""What an act needs: somebody can complete it, or it is an occasion, and the act is not offered without it. What it does is said before the press."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from portal.workflow.graph import conditions_of, document, workflow_models
from portal.workflow.machine import transitions_of
from portal.workflow.readiness import Checklist, Opportunity
from portal.workflow.requirements import Occasion, Requirement

machines = pytest.mark.parametrize("model", workflow_models(), ids=lambda model: model.__name__)
ROOT = Path(settings.BASE_DIR)


@machines
def test_each_condition_is_completed_by_somebody_or_is_an_occasion(model):
    conditions = conditions_of(model)

    assert [c.__name__ for c in conditions if not isinstance(c, Requirement)] == []
    assert [c.__name__ for c in conditions if not isinstance(c, Occasion) and not c.completed_by] == []


def calls_in(provider) -> set[str]:
    """The names of the functions that a provider of lines calls."""
    tree = ast.parse(Path(provider.__code__.co_filename).read_text(encoding="utf-8"))
    body = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == provider.__name__)
    return {node.func.id for node in ast.walk(body) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


@machines
def test_a_line_that_nobody_completes_stands_in_a_list_whose_act_is_then_not_offered(model):
    lists = [condition for condition in conditions_of(model) if isinstance(condition, Checklist)]
    said = {(of.__name__, isinstance(of, Opportunity), name) for of in lists for p in of._providers for name in calls_in(p)}

    assert {entry for entry in said if entry[1] and entry[2] == "missing"} == set()
    assert {entry for entry in said if not entry[1] and entry[2] == "past"} == set()


def test_the_page_of_the_workflows_says_who_completes_what():
    page = document()

    assert "| `file_is_complete` | the lycée, in its form |" in page
    assert "| `ready_to_take_back_scoring` | an occasion |" in page


# Acts whose forms say, in words of their own, who hears of them.
SAID_IN_THE_FORM = {
    "Call": {"undo_vote": "scoring/templates/scoring/decision/vote_undo.html"},
    "Application": {"request_completion": "calls/templates/calls/officer/request_completion.html"},
    "FundingDecision": {"release": "scoring/templates/scoring/decision/release.html"},
    "PurchaseOrder": {
        "close_out": "orders/templates/orders/close_out.html",
        "cancel_delivery": "orders/templates/orders/delivery_cancel.html",
        "cancel_only_delivery": "orders/templates/orders/delivery_cancel.html",
        "return_goods": "orders/templates/orders/order_return.html",
        "return_all_goods": "orders/templates/orders/order_return.html",
        "cancel_return": "orders/templates/orders/return_cancel.html",
        "cancel_return_complete": "orders/templates/orders/return_cancel.html",
        "reopen_reserves": "orders/templates/orders/reserve_reopen.html",
    },
    "CablingWork": {
        "order": "orders/templates/orders/service_order.html",
        "reopen_reserves": "orders/templates/orders/reserve_reopen.html",
    },
}
BY_ITSELF = {
    "Application": {"lapse_new_version"},
    "FundingDecision": {"decline", "restore"},
    "FactDeclaration": {"supersede"},
    "Partnership": {"drop"},
}  # no person may ask for it


@machines
def test_an_act_that_mails_others_says_so_before_the_press(model):
    mailing = {arrow.name: arrow.custom for arrow in transitions_of(model()) if arrow.custom.get("notify")}
    forms = SAID_IN_THE_FORM.get(model.__name__, {})
    silent = {name for name, custom in mailing.items() if not custom.get("effects")}

    assert silent == set(forms) | BY_ITSELF.get(model.__name__, set())
    pages = {name: (ROOT / path).read_text(encoding="utf-8") for name, path in forms.items()}
    assert {name for name, page in pages.items() if not any(word in page for word in ("courriel", "message", "lettre"))} == set()


@machines
def test_an_act_offered_says_what_it_does(model):
    """Whether or not it mails: what is frozen, what may still be undone."""
    offered = {arrow.name: arrow.custom for arrow in transitions_of(model()) if not arrow.custom.get("hidden")}

    assert {name for name, custom in offered.items() if not custom.get("effects")} == set()
