#!/usr/bin/env bash
# ortools 9.15.6755, CP-SAT: a maximum is reported OPTIMAL, with an equal bound, where a selection worth far more keeps every constraint.
# Seen: six files, five at most, two thirds of the euros at least for two of them (whole numbers throughout). With linearization_level 2,
# cp_model_probing_level 0 and symmetry_level 0, one worker: OPTIMAL 48. By hand, and with presolve_inclusion_work_limit 0 beside them: 83.
# The same three parameters are right on every other shape we tried; the bound that comes with the answer is wrong too, so that nothing in
# the answer tells. What a solver reports optimal is to be proved apart. Reported upstream as google/or-tools#5293.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "ortools==9.15.6755"
cat >"$folder/seen.py" <<'PY'
from itertools import product

from ortools.sat.python import cp_model

CENTS = [333300, 3333, 3000, 200000, 200000, 3333]
POINTS = [2, 2, 40, 37, 2, 2]
RURAL = [1, 0, 0, 0, 1, 0]
PART, WHOLE = 333333, 500000  # 0.666666
SHARE = [WHOLE * cents * rural - PART * cents for cents, rural in zip(CENTS, RURAL)]
MEASURED = {"linearization_level": 2, "cp_model_probing_level": 0, "symmetry_level": 0}


def solved(**parameters: int) -> tuple[str, int, int]:
    """(status, points, bound) under these parameters."""
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in CENTS]
    model.add(sum(chosen) <= 5)
    model.add(sum(share * one for share, one in zip(SHARE, chosen)) >= 0)
    model.maximize(sum(points * one for points, one in zip(POINTS, chosen)))
    solver = cp_model.CpSolver()
    for name, value in {"num_workers": 1, **parameters}.items():
        setattr(solver.parameters, name, value)
    return solver.status_name(solver.solve(model)), round(solver.objective_value), round(solver.best_objective_bound)


def by_hand() -> int:
    """The best of the 64 selections, each added up."""
    kept = (one for one in product((0, 1), repeat=6) if sum(one) <= 5 and sum(s for s, taken in zip(SHARE, one) if taken) >= 0)
    return max(sum(points for points, taken in zip(POINTS, one) if taken) for one in kept)


found = {"by hand": by_hand(), "measured": solved(**MEASURED), "repaired": solved(**MEASURED, presolve_inclusion_work_limit=0)}
print(found)
assert found == {"by hand": 83, "measured": ("OPTIMAL", 48, 48), "repaired": ("OPTIMAL", 83, 83)}, found
PY
"$folder/venv/bin/python" "$folder/seen.py"
