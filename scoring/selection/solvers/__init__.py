"""Solvers behind one question: the selection that makes a form largest. Imported only when they are used.

`highs` is our own tree, helped by HiGHS; `highs,cpsat` and `cpsat,highs` by both, in that order; `cpsat` is CP-SAT alone, for a second
opinion.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, cast

from scoring.selection.program import Chosen, Floor, Form, Program
from scoring.selection.watch import Watch

TREE, HIGHS, CPSAT = "tree", "highs", "cpsat"
NAMES = (HIGHS, CPSAT, f"{HIGHS},{CPSAT}", f"{CPSAT},{HIGHS}")
_MODULES = {HIGHS: ("scoring.selection.solvers.tree_first", "highspy"), CPSAT: ("scoring.selection.solvers.cpsat", "ortools")}


class SolverFailed(RuntimeError):
    """The solver gave nothing that holds in whole numbers: there is no answer."""


@dataclass(frozen=True)
class SolverAnswer:
    """`chosen`: the best selection found, None when none was. `is_proven`: nothing is better, or nothing exists."""

    chosen: Chosen | None
    is_proven: bool


class Solver(Protocol):
    """One program, many questions. Every selection answered keeps all floors in whole numbers."""

    name: str
    version: str

    @property
    def parameters(self) -> Mapping[str, str | int | float]: ...

    def maximise(
        self, form: Form, floors: Sequence[Floor] = (), fixed: Mapping[int, int] | None = None, start: Chosen | None = None
    ) -> SolverAnswer:
        """The selection that makes `form` largest, under the rows of the program and `floors`, with `fixed` columns at 0 or 1.

        `start` is a selection known to fit. Raises SolverFailed, and Cancelled when the watch says so.
        """
        ...


class Linear(Protocol):
    """The linear relaxation of one program: a guess in floating point, to be rounded and turned into a proof by `certificate`."""

    def multipliers(self, form: Form, floors: Sequence[Floor], fixed: Mapping[int, int]) -> list[float] | None:
        """What one unit of each row, then of each floor, is worth when `form` is made largest. None: no selection can exist."""
        ...


def is_installed(name: str) -> bool:
    return find_spec(_MODULES[name][1]) is not None


def solver(name: str, program: Program, watch: Watch, seed: int = 0) -> Solver:
    """The solver of that name. Raises KeyError for an unknown name, ImportError when it is not installed."""
    if "," not in name:
        return _built(name, program, watch, seed)
    other = _built(CPSAT, program, watch, seed)
    return _built(HIGHS, program, watch, seed, *([other], []) if name.startswith(CPSAT) else ([], [other]))


def _built(name: str, *arguments: Any) -> Solver:
    build: Callable[..., Solver] = import_module(_MODULES[name][0]).build
    return build(*arguments)


def linear(program: Program, watch: Watch) -> Linear:
    """The relaxation, which HiGHS solves whoever searches: the proof does not depend on who guessed."""
    build: Callable[[Program, Watch], Linear] = import_module(_MODULES[HIGHS][0]).build
    return build(program, watch)


def pair(name: str, program: Program, watch: Watch, seed: int = 0) -> tuple[Solver, Linear]:
    """The solver of that name and the relaxation: one and the same object for HiGHS."""
    found = solver(name, program, watch, seed)
    return found, cast(Linear, found) if name != CPSAT else linear(program, watch)
