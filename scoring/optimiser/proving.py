"""A proof that goes on from an answer already given: `python -m scoring.optimiser.proving`, from stdin to stdout.

Reads {"instance", "result", "seconds", "explain"} as JSON, prints the result as `python -m scoring.selection` does: the same selection with
more of it proved, or a better one; its explanations with their proofs, or without where somebody waits for them (`explain` is "first").
Pure: no Django, no database.
"""

import json
import sys
from time import process_time
from typing import Any, TextIO

from scoring.selection.command import described, explained, told_on
from scoring.selection.instance import Instance
from scoring.selection.proof.proving import Budget, prove
from scoring.selection.result import ACCEPTED, EXPLAINED_AND_PROVED, Result


def main(stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Exit code 0; an instance or a result that cannot be read raises, and so does a proof that the checker refuses."""
    given: dict[str, Any] = json.loads(stdin.read())
    tell = told_on(stderr)
    instance = Instance.from_dict(given["instance"])
    budget = Budget(**{key: given[key] for key in ("seconds", "lines") if key in given})
    result = Result.from_dict(given["result"])
    if (result.proof or {}).get("verdict") != ACCEPTED:
        result = prove(instance, result, budget, tell=tell)
    printed = result.to_dict() | described(instance, result)
    if asked := given.get("explain"):
        seconds = max(0.0, given["seconds"] - process_time()) if "seconds" in given else None
        printed |= explained(instance, result, tell, seconds, proved=asked == EXPLAINED_AND_PROVED)
    stdout.write(json.dumps(printed, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin, sys.stdout, sys.stderr))
