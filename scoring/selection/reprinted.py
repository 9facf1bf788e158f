"""What a printed result says without any proof, counted again: its sentence, its number of files, its gauges, its figures, its warnings."""

from collections.abc import Iterable, Mapping
from typing import Any

from scoring.selection.gauges import figures, gauges
from scoring.selection.instance import Instance
from scoring.selection.result import WORDING, Status, said
from scoring.selection.verify import verify

WORDS = ("label", "sentence")
ON_TRUST = "ce que le solveur dit de lui-même"  # its name, its version, its parameters, the phases that it says it has finished


def misprints(instance: Instance, printed: Mapping[str, Any], funded: Iterable[str] | None = None) -> list[str]:
    """What the instance and the selection do not say so, in French. `funded`: the files measured, where some left the sharing afterwards.

    Raises LookupError, TypeError, ValueError, AttributeError or ArithmeticError for what cannot be read.
    """
    found = _said_of_nothing(printed) if printed["selected"] is None else _misprinted(instance, printed, funded)
    if is_earlier(printed):
        return found
    if "warnings" in printed and printed["warnings"] != [warning.to_dict() for warning in instance.warnings]:
        found.append("les avertissements")
    if "sentence" in printed and printed["sentence"] != said(printed):
        found.append("la phrase du résultat")
    return found


def is_earlier(printed: Mapping[str, Any]) -> bool:
    """Whether its words are those of an earlier version, which nobody can say again: its figures alone are checked."""
    told = printed.get("explanations") or {"wording": WORDING}
    return bool(told.get("wording") != WORDING)


def _said_of_nothing(printed: Mapping[str, Any]) -> list[str]:
    """Figures of a selection that does not exist; without any rule that contradicts another, a search that found none may know a bound."""
    empty = ("count", "objective", "cost_cents", "gauges", "figures", *(("bound", "gap") if printed["status"] == Status.INFEASIBLE else ()))
    return ["des chiffres sans sélection"] if any(printed.get(key) is not None for key in empty) else []


def _misprinted(instance: Instance, printed: Mapping[str, Any], funded: Iterable[str] | None) -> list[str]:
    pairs = [(file, option) for file, option in printed["selected"]]
    report = verify(instance, pairs, printed["certificate"])
    if not report.is_valid:
        return [f"le certificat ({report.problems[0]})"]
    kept = None if funded is None else set(funded)
    measured = pairs if kept is None else [pair for pair in pairs if pair[0] in kept]
    words = WORDS if is_earlier(printed) else ()
    again = {
        "count": ("le nombre de dossiers", len(pairs)),
        "gauges": ("les jauges des règles", [gauge.to_dict() for gauge in gauges(instance, measured)]),
        "figures": ("les chiffres de la sélection", figures(instance, measured)),
    }
    return [name for key, (name, value) in again.items() if key in printed and _bare(printed[key], words) != _bare(value, words)]


def _bare(value: Any, words: Iterable[str]) -> Any:
    """Rows without their words."""
    return [{key: of for key, of in row.items() if key not in words} for row in value] if isinstance(value, list) else value
