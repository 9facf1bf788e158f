#!/usr/bin/env bash
# highspy 1.14.0: coefficients of 1e-9 or less are dropped from the model, and what is solved is another problem. passModel answers
# kWarning, writes a line to the log, and the solution is then reported optimal (kOptimal) without a trace of it.
# Seen: three files of 4, 3 and 2 cents under a ceiling of 5 cents, written in units of 10^10 cents (0.4e-9, 0.3e-9, 0.2e-9 under 0.5e-9):
# all three are chosen (9 cents). In units of cents: two (5 cents). A budget in large units needs its status read and its sums redone.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "highspy==1.14.0" "numpy==2.4.6"
cat >"$folder/seen.py" <<'PY'
import highspy
import numpy

COSTS, CEILING, POINTS = [4, 3, 2], 5, [4, 3, 2]


def chosen(unit: float) -> tuple[str, str, int]:
    """(status of passModel, status of the model, cents chosen) with amounts written in `unit` cents."""
    model = highspy.HighsModel()
    lp = model.lp_
    lp.num_col_, lp.num_row_ = 3, 1
    lp.col_cost_ = -numpy.array(POINTS, dtype=float)
    lp.col_lower_, lp.col_upper_ = numpy.zeros(3), numpy.ones(3)
    lp.row_lower_, lp.row_upper_ = numpy.array([-highspy.kHighsInf]), numpy.array([CEILING / unit])
    lp.a_matrix_.start_ = numpy.array([0, 1, 2, 3])
    lp.a_matrix_.index_ = numpy.array([0, 0, 0])
    lp.a_matrix_.value_ = numpy.array(COSTS, dtype=float) / unit
    lp.integrality_ = [highspy.HighsVarType.kInteger] * 3
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    passed = solver.passModel(model)
    solver.run()
    values = solver.getSolution().col_value
    return passed.name, solver.getModelStatus().name, sum(cost for cost, value in zip(COSTS, values) if value > 0.5)


print("in cents:", chosen(1), "in units of 1e10 cents:", chosen(1e10))
assert chosen(1) == ("kOk", "kOptimal", 5), chosen(1)
assert chosen(1e10) == ("kWarning", "kOptimal", 9), chosen(1e10)
PY
"$folder/venv/bin/python" "$folder/seen.py"
