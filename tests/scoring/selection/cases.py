"""Small instances written by hand, and the samples with proven optima where the environment has them."""

import json
import os
from pathlib import Path

SAMPLES = Path(os.environ.get("PREAU_DATA", "/nonexistent")) / "selection"
SMALL_SAMPLES = ("s01_tiny", "s02_impossible", "s03_levels")


def file(key, score="10", cents=1000, *groups, rank=1, **more):
    """One file with one line of money."""
    return {"id": key, "rank": rank, "score": score, "groups": list(groups), "amounts": {"inv": cents}, **more}


def count(rule_id, scope="*", **bounds):
    return {"id": rule_id, "measure": "count", "scope": scope, **bounds}


def amount(rule_id, scope="*", **bounds):
    return {"id": rule_id, "measure": "amount", "scope": scope, **bounds}


def instance(*files, rules=(), **more):
    return {"applications": list(files), "rules": list(rules), **more}


def sample(name):
    return json.loads((SAMPLES / f"{name}.json").read_text())


def legal(value):
    """Does the reader take it? Drawn rules may ask for more files than a group has, which it refuses."""
    from scoring.selection.instance import Instance, InvalidInstance

    try:
        Instance.from_dict(value)
    except InvalidInstance:
        return False
    return True
