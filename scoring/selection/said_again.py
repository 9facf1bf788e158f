"""Whether what a printed result says is what its instance and its selection say: figures counted again, words written again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from scoring.selection.instance import Instance, InvalidInstance
from scoring.selection.legible import is_legible
from scoring.selection.reprinted import ON_TRUST, is_earlier, misprints

UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, InvalidInstance)
NOTHING_READ = "une partie ne peut pas être lue"
AS_SHARED = "le partage de l’enveloppe"


@dataclass(frozen=True)
class SaidAgain:
    """`changed`: what does not come out the same; `unchecked`: what nothing here can establish; `is_earlier`: its words cannot be said again."""

    changed: tuple[str, ...]
    unchecked: tuple[str, ...] = ()
    is_earlier: bool = False

    @property
    def sentence(self) -> str:
        """What was found, in French."""
        if self.changed:
            return f"Refusé : ce n’est pas ce que donnent l’instance et la sélection : {', '.join(self.changed[:5])}{'…' if self.changed[5:] else ''}."
        if self.is_earlier:
            return "Chiffres recomptés : les mêmes. Les phrases sont d’une rédaction antérieure."
        return "Chiffres recomptés et phrases refaites : les mêmes."


def said_again(data: Mapping[str, Any], printed: Any, funded: Iterable[str] | None = None) -> SaidAgain:
    """For the JSON of an instance and that of a result; `funded`: see `misprints`. Raises nothing: what cannot be read is said to be changed."""
    try:
        if not is_legible(printed):
            return SaidAgain((NOTHING_READ,))
        instance = Instance.from_dict(data)
        changed = misprints(instance, printed, _funded(printed) if funded is None else funded)
        unchecked = [ON_TRUST, *([AS_SHARED] if "sharing" in printed and funded is None else [])]
        if printed.get("explanations"):
            retelling = import_module("scoring.selection.explanations.retold").retold(instance, printed)  # numpy is loaded there
            changed += retelling.changed
            unchecked += retelling.unchecked
        return SaidAgain(tuple(changed), tuple(unchecked), is_earlier(printed))
    except UNREADABLE:
        return SaidAgain((NOTHING_READ,))


def _funded(printed: Mapping[str, Any]) -> set[str] | None:
    """The files that an account of a shared envelope gives something to; None where nothing is shared."""
    if "sharing" not in printed:
        return None
    return {file[0] for account in printed["sharing"]["lines"] for file in account["files"] if file[5]}
