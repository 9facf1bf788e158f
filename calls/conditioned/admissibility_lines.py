"""The admissibility lines of a call: what its manager wants looked at in each file, decided by a condition where the data can. No model is imported.

They are kept by the call as a list of {"key", "label", "condition", "message"}. A line holds where its condition does; where it does not, the
officer reads the message; where something is not known, a person looks. They stop no lycée from sending its file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from calls.conditioned.form_rules import catalogue_of
from calls.conditioned.ticked_lines import is_ticked
from calls.conditions.catalogue import Catalogue, Term
from calls.conditions.logic import Vacuity, vacuity
from calls.conditions.reading import read_condition
from calls.conditions.references import Reference, Source
from calls.conditions.tree import Condition
from calls.questions.base import Question
from calls.questions.comparison import ANYTHING, DAY, Domain
from calls.questions.reading import text_in

FILED_ON = Reference(
    Source.DATE, "filed_on"
)  # the day on which the file was sent; a form never offers it: nothing is sent while it is written
MOST_LINES = 20
LONGEST_LABEL, LONGEST_MESSAGE = 120, 300
_DOUBTS = {Vacuity.NEVER: "elle n’est vraie d’aucun dossier", Vacuity.ALWAYS: "elle est vraie de tous les dossiers, elle ne décide de rien"}


@dataclass(frozen=True)
class AdmissibilityLine:
    """One line; `condition` is None where it cannot be read any more (`errors`)."""

    key: str
    label: str
    message: str
    condition: Condition | None
    errors: tuple[str, ...] = ()


def catalogue_of_lines(questions: Iterable[Question], known: Iterable[Term], days: Domain = ANYTHING) -> Catalogue:
    """What a line may refer to: the answers, the lycée, what the call knows of it, the day of the filing; `days`: those when one may file."""
    filed = Term(FILED_ON, "la date du dépôt", DAY, days, feminine=True)
    return Catalogue({**catalogue_of(questions, known=known).terms, FILED_ON: filed})


def lines_in(raw: object, catalogue: Catalogue) -> list[AdmissibilityLine]:
    """The lines that a condition decides, in their order; those that cannot be read say why. Those that a person ticks are in `ticked_lines`."""
    return [_line(each, catalogue) for each in raw if isinstance(each, Mapping) and not is_ticked(each)] if isinstance(raw, list) else []


def _line(raw: Mapping[str, Any], catalogue: Catalogue) -> AdmissibilityLine:
    errors: list[str] = []
    label = text_in(raw, "label")
    condition = read_condition(raw.get("condition"), catalogue, f"La ligne de recevabilité « {label} »", errors)
    return AdmissibilityLine(text_in(raw, "key"), label, text_in(raw, "message"), condition, tuple(errors))


def errors_in_line(raw: object, catalogue: Catalogue) -> list[str]:
    """What is wrong with the condition of a line that is about to be kept: it cannot be read, or decides nothing."""
    errors: list[str] = []
    condition = read_condition(raw, catalogue, "Condition", errors)
    doubt = vacuity(condition, catalogue) if condition else None
    return errors + ([f"Cette condition ne sert à rien : {_DOUBTS[doubt]}."] if doubt else [])
