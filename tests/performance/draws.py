"""Two hundred draws of the marks of a jury, three marks a file, as one process to be measured."""

import json
import random
import sys
from decimal import Decimal
from pathlib import Path

from scoring.selection.explanations.case import Case
from scoring.selection.explanations.robustness import robustness
from scoring.selection.instance import Instance
from scoring.selection.solve import solve

BODIES = ("region", "academie", "draaf")


def marks(instance: Instance, seed: int = 0) -> dict[str, list[tuple[str, Decimal]]]:
    """One mark of each body, around the score."""
    chance = random.Random(seed)
    return {
        application.id: [(body, application.score + Decimal(chance.randint(-30, 30)) / 10) for body in BODIES]
        for application in instance.applications
    }


if __name__ == "__main__":
    read = Instance.from_dict(json.loads(Path(sys.argv[1]).read_text()))
    found = robustness(Case(read, solve(read)), marks(read), draws=200)
    print(sum(found.times.values()) // found.draws)
