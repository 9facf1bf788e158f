"""The command line: reads an instance, prints the result as JSON. Nothing is printed before all is known."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from time import process_time
from typing import Any, TextIO

from portal.text.french import NBSP
from scoring.selection import solvers
from scoring.selection.confirm import confirm
from scoring.selection.gauges import figures, gauges
from scoring.selection.instance import Instance, InvalidInstance
from scoring.selection.reading import MAX_BYTES, parse
from scoring.selection.solve import TIME_LIMIT, Doctrine, Result, Status, solve
from scoring.selection.solvers import SolverFailed

Tell = Callable[[int, int, str], None]
LONGEST = 3600  # seconds
PROOF_TIME = 30.0  # seconds of processor
WIDTH = 100  # of the help; unless it is said, argparse loads what reads archives to ask the terminal for its own
FAILED, INVALID = 1, 2
EXIT_CODES = {Status.PROVEN: 0, Status.BOUNDED: 3, Status.INFEASIBLE: 4}


def main(argv: Sequence[str], stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Exit code: 0 proved, 3 bounded, 4 impossible rules, 2 bad instance (its problems on `stderr`), 1 the solver failed."""
    parser = argparse.ArgumentParser(
        prog="python -m scoring.selection",
        description="La meilleure sélection sous les règles d’un appel, avec sa preuve.",
        formatter_class=partial(argparse.HelpFormatter, width=WIDTH),
    )
    add_arguments(parser)
    return answer(parser.parse_args(argv), stdin, stdout, stderr)


def answer(arguments: argparse.Namespace, stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """The same, arguments being read."""
    try:
        instance = Instance.from_dict(parse(_read(arguments.instance, stdin)))
        result, printed = _searched(instance, arguments, stderr)
    except InvalidInstance as error:
        _print({"problems": [problem.to_dict() for problem in error.problems]}, stderr)
        return INVALID
    except OSError as error:
        stderr.write(f"Le fichier ne peut pas être lu{NBSP}: {error.strerror}.\n")
        return INVALID
    except (SolverFailed, ImportError) as error:
        stderr.write(f"{error}\n")
        return FAILED
    _print(printed, stdout)
    return EXIT_CODES[result.status]


def _searched(instance: Instance, arguments: argparse.Namespace, stderr: TextIO) -> tuple[Result, dict[str, Any]]:
    """The result, and everything that is printed of it."""
    started = process_time()
    tell = told_on(stderr) if arguments.progress else None
    if tell:
        tell(0, 1, "Recherche de la meilleure sélection")
    result = _best(instance, arguments, tell)
    printed = result.to_dict() | described(instance, result)
    if arguments.confirm:
        printed["confirmed_by"] = confirm(instance, result, time_limit=arguments.time_limit)
    if arguments.explain or arguments.explain_first:
        proofs_later = arguments.explain_first and result.selection is not None  # a contradiction is proved at once: nothing follows it
        left = max(0.0, arguments.proof_time - (process_time() - started))
        printed |= explained(instance, result, tell, left, proved=result.proof is not None and not proofs_later, full=arguments.full)
    return result, printed


def _best(instance: Instance, arguments: argparse.Namespace, tell: Tell | None) -> Result:
    """The answer of the solver; with its proof, unless no time is given to it."""
    options = {"solver": arguments.solver, "time_limit": arguments.time_limit}
    if not arguments.proof_time:
        return solve(instance, Doctrine(arguments.doctrine), **options)
    proving = import_module("scoring.selection.proof.proving")
    budget = proving.Budget(seconds=arguments.proof_time)
    found: Result = proving.best(instance, Doctrine(arguments.doctrine), budget=budget, tell=tell or proving.silent, **options)
    return found


def explained(
    instance: Instance, result: Result, tell: Tell | None, seconds: float | None, *, proved: bool = True, full: bool = False
) -> dict[str, Any]:
    """What is printed of the explanations; `proved`: with the proof of the answer, to which theirs are added.

    `seconds`: of processor for these proofs, None for no limit.
    """
    explain = import_module("scoring.selection.explanations.explain").explain
    if not proved:
        return {"explanations": explain(instance, result, full=full, progress=tell)}
    evidence = import_module("scoring.selection.explanations.evidence").Evidence(instance, result, seconds)
    told = explain(instance, result, full=full, progress=tell, evidence=evidence)
    return {"explanations": told, "proof": dict(result.proof or {}) | {"explanations": evidence.claims}}


def described(instance: Instance, result: Result) -> dict[str, Any]:
    """What does not come from the solver: warnings about the instance, figures and gauges of the selection, if any."""
    found = result.selection
    return {
        "warnings": [warning.to_dict() for warning in instance.warnings],
        "figures": None if found is None else figures(instance, found),
        "gauges": None if found is None else [gauge.to_dict() for gauge in gauges(instance, found)],
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("instance", help="fichier JSON, - pour l’entrée standard")
    parser.add_argument("--doctrine", choices=[doctrine.value for doctrine in Doctrine], default=Doctrine.SUM.value)
    helpers = "qui aide l’arbre à chercher, l’un après l’autre\u00a0; cpsat\u00a0: lui seul"
    parser.add_argument(
        "--solver", choices=solvers.NAMES, default=solvers.HIGHS, metavar="SOLVEURS", help=f"{', ou '.join(solvers.NAMES)}\u00a0: {helpers}"
    )
    parser.add_argument("--time-limit", type=_seconds, default=TIME_LIMIT, metavar="S", help="secondes en tout (60)")
    parser.add_argument(
        "--proof-time", type=_seconds, default=PROOF_TIME, metavar="S", help="secondes de calcul pour la preuve, 0 pour s’en passer (30)"
    )
    parser.add_argument("--confirm", action="store_true", help="demande son avis à l’autre solveur, s’il est installé")
    parser.add_argument("--explain", action="store_true", help="ajoute les explications, et leur preuve")
    parser.add_argument("--explain-first", action="store_true", help="ajoute les explications\u00a0; leur preuve viendra après")
    parser.add_argument(
        "--full", action="store_true", help="avec --explain\u00a0: le coût exact de chaque dossier écarté, même s’il est long à chercher"
    )
    parser.add_argument("--progress", action="store_true", help="dit l’avancement sur la sortie d’erreur, une ligne JSON à la fois")


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= LONGEST:
        raise argparse.ArgumentTypeError(f"entre 0 et {LONGEST} secondes")
    return seconds


def _read(path: str, stdin: TextIO) -> bytes:
    """The bytes of the file, one more than allowed at most: `parse` refuses what is too large."""
    if path == "-":
        return stdin.buffer.read(MAX_BYTES + 1) if hasattr(stdin, "buffer") else stdin.read(MAX_BYTES + 1).encode()
    with Path(path).open("rb") as file:
        return file.read(MAX_BYTES + 1)


def told_on(stream: TextIO) -> Tell:
    """Tells the progress on a stream, a line of JSON at a time."""

    def tell(done: int, total: int, note: str) -> None:
        stream.write(json.dumps({"done": done, "total": total, "note": note}, ensure_ascii=False) + "\n")
        stream.flush()

    return tell


def _print(value: dict[str, Any], stream: TextIO) -> None:
    stream.write(json.dumps(value, ensure_ascii=False) + "\n")


def run() -> None:
    """A process of its own. No pool of threads for linear algebra, which nothing here needs: it would cost as much as a search."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(main(sys.argv[1:], sys.stdin, sys.stdout, sys.stderr))
