"""The measuring stick: one score-only solve of an instance by scipy, gap 0. Runs alone, in the environment of the benchmark.

Written on the JSON format, without a line of `scoring.selection`: its answer is in floating point and may break a rule by a cent.
"""

import json
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array


def in_scope(file, scope):
    match scope:
        case None | "*":
            return True
        case {"any": labels}:
            return any(label in file["groups"] for label in labels)
        case {"all": labels}:
            return all(label in file["groups"] for label in labels)
        case {"ids": ids}:
            return file["id"] in ids
        case {"not": inner}:
            return not in_scope(file, inner)
        case _:
            return scope in file["groups"]


class Model:
    """Columns are options, then the slacks of soft sides; rows are `low <= sum <= high`."""

    def __init__(self, instance):
        self.options = [(file, option) for file in instance["applications"] for option in file.get("options") or [file]]
        self.values = [float(option.get("value", file["score"])) for file, option in self.options]
        self.upper = [1.0] * len(self.options)
        self.data, self.row, self.column, self.low = [], [], [], []
        for rule in instance["rules"]:
            self.add_rule(rule)
        for file in instance["applications"]:
            if len(file.get("options", ())) > 1:
                self.add({at: -1 for at, (owner, _) in enumerate(self.options) if owner is file}, -1)

    def add(self, coefficients, low):
        self.column += coefficients.keys()
        self.data += coefficients.values()
        self.row += [len(self.low)] * len(coefficients)
        self.low.append(low)

    def add_rule(self, rule):
        money, share = rule["measure"].startswith("amount"), rule["measure"].endswith("share")
        for end, sign in (("min", 1), ("max", -1)):
            if rule.get(end) is None:
                continue
            part, whole = Fraction(rule[end]).as_integer_ratio()
            coefficients = {}
            for at, (file, option) in enumerate(self.options):
                worth = self.cents(option, rule.get("line")) if money else 1
                inside = whole if in_scope(file, rule.get("scope")) else 0
                coefficient = sign * worth * (inside - part if share else inside)
                if coefficient:
                    coefficients[at] = coefficient
            if rule.get("penalty") is not None:
                coefficients[len(self.upper)] = (rule.get("unit", 1) if money else 1) * whole
                self.upper.append(np.inf)
                self.values.append(-float(rule["penalty"]))
            self.add(coefficients, 0 if share else sign * part)

    @staticmethod
    def cents(option, line):
        return sum(option["amounts"].values()) if line is None else option["amounts"].get(line, 0)

    def solve(self):
        matrix = csr_array((np.array(self.data, float), (self.row, self.column)), shape=(len(self.low), len(self.upper)))
        return milp(
            -np.array(self.values),
            constraints=LinearConstraint(matrix, np.array(self.low, float), np.inf),
            integrality=np.ones(len(self.upper)),
            bounds=Bounds(0, np.array(self.upper)),
            options={"mip_rel_gap": 0.0},
        )


if __name__ == "__main__":
    found = Model(json.loads(Path(sys.argv[1]).read_text())).solve()
    print("impossible" if found.x is None else f"{-found.fun:.2f}")
