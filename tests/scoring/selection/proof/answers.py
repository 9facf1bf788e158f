"""Answers with their proof, as the checker reads them."""

import json

from portal.text.canonical import canonical
from scoring.selection.explanations.evidence import Evidence
from scoring.selection.explanations.explain import explain
from scoring.selection.instance import Instance
from scoring.selection.proof.check_selection import check
from scoring.selection.proof.proving import best
from scoring.selection.proof.tree import Budget
from scoring.selection.result import Doctrine, Result


def proved(value: dict, doctrine: Doctrine = Doctrine.SUM, **budget) -> Result:
    """The best selection of an instance, with its proof."""
    return best(Instance.from_dict(value), doctrine, budget=Budget(**budget))


def verdict(value: dict, result: Result | dict) -> int:
    """What the checker answers of a result, as it is or as it was altered."""
    printed = result if isinstance(result, dict) else result.to_dict()
    return check(canonical(Instance.from_dict(value).to_dict()), json.dumps(printed))[0]


def explained(value: dict, doctrine: Doctrine = Doctrine.SUM, *, full: bool = False, seconds: float | None = None) -> dict:
    """The same with its explanations and their proofs, as they are printed."""
    instance, result = Instance.from_dict(value), proved(value, doctrine)
    evidence = Evidence(instance, result, seconds)
    told = explain(instance, result, full=full, evidence=evidence)
    return json.loads(
        json.dumps(result.to_dict() | {"explanations": told, "proof": dict(result.proof) | {"explanations": evidence.claims}})
    )
