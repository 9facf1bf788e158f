"""How sure each place is when the marks are drawn again among those received: `python -m scoring.optimiser.resampling`, from stdin to stdout.

Reads {"instance", "result", "marks": {file: [[body, points]…]}} as JSON, prints {"robustness": …}. Pure: no Django, no database.
"""

import json
import sys
from decimal import Decimal
from typing import Any, TextIO

from scoring.selection.command import told_on
from scoring.selection.explanations.explain import JuryMarks, sureness
from scoring.selection.instance import Instance
from scoring.selection.solve import Result

DRAWS = 200


def main(stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Exit code 0; an instance or a result that cannot be read raises."""
    given: dict[str, Any] = json.loads(stdin.read())
    marks = {file: [(str(body), Decimal(points)) for body, points in row] for file, row in given["marks"].items()}

    instance, result = Instance.from_dict(given["instance"]), Result.from_dict(given["result"])
    answer = sureness(instance, result, JuryMarks(marks, {}, given.get("draws", DRAWS)), progress=told_on(stderr))
    stdout.write(json.dumps({"robustness": answer}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin, sys.stdout, sys.stderr))
