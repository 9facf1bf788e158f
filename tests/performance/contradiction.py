"""One minimal conflict and the cheapest way out of rules that cannot hold, as one process to be measured."""

import json
import sys
from pathlib import Path

from scoring.selection.explanations.conflicts import conflicts
from scoring.selection.explanations.relaxations import relaxations
from scoring.selection.instance import Instance
from scoring.selection.solve import Status, solve

if __name__ == "__main__":
    read = Instance.from_dict(json.loads(Path(sys.argv[1]).read_text()))
    if solve(read).status is not Status.INFEASIBLE:
        sys.exit("these rules can hold")
    print(conflicts(read, limit=1), relaxations(read, limit=1))
