"""The package stands alone but for the words and the canonical JSON of the portal, as pure as it is; it costs nothing until a solver is needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import scoring.selection

ROOT = Path(scoring.selection.__file__).parent
SOLVERS = {"highspy", "ortools"}
GROUND = {"portal.text.canonical", "portal.text.french"}
UNDER = {"portal.text.folding"}  # what the ground itself stands on
MODULES = sorted(ROOT.rglob("*.py"))


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(ROOT)) for path in MODULES])
def test_a_module_imports_its_own_package_its_ground_and_the_standard_library(path):
    outside = {name.partition(".")[0] for name in imported(path) if not name.startswith("scoring.selection") and name not in GROUND}
    allowed = {"solvers": {"numpy", *SOLVERS}, "statistics": {"numpy"}, "explanations": {"numpy"}}

    assert outside - sys.stdlib_module_names <= allowed.get(path.parent.name, set())


@pytest.mark.parametrize("module", ["solve", "verify", "gauges", "command"])
def test_nothing_heavy_is_loaded_by_an_import(module):
    script = f"import sys, scoring.selection.{module}; print(sorted({{'numpy', 'highspy', 'ortools', 'django'}} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_verification_runs_on_the_standard_library_alone():
    script = """
import json, sys
from scoring.selection.instance import Instance
from scoring.selection.verify import verify
instance, result = json.load(sys.stdin)
report = verify(Instance.from_dict(instance), [tuple(pair) for pair in result["selected"]], result["certificate"])
outside = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names) - {"portal", "scoring", "__main__", "__mp_main__"}
print(report.is_best, sorted(name for name in outside if not name.startswith("_")), sorted(n for n in sys.modules if n.startswith("portal.text.")))
"""
    import json

    from scoring.selection.instance import Instance
    from scoring.selection.solve import solve
    from tests.scoring.selection.families import family

    value = family("places", 50, 1)
    given = json.dumps([value, solve(Instance.from_dict(value)).to_dict()])

    ran = subprocess.run([sys.executable, "-S", "-c", script], input=given, capture_output=True, text=True, check=True, cwd=ROOT.parents[1])

    assert ran.stdout == f"True [] {sorted(GROUND | UNDER)}\n"
