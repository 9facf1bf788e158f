"""A proof that goes on from an answer already given: `python -m scoring.optimiser.proving`, from stdin to stdout.

Reads {"instance", "result", "seconds", "explain"} as JSON, prints the result as `python -m scoring.selection` does: the same selection with
more of it proved, or a better one. Pure: no Django, no database.
"""

import json
import sys
from typing import Any, TextIO

from scoring.selection.explanations.explain import explain
from scoring.selection.gauges import figures, gauges
from scoring.selection.instance import Instance
from scoring.selection.proof.proving import Budget, prove
from scoring.selection.result import Result


def main(stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Exit code 0; an instance or a result that cannot be read raises, and so does a proof that the checker refuses."""
    given: dict[str, Any] = json.loads(stdin.read())

    def tell(done: int, total: int, note: str) -> None:
        stderr.write(json.dumps({"done": done, "total": total, "note": note}, ensure_ascii=False) + "\n")
        stderr.flush()

    instance = Instance.from_dict(given["instance"])
    budget = Budget(**{key: given[key] for key in ("seconds", "lines") if key in given})
    result = prove(instance, Result.from_dict(given["result"]), budget, tell=tell)
    printed = result.to_dict() | {"warnings": [warning.to_dict() for warning in instance.warnings]}
    if result.selection is not None:
        counted = [gauge.to_dict() for gauge in gauges(instance, result.selection)]
        printed |= {"figures": figures(instance, result.selection), "gauges": counted}
    if given.get("explain"):
        printed["explanations"] = explain(instance, result, progress=tell)
    stdout.write(json.dumps(printed, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin, sys.stdout, sys.stderr))
