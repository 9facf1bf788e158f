"""The selection of a call as everybody may check it: `python -m scoring.optimiser.publishing`, from stdin to stdout.

Reads {"instance", "result", "keys", "seconds"} as JSON. Prints {"instance", "result", "mask", "alike"}: the most masked instance that still
has a whole proof of the same list; or {"why"} when there is none. Pure: no Django, no database.
"""

import json
import sys
from dataclasses import asdict, replace
from typing import Any, TextIO

from scoring.selection.command import Tell, told_on
from scoring.selection.instance import Instance
from scoring.selection.masking import LEAST_ALIKE, MASKS, hindrance, least_alike, masked
from scoring.selection.proof.check_selection import Arithmetic
from scoring.selection.proof.claims import optimality
from scoring.selection.proof.proving import Budget, prove
from scoring.selection.proof.tree import BetterFound
from scoring.selection.result import Result, Status

TOO_FEW = "trop peu de dossiers non retenus se ressemblent : l’un d’eux se reconnaîtrait"
TOO_FINE = "la preuve demanderait des notes ou des montants si précis que des dossiers non retenus se reconnaîtraient"


def main(stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Exit code 0; an instance or a result that cannot be read raises."""
    given: dict[str, Any] = json.loads(stdin.read())
    stdout.write(json.dumps(_published(given, told_on(stderr)), ensure_ascii=False))
    return 0


def _published(given: dict[str, Any], tell: Tell) -> dict[str, Any]:
    before = Result.from_dict(given["result"])
    if before.selection is None or (why := hindrance(given["instance"])):
        return {"why": why if before.selection is not None else TOO_FINE}
    keys, why = given["keys"], TOO_FEW
    retained = {keys[file] for file, _ in before.selection}
    for done, mask in enumerate(MASKS):
        tell(done, len(MASKS), "Preuve de la liste publiée")
        shown = masked(given["instance"], before.selection, keys, mask)
        if (alike := least_alike(shown, retained)) < LEAST_ALIKE:
            continue
        why = TOO_FINE
        selection = tuple(sorted((keys[file], option) for file, option in before.selection))
        result = _proved(Instance.from_dict(shown), replace(before, selection=selection), given["seconds"])
        if result is not None:
            return {"instance": Instance.from_dict(shown).to_dict(), "result": result.to_dict(), "mask": asdict(mask), "alike": alike}
    return {"why": why}


def _proved(instance: Instance, before: Result, seconds: float) -> Result | None:
    """The same list with a whole proof on this instance; None when another one is better there, or when time ran out."""
    problem = Arithmetic(instance.to_dict())
    try:
        proof = optimality(problem, before.doctrine.value, problem.picked(set(before.selection or ())), Budget(seconds=seconds))
    except (BetterFound, ValueError):
        return None
    if proof.left:
        return None
    bare = replace(before, status=Status.BOUNDED, bound=None, gap=None, certificate={}, digest=instance.digest, proof=None)
    result = prove(instance, bare, Budget(seconds=2 * seconds))
    return result if result.is_proved and result.selection == before.selection else None


if __name__ == "__main__":
    sys.exit(main(sys.stdin, sys.stdout, sys.stderr))
